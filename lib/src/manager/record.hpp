// SPDX-License-Identifier: MIT
// Records: what a commit says of itself in history.
#pragma once
#include <aihow/state/diff.hpp>
#include <aihow/state/state_store.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include "actor.hpp"

namespace aihow::state::inline v0 {

/// What a record tells beside the changes.
struct RecordHead {
  std::uint64_t revision = 0;
  Timestamp time;
  const Actor& actor;
  std::string_view operation;
  Uuid commit;
};

/// One line: `{"revision":N,"time":"…","actor":{"user":…,"host":…,"pid":…,"program":…,"text":…},"operation":"…","commit":"<uuid>","token":null,
/// "changes":[{"kind":"vm","name":"…","at":I,"before":{…}|null,"after":{…}|null}, …]}`. `at`, with an object that was added or removed: where it
/// stands in the list that has it. The revision comes first, so that a store finds it without parsing. `"token":null` stands for the token of
/// the document that the commit leads to: a store that knows it before it keeps the record may put it there (the text occurs once outside
/// of strings, before the changes).
Record make_record(const RecordHead& head, const ClusterState& before, const ClusterState& after, const StateDiff& diff);

/// Whether a record is that of a commit.
bool is_record_of(const Record& record, const Uuid& commit);

}  // namespace aihow::state::inline v0

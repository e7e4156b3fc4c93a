// SPDX-License-Identifier: MIT
// Records: what a commit says of itself in history, so that each document of the past can be made again, byte for byte.
#pragma once
#include <aihow/state/diff.hpp>
#include <aihow/state/history.hpp>
#include <aihow/state/state_store.hpp>
#include <cstdint>
#include <optional>
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
  RecordType type = RecordType::change;
  const Version* base = nullptr;             ///< what it was made on; nullptr: nothing
  bool touched = false;                      ///< times of `base` may not be those that its record led to: all are told
  bool edited = false;                       ///< see HistoryEntry
  bool remade = false;                       ///< the same
  std::string_view token{};                  ///< of the document that it led to; empty: a store may put it there
  std::optional<std::uint64_t> undone_to{};  ///< the same
  std::optional<std::uint64_t> restored{};   ///< the same
};

/// One line: `{"revision":N,"type":"change","time":"…","actor":{"user":…,"host":…,"pid":…,"program":…,"text":…},"operation":"…","commit":"<uuid>",
/// "token":null,"base":{"revision":M,"token":"…"}|null,"changes":[{"kind":"vm","name":"…","at":I,"before":{…}|null,"after":{…}|null}, …]}`, with
/// - `at`, of an object that was added or removed: where it stands in the list that has it;
/// - `exact`, of an object whose unknown members are spelled with white space: the text of `after` as it stands in the document;
/// - `seen`: the `last_seen` of all VMs, as runs `["<time>",count]`, and `addresses`: `active_ips` by network, where they changed beside the changes;
/// - `whole` of the types `whole` and `gap`: the document that it led to, as an object, or as its text where white space counts;
/// - `undone_to`, `restored`, `edited`, `remade`: as in HistoryEntry, where they say something.
/// The revision comes first, so that a store finds it without parsing. `"token":null` stands for document_token() of the document that the commit
/// leads to: a store that knows it before it keeps the record may put it there (the text occurs once outside of strings, before the changes).
Record make_record(const RecordHead& head, const ClusterState& before, const ClusterState& after, const StateDiff& diff);

/// The record of a revision of which nothing is known but the state that stands. Requires: a revision above 0.
Record make_gap_record(const Snapshot& stands, const Actor& actor);

/// The record of the revision that stands, made again. Requires: `before` is the revision before.
Record remake_record(const Snapshot& before, const Snapshot& stands);

/// A record of type `change` as one of type `whole`, with the state that it led to; others as they are.
Record with_whole(const Record& record, const ClusterState& state);

/// Whether a state can be made from this record on, without the ones before.
bool is_start(const Record& record) noexcept;

/// Whether a record is that of a commit.
bool is_record_of(const Record& record, const Uuid& commit);

/// The root's own members, without the lists, on one line; `null` where there is no state.
std::string root_json(const ClusterState& state);

}  // namespace aihow::state::inline v0

// SPDX-License-Identifier: MIT
// What takes the place of a record that the history lacks: a power cut may lose the newest one, a hand any.
#pragma once
#include <aihow/state/history.hpp>
#include <aihow/state/state_store.hpp>
#include <cstdint>
#include "channel.hpp"

namespace aihow::state::inline v0 {

struct MissingRecord {
  Record record;
  bool remade = false;  ///< else it is that of a gap
};

/// The record of what stands, which the history lacks: `last_record` is the newest one that it has. Made again where only this one is missing and
/// the store still has the document before it; else that of a gap, which `actor` has noticed.
MissingRecord missing_record(const Snapshot& stands, std::uint64_t last_record, const Actor& actor, Channel& store);

}  // namespace aihow::state::inline v0

// SPDX-License-Identifier: MIT
#include "missing_record.hpp"
#include <aihow/state/error.hpp>
#include "committer.hpp"
#include "record.hpp"

namespace aihow::state::inline v0 {
namespace {

/// The state before; nullptr where it cannot be had.
SnapshotPtr before(const Snapshot& stands, std::uint64_t last_record, Channel& store) {
  // What a hand has changed since is not what that revision was.
  if (stands.edited || last_record == 0 || last_record + 1 != stands.version.revision) return nullptr;
  try {
    return store.use([&](StateStore& one) { return one.kept(stands.version.lineage, last_record, io_context()); });
  } catch (const Error& error) {
    if (error.code() == errc::out_of_memory) throw;
    return nullptr;
  }
}

}  // namespace

MissingRecord missing_record(const Snapshot& stands, std::uint64_t last_record, const Actor& actor, Channel& store) {
  if (const SnapshotPtr known = before(stands, last_record, store)) return {remake_record(*known, stands), true};
  return {make_gap_record(stands, actor), false};
}

}  // namespace aihow::state::inline v0

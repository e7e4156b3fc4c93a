// SPDX-License-Identifier: MIT
// Comparing states by object, and merging two changes of one base.
#pragma once
#include <aihow/state/model.hpp>
#include <aihow/state/state_store.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace aihow::state::inline v0 {

/// The objects in which two states differ, in document order (cluster, vms, networks, volumes, pools); `touch_only` where all differences
/// are `last_seen`, `last_modified` or the order of `active_ips`. Objects in another order are a change of the cluster itself; a second object of
/// one name is a change of that name. Revision, lineage, checksum and origin are not compared. O(n).
struct StateDiff {
  /// Positions in the lists of that kind. An object that was added, or that is a second one of its name, has none in `before`; a removed one none
  /// in `after`; the cluster itself has neither.
  struct Places {
    std::optional<std::size_t> before;
    std::optional<std::size_t> after;
    bool operator==(const Places&) const = default;
  };
  std::vector<Change> changes;
  std::vector<Places> places;  ///< of each of the changes
  bool touch_only = true;
  bool reordered = false;  ///< objects that both have stand in another order
  bool empty() const noexcept { return changes.empty(); }
  bool operator==(const StateDiff&) const = default;
};
StateDiff diff(const ClusterState& before, const ClusterState& after);

/// Three-way merge: what `mine` changed since `base`, on top of `theirs`. Per object and group of fields (declared: what was asked for;
/// observed: state, reason, addresses, `unreachable_since`, `missing_since`, `inactive_since`): changes to different objects or groups both land.
/// `last_seen` and `last_modified` never conflict (of two changes the later wins), nor does `status` (of two changes to different words neither: it
/// is derived). `conflicts` names each object (and group) that both changed differently; then `state` is `theirs` there. Revision, lineage and origin
/// are `theirs`, and so is the order of objects unless `mine` changed it; what only `mine` has comes last. O(n).
struct Merge {
  ClusterState state;
  std::vector<std::string> conflicts;  ///< `vm compute-01 (observed)`, `network lan (removed here, changed there)`, `cluster (declared)` …
};
Merge merge(const ClusterState& base, const ClusterState& mine, const ClusterState& theirs);

}  // namespace aihow::state::inline v0

#include <aihow/state/impl/diff.ipp>
#include <aihow/state/impl/merge.ipp>

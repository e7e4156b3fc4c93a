// SPDX-License-Identifier: MIT
// Comparing states by object, and merging two changes of one base.
#pragma once
#include <aihow/state/model.hpp>
#include <aihow/state/state_store.hpp>
#include <string>
#include <vector>

namespace aihow::state::inline v0 {

/// The objects in which two states differ, in document order (cluster, vms, networks, volumes, pools); `touch_only` where all differences
/// are `last_seen`, `last_modified` or the order of `active_ips`. Revision, lineage, checksum and origin are not compared. O(n).
struct StateDiff {
  std::vector<Change> changes;
  bool touch_only = true;
  bool empty() const noexcept { return changes.empty(); }
};
StateDiff diff(const ClusterState& before, const ClusterState& after);

/// Three-way merge: what `mine` changed since `base`, on top of `theirs`. Per object and group of fields (declared: what was asked for;
/// observed: state, reason, addresses, `unreachable_since`): changes to different objects or groups both land. `last_seen` and
/// `last_modified` never conflict (the later wins). `conflicts` names each object (and group) that both changed differently; then `state` is
/// `theirs` there.
struct Merge {
  ClusterState state;
  std::vector<std::string> conflicts;  ///< `vm compute-01 (observed)` …
};
Merge merge(const ClusterState& base, const ClusterState& mine, const ClusterState& theirs);

}  // namespace aihow::state::inline v0

// SPDX-License-Identifier: MIT
// reconcile: what an observation changes in a state. Pure functions; refresh, drift and watch are uses of them.
#pragma once
#include <aihow/state/model.hpp>
#include <aihow/state/observer.hpp>
#include <string>
#include <vector>

namespace aihow::state::inline v0 {

/// One difference between what the state has and what was observed, as text for people and programs.
struct Difference {
  ObjectKind kind = ObjectKind::vm;
  std::string name;      ///< the object's name in the state
  std::string field;     ///< the document's member name; `exists` and `active`: see reconcile()
  std::string expected;  ///< as the state has it
  std::string found;     ///< as it was observed
  std::string reason;    ///< why, where libvirt says so: of a state and what follows from it, and of a silence
  /// When the VM was last seen as the state has it: the change came after. Empty for other objects, of which no such time is kept.
  std::optional<Timestamp> since = {};
  bool operator==(const Difference&) const = default;
};

/// Every difference, in document order, without times (`last_seen`); right after apply() there is none. `exists` and `active` of a network, pool or
/// volume stand for its `missing_since` and `inactive_since`; objects that are `pending` are not reported as gone or off. O(n).
std::vector<Difference> reconcile(const ClusterState& state, const Observation& observation);

/// What a state says that is not so: reconcile(), without what was only not answered (see Observation::unreachable) and without the new
/// `state_reason` of a VM whose state differs, which is that difference's `reason`; and the cluster's own machines and networks that the state does
/// not know (`exists`: expected `false`, found `true`, under the hypervisor's name for them). O(n).
std::vector<Difference> drift(const ClusterState& state, const Observation& observation);

/// What apply() did.
struct Applied {
  bool changed = false;  ///< something other than times
  bool touched = false;  ///< `last_seen` or the order of `active_ips`
};

/// Writes what was observed into the state: states, reasons, addresses, sizes, identities, where things are, `last_seen`; `unreachable_since` for the
/// VMs of hypervisors that did not answer (their state and last_seen stay), cleared for those that did; `missing_since` and `inactive_since` for what
/// is gone or off, cleared where it is back. A VM that names no hypervisor is of whichever did not answer, and goes on to name none.
/// `pending` is an operation's business and stays. Objects that were not observed stay as they are. O(n).
Applied apply(ClusterState& state, const Observation& observation);

}  // namespace aihow::state::inline v0

#include <aihow/state/impl/reconcile.ipp>

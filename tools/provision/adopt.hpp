// SPDX-License-Identifier: MIT
// Finding the cluster that a command means: in the state, or, where there is none, in libvirt by its marks.
#pragma once
#include <string_view>
#include "provision/operations.hpp"

namespace aihow::tool {

/// Which cluster a command means. An empty name: whichever there is of that type.
struct Subject {
  std::string_view type;
  std::string_view name;
};

/// Throws Error invalid, with both names, where a state is another cluster's. `location` is where the state lies.
void require_subject(const state::ClusterState& state, const Subject& subject, std::string_view location);

/// The newest state of the subject. Where there is none, but libvirt has its marks: the state is made again from them, and that is said.
/// nullptr: neither. Throws Error invalid (another cluster's state; two lineages under one name), not_found (several clusters fit).
state::SnapshotPtr load_or_adopt(World& world, const libvirt::Hypervisor& hypervisor, const Subject& subject, const state::Operation* under);

/// Throws Error invalid where a UUID that the state records does not follow from its lineage (somebody took the `aihow` member out, say):
/// then the state cannot tell which objects are its own, and what it calls gone may be running.
void require_own_uuids(const state::ClusterState& state, std::string_view location);

/// The sentence for "there is no cluster", with what to do. Names a backup that lies beside the state.
state::Error no_cluster(const World& world, const Subject& subject);

}  // namespace aihow::tool

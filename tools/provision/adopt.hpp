// SPDX-License-Identifier: MIT
// Finding the cluster that a command means: in the state, or, where there is none, in libvirt by its marks.
#pragma once
#include "provision/operations.hpp"
#include "provision/subject.hpp"

namespace aihow::tool {

/// The newest state of the subject. Where there is none, but libvirt has its marks: the state is made again from them, and that is said.
/// nullptr: neither. Throws Error invalid (another cluster's state; two lineages under one name), not_found (several clusters fit).
state::SnapshotPtr load_or_adopt(World& world, const libvirt::Hypervisor& hypervisor, const Subject& subject, const state::Operation* under);

/// The sentence for "there is no cluster", with what to do. Names a backup that lies beside the state.
state::Error no_cluster(const World& world, const Subject& subject);

}  // namespace aihow::tool

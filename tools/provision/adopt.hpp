// SPDX-License-Identifier: MIT
// Finding the cluster that a command means: in the state, or, where there is none, in libvirt by its marks.
#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>
#include "provision/operations.hpp"
#include "provision/subject.hpp"

namespace aihow::tool {

/// The newest state of the subject. Where there is none, but libvirt has its marks: the state is made again from them, and that is said.
/// nullptr: neither. Throws Error invalid (another cluster's state; two lineages under one name), not_found (several clusters fit).
state::SnapshotPtr load_or_adopt(World& world, const libvirt::Hypervisor& hypervisor, const Subject& subject, const state::Operation* under);

/// For who is about to take the operation lock, which makes the state's folder: does nothing where a state stands or somebody is at work on one, else
/// looks whether load_or_adopt() would refuse, so that a refused command leaves nothing behind. Throws Error as that; where a cluster is `needed` and
/// there is none not_found.
void look_before_locking(const World& world, const Subject& subject, bool needed);

/// What a state has and libvirt does not: what a rebuilt one lacks.
inline constexpr std::array<std::string_view, 5> lost_in_rebuild{
    "the history, and with it the revisions before",         "VMs that were recorded and not defined in libvirt, and disks that no machine uses",
    "members that other programs added to the document",     "when networks, disks and the cluster itself were made, where no machine's mark tells",
    "networks and pools without the cluster's mark or UUID",
};

/// A state that was made again, and what carries the cluster's mark and was left out.
struct RebuiltState {
  state::SnapshotPtr snapshot;
  std::vector<state::Stranger> left_out;
};
/// Makes the state of a cluster again from libvirt's marks, under the operation lock, and refreshes it. Throws Error conflict where a state
/// stands, not_found where the hypervisor has no such cluster (says which it has), invalid where it has several of that name (lists them).
RebuiltState rebuild_state(World& world, const std::string& cluster_name);

/// A domain that was taken into the state.
struct ImportedDomain {
  state::SnapshotPtr snapshot;
  std::string vm;
};
/// Takes a domain of the cluster into the state, under the operation lock, and refreshes it. Throws Error as libvirt::read_own_domain(), not_found
/// without a state, invalid where the state has the VM.
ImportedDomain import_domain(World& world, const std::string& domain_name);

/// The sentence for "there is no cluster", with what to do. Names a backup that lies beside the state.
state::Error no_cluster(const World& world, const Subject& subject);

}  // namespace aihow::tool

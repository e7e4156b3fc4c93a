// SPDX-License-Identifier: MIT
// Which hypervisors a state's VMs are on.
#pragma once
#include <aihow/state/cluster_state.hpp>
#include <set>
#include <string>

namespace aihow::libvirt::inline v0 {

/// Those that the VMs name, and `default_uri` where one names none, or there is no VM.
inline std::set<std::string> home_uris(const state::ClusterState& state, const std::string& default_uri) {
  std::set<std::string> out;
  for (const state::VMInfo& vm : state.vms) out.insert(vm.hypervisor.empty() ? default_uri : vm.hypervisor);
  if (out.empty()) out.insert(default_uri);
  return out;
}

}  // namespace aihow::libvirt::inline v0

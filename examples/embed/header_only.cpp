// SPDX-License-Identifier: MIT
// header_only: the model without any library: what a VM may do next, and what two people's changes make of one state.
//
//   g++ -std=c++20 header_only.cpp -I…/include -o header_only
#include <aihow/state/diff.hpp>
#include <aihow/state/lifecycle.hpp>
#include <aihow/state/model.hpp>
#include <iostream>

using namespace aihow::state;

int main() {
  std::cout << "PAUSED may become:";
  for (const VMState state : all_vm_states) {
    if (targets(VMState::PAUSED).contains(state)) std::cout << ' ' << to_string(state);
  }
  std::cout << '\n';

  ClusterState base;
  base.cluster_name = "lab";
  base.cluster_type = "hpc";
  base.vms.resize(2);
  base.vms[0].name = "controller";
  base.vms[1].name = "compute-01";
  ClusterState mine = base;
  mine.vms[0].cpu_cores = 16;
  ClusterState theirs = base;
  theirs.vms[1].state = VMState::RUNNING;

  const Merge merged = merge(base, mine, theirs);
  std::cout << "merged: " << merged.state.vms[0].cpu_cores << " cores, " << to_string(merged.state.vms[1].state) << ", " << merged.conflicts.size()
            << " conflicts\n";
  theirs.vms[0].cpu_cores = 8;
  for (const std::string& conflict : merge(base, mine, theirs).conflicts) std::cout << "conflict: " << conflict << '\n';
}

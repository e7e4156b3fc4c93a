// SPDX-License-Identifier: MIT
// A C++ program that uses the model alone: no Boost, no fmt, nothing to link.
#include <aihow/state/lifecycle.hpp>
#include <aihow/state/model.hpp>

int main() {
  aihow::state::ClusterState state;
  state.vms.emplace_back().state = aihow::state::VMState::RUNNING;
  return derive_status(state.vms) == "running" ? 0 : 1;
}

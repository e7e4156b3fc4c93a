// SPDX-License-Identifier: MIT
#include <aihow/state/cluster_state.hpp>
#include "catch.hpp"

using namespace aihow::state;

namespace {

std::vector<VMInfo> vms_in(std::initializer_list<VMState> states) {
  std::vector<VMInfo> out;
  for (const VMState state : states) {
    out.emplace_back();
    out.back().name = "vm" + std::to_string(out.size());
    out.back().state = state;
  }
  return out;
}

}  // namespace

TEST_CASE("the status follows from what the VMs do", "[cluster_state]") {
  using enum VMState;
  CHECK(derive_status({}) == "stopped");
  CHECK(derive_status(vms_in({RUNNING, RUNNING})) == "running");
  CHECK(derive_status(vms_in({SHUTOFF, UNDEFINED})) == "stopped");
  CHECK(derive_status(vms_in({RUNNING, SHUTOFF})) == "partial");
  CHECK(derive_status(vms_in({RUNNING, PAUSED})) == "partial");
  CHECK(derive_status(vms_in({DYING})) == "partial");
  CHECK(derive_status(vms_in({PMSUSPENDED, PMSUSPENDED})) == "partial");
  CHECK(derive_status(vms_in({RUNNING, CRASHED})) == "error");
}

TEST_CASE("a VM that is off because it crashed or failed is an error", "[cluster_state]") {
  auto vms = vms_in({VMState::RUNNING, VMState::SHUTOFF});
  for (const auto& [reason, status] : {std::pair{"crashed", "error"}, {"failed", "error"}, {"destroyed", "partial"}, {"", "partial"}}) {
    vms[1].state_reason = reason;
    INFO(reason);
    CHECK(derive_status(vms) == status);
  }
  vms[1].state = VMState::RUNNING;
  vms[1].state_reason = "crashed";
  CHECK(derive_status(vms) == "running");
}

TEST_CASE("objects are found by name", "[cluster_state]") {
  ClusterState state;
  state.vms = vms_in({VMState::RUNNING, VMState::PAUSED});
  REQUIRE(find_by_name(state.vms, "vm2") == &state.vms[1]);
  CHECK(find_by_name(state.vms, "vm3") == nullptr);
  const ClusterState& constant = state;
  CHECK(find_by_name(constant.vms, "vm1") == &constant.vms[0]);
  CHECK(find_by_name(constant.pools, "") == nullptr);
}

TEST_CASE("where a state came from is not part of its value", "[cluster_state]") {
  ClusterState a, b;
  a.origin.snapshot = std::shared_ptr<const Snapshot>(std::make_shared<int>(1), nullptr);
  CHECK(a == b);
  b.revision = 1;
  CHECK(a != b);
}

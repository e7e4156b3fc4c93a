// SPDX-License-Identifier: MIT
#include <aihow/state/object.hpp>
#include <aihow/state/vm_state.hpp>
#include "catch.hpp"

using namespace aihow::state;

TEST_CASE("numbers and names are the reference's", "[vm_state]") {
  const std::pair<int, std::string_view> reference[] = {{1, "RUNNING"}, {2, "PAUSED"}, {3, "SHUTOFF"},    {4, "UNDEFINED"},
                                                        {5, "CRASHED"}, {6, "DYING"},  {7, "PMSUSPENDED"}};
  REQUIRE(all_vm_states.size() == std::size(reference));
  for (std::size_t i = 0; i < std::size(reference); ++i) {
    CHECK(static_cast<int>(all_vm_states[i]) == reference[i].first);
    CHECK(to_string(all_vm_states[i]) == reference[i].second);
    CHECK(vm_state_from_string(reference[i].second) == all_vm_states[i]);
  }
}

TEST_CASE("other names are none", "[vm_state]") {
  for (const char* name : {"", "running", "RUNNING ", "RUN", "BLOCKED"}) CHECK_FALSE(vm_state_from_string(name));
  CHECK(to_string(static_cast<VMState>(0)) == "UNDEFINED");
  CHECK(to_string(static_cast<VMState>(200)) == "UNDEFINED");
}

TEST_CASE("libvirt's numbers map as the reference says", "[vm_state]") {
  const VMState expected[] = {VMState::UNDEFINED, VMState::RUNNING, VMState::RUNNING, VMState::PAUSED,
                              VMState::DYING,     VMState::SHUTOFF, VMState::CRASHED, VMState::PMSUSPENDED};
  for (int i = 0; i < 8; ++i) CHECK(vm_state_from_libvirt(i) == expected[i]);
  CHECK(vm_state_from_libvirt(8) == VMState::UNDEFINED);
  CHECK(vm_state_from_libvirt(-1) == VMState::UNDEFINED);
}

TEST_CASE("pending operations have the document's words", "[object]") {
  CHECK(to_string(Pending::none).empty());
  CHECK(pending_from_string(to_string(Pending::create)) == Pending::create);
  CHECK(pending_from_string("delete") == Pending::remove);
  CHECK_FALSE(pending_from_string(""));
  CHECK_FALSE(pending_from_string("remove"));
}

TEST_CASE("kinds have their words", "[object]") {
  CHECK(to_string(ObjectKind::cluster) == "cluster");
  CHECK(to_string(ObjectKind::vm) == "vm");
  CHECK(to_string(ObjectKind::network) == "network");
  CHECK(to_string(ObjectKind::volume) == "volume");
  CHECK(to_string(ObjectKind::pool) == "pool");
}

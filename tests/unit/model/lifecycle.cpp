// SPDX-License-Identifier: MIT
#include <aihow/state/lifecycle.hpp>
#include <algorithm>
#include <string>
#include <vector>
#include "catch.hpp"

using namespace aihow::state;

TEST_CASE("each action leads where the reference's table says", "[lifecycle]") {
  CHECK(targets(VMState::UNDEFINED, Action::define).contains(VMState::PAUSED));
  CHECK(targets(VMState::SHUTOFF, Action::start).contains(VMState::RUNNING));
  CHECK(targets(VMState::SHUTOFF, Action::pause).empty());
}

TEST_CASE("the reference's table is there arrow by arrow, and the additions are marked", "[lifecycle]") {
  std::vector<std::string> reference, additions;
  for (const Transition& arrow : transitions) {
    (arrow.addition ? additions : reference)
        .push_back(std::string(to_string(arrow.from)) + " " + std::string(to_string(arrow.action)) + " " + std::string(to_string(arrow.to)));
  }
  CHECK(reference == std::vector<std::string>{"UNDEFINED define RUNNING", "UNDEFINED define PAUSED", "RUNNING pause PAUSED", "RUNNING shutdown DYING",
                                              "RUNNING reboot RUNNING", "RUNNING crash CRASHED", "PAUSED resume RUNNING", "PAUSED resume DYING",
                                              "PAUSED shutdown DYING", "DYING timeout SHUTOFF", "DYING force_stop SHUTOFF", "SHUTOFF start RUNNING",
                                              "SHUTOFF destroy UNDEFINED", "CRASHED recovery RUNNING", "CRASHED destroy UNDEFINED",
                                              "PMSUSPENDED resume RUNNING"});
  CHECK(additions == std::vector<std::string>{"UNDEFINED define SHUTOFF", "RUNNING shutdown SHUTOFF", "RUNNING force_stop SHUTOFF",
                                              "PAUSED force_stop SHUTOFF", "PMSUSPENDED force_stop SHUTOFF", "CRASHED force_stop SHUTOFF",
                                              "RUNNING suspend PMSUSPENDED", "PAUSED crash CRASHED", "DYING crash CRASHED"});
}

TEST_CASE("what may be asked for from a state is what some action leads to", "[lifecycle]") {
  const auto names = [](VMState from) {
    std::string out;
    for (const VMState to : all_vm_states) {
      if (targets(from).contains(to)) out += std::string(to_string(to)) + " ";
    }
    return out;
  };
  CHECK(names(VMState::RUNNING) == "RUNNING PAUSED SHUTOFF CRASHED DYING PMSUSPENDED ");
  CHECK(names(VMState::SHUTOFF) == "RUNNING UNDEFINED ");
  CHECK(names(VMState::UNDEFINED) == "RUNNING PAUSED SHUTOFF ");
  CHECK(names(VMState::DYING) == "SHUTOFF CRASHED ");
  CHECK(names(VMState::PMSUSPENDED) == "RUNNING SHUTOFF ");
}

static_assert(targets(VMState::PAUSED, Action::resume).contains(VMState::DYING), "usable at compile time");

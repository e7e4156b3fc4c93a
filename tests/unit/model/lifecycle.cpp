// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include <aihow/state/lifecycle.hpp>

using namespace aihow::state;

TEST_CASE("each action leads where the reference's table says", "[lifecycle]") {
  CHECK(targets(VMState::UNDEFINED, Action::define).contains(VMState::PAUSED));
  CHECK(targets(VMState::SHUTOFF, Action::start).contains(VMState::RUNNING));
  CHECK(targets(VMState::SHUTOFF, Action::pause).empty());
}

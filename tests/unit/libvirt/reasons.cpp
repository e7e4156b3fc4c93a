// SPDX-License-Identifier: MIT
#include <aihow/libvirt/hypervisor.hpp>
#include "catch.hpp"

using namespace aihow::libvirt;

TEST_CASE("reasons are told in words", "[libvirt]") {
  CHECK(reason_to_string(1, 1) == "booted");
  CHECK(reason_to_string(1, 5) == "unpaused");
  CHECK(reason_to_string(3, 1) == "user");
  CHECK(reason_to_string(5, 3) == "crashed");
  CHECK(reason_to_string(5, 8) == "daemon");
  CHECK(reason_to_string(6, 1) == "panicked");
}
TEST_CASE("a reason that libvirt does not know itself is no word", "[libvirt]") {
  for (int state = 0; state < 8; ++state) CHECK(reason_to_string(state, 0).empty());
}
TEST_CASE("numbers that are not known are kept", "[libvirt]") {
  CHECK(reason_to_string(8, 0) == "state 8");
  CHECK(reason_to_string(-1, 3) == "state -1");
  CHECK(reason_to_string(1, 99) == "reason 99");
  CHECK(reason_to_string(5, -2) == "reason -2");
}

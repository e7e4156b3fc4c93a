// SPDX-License-Identifier: MIT
// Requests in any order: those that the lifecycle allows are done, all others refused, and no path leaves the table.
#include <aihow/state/lifecycle.hpp>
#include <map>
#include <random>
#include "place.hpp"
#include "states.hpp"

using namespace aihow::state;
using namespace aihow::test;

TEST_CASE("no path of requests leaves the lifecycle", "[manager][lifecycle]") {
  const Place place("memory");
  ClusterStateManager manager(place.location());
  manager.create(make_state(), "import");
  std::mt19937 random(7);
  VMState now = VMState::SHUTOFF;
  std::map<VMState, int> seen;
  for (int requests = 0; requests < 5'000; ++requests) {
    const VMState to = all_vm_states[random() % all_vm_states.size()];
    INFO(to_string(now) << " to " << to_string(to));
    // A path of arrows from one state to the other is no arrow.
    if (to == now || targets(now).contains(to)) {
      manager.update_vm_state("b", to);
      now = to;
    } else {
      const Error error = error_of([&] { manager.update_vm_state("b", to); });
      CHECK(error.code() == errc::invalid);
      for (const VMState allowed : all_vm_states) {
        if (targets(now).contains(allowed)) CHECK(has(error.what(), to_string(allowed)));
      }
    }
    REQUIRE(manager.get_vm("b")->state == now);
    ++seen[now];
  }
  for (const VMState state : all_vm_states) {
    INFO(to_string(state));
    CHECK(seen[state] > 0);
  }
}

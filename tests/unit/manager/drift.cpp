// SPDX-License-Identifier: MIT
#include "fake_world.hpp"
#include "place.hpp"

using namespace aihow::state;
using namespace aihow::test;

namespace {

std::string kind() { return GENERATE(from_range(kinds_of_places())); }
const Context soon = within(std::chrono::seconds(10));

}  // namespace

TEST_CASE("drift says what differs, and writes nothing", "[manager][drift]") {
  const Place place(kind());
  ClusterStateManager manager(place.location());
  manager.create(make_state(), "import");
  FakeObserver observer([](Observation& o) {
    o.vms[1].state = VMState::RUNNING;
    o.networks[0].active = false;
    o.strangers.push_back({ObjectKind::vm, "demo-d", std::nullopt, "unknown", true});
    o.unreachable.push_back({"qemu:///system", "no daemon"});
  });
  const Drift drift = manager.drift(observer, soon);
  REQUIRE(drift.differences.size() == 3);
  CHECK(drift.differences[0].name == "b");
  CHECK(drift.differences[1].field == "active");
  CHECK(drift.differences[2].name == "demo-d");
  CHECK(drift.observation.unreachable.size() == 1);
  CHECK(drift.snapshot->version.revision == 1);
  CHECK(manager.get_vm("b")->state == VMState::SHUTOFF);
  CHECK(manager.get_vm("b")->last_seen == at_second(0));
  CHECK(observer.looks == 1);
}

TEST_CASE("drift looks again where the state changed while it looked", "[manager][drift]") {
  const Place place(kind());
  ClusterStateManager manager(place.location());
  ClusterStateManager other(place.location());
  manager.create(make_state(), "import");
  FakeObserver observer({}, [&] {
    if (observer.looks == 1) other.transaction("meanwhile", [](ClusterState& s) { s.vms[0].state = VMState::RUNNING; });
  });
  CHECK(manager.drift(observer, soon).differences.empty());
  CHECK(observer.looks == 2);
}

TEST_CASE("an object that is changed again and again is not judged, the others are", "[manager][drift]") {
  const Place place(kind());
  ClusterStateManager manager(place.location());
  ClusterStateManager other(place.location());
  manager.create(make_state(), "import");
  FakeObserver observer([](Observation& o) { o.vms[2].state = VMState::CRASHED; },
                        [&] { other.transaction("meanwhile", [&](ClusterState& s) { s.vms[0].memory_gb += 1, s.vms[0].state_reason += "x"; }); });
  const Drift drift = manager.drift(observer, soon);
  REQUIRE(drift.differences.size() == 1);
  CHECK(drift.differences[0].name == "c");
  CHECK(observer.looks == 3);
}

TEST_CASE("there is no drift without a state", "[manager][drift]") {
  const Place place(kind());
  ClusterStateManager manager(place.location());
  FakeObserver observer;
  CHECK(error_of([&] { manager.drift(observer, soon); }).code() == errc::not_found);
  CHECK(observer.looks == 0);
}

// SPDX-License-Identifier: MIT
#include <functional>
#include "fake_world.hpp"
#include "place.hpp"
#include "states.hpp"

using namespace aihow::state;
using namespace aihow::test;

namespace {

struct Filled : Place {
  explicit Filled(const std::string& kind) : Place(kind) { ClusterStateManager(location()).create(make_state(), "import"); }
};

/// With a manager whose notices are kept.
struct Telling : Filled {
  explicit Telling(const std::string& kind) : Filled(kind), manager(location(), options()) {}

  std::vector<std::string> told;
  ClusterStateManager manager;

 private:
  ManagerOptions options() {
    ManagerOptions out;
    out.notice = [this](std::string_view text) { told.emplace_back(text); };
    return out;
  }
};

std::string kind() { return GENERATE(from_range(kinds_of_places())); }

const Context soon = within(std::chrono::seconds(10));

}  // namespace

TEST_CASE("a refresh commits what was seen, as one revision, and says what changed", "[manager][refresh]") {
  const Filled place(kind());
  ClusterStateManager manager(place.location());
  FakeObserver observer([](Observation& o) {
    o.vms[0].state = VMState::RUNNING;
    o.vms[0].state_reason = "booted";
    o.vms[0].ip_address = std::optional<std::string>("192.168.100.10");
  });
  const Refresh refresh = manager.refresh(observer, soon);
  CHECK(refresh.committed);
  CHECK(refresh.snapshot->version.revision == 2);
  CHECK(refresh.differences.size() == 3);
  CHECK(refresh.differences[0].field == "state");
  CHECK(refresh.observation.vms.size() == 3);
  CHECK(manager.get_vm("a")->ip_address == "192.168.100.10");
  CHECK(manager.get_vm("b")->last_seen == at_second(100));
  CHECK(refresh.snapshot->state.status == "partial");
}

TEST_CASE("a refresh that only saw the same is a touch, no more often than asked for", "[manager][refresh]") {
  const Filled place(kind());
  ClusterStateManager manager(place.location());
  FakeObserver observer;
  const Refresh first = manager.refresh(observer, soon);
  CHECK(first.committed);
  CHECK(first.differences.empty());
  CHECK(first.snapshot->version.revision == 1);
  CHECK(manager.get_vm("a")->last_seen == at_second(100));

  observer.when = 130;
  CHECK_FALSE(manager.refresh(observer, soon, std::chrono::seconds(60)).committed);
  CHECK(manager.get_vm("a")->last_seen == at_second(100));
  observer.when = 160;
  CHECK(manager.refresh(observer, soon, std::chrono::seconds(60)).committed);
  // A clock that was set back holds nothing up.
  observer.when = 20;
  CHECK(manager.refresh(observer, soon, std::chrono::seconds(60)).committed);
  CHECK(manager.get_vm("a")->last_seen == at_second(20));
  CHECK(manager.snapshot()->version.revision == 1);
}

TEST_CASE("what others did while the world was looked at stays", "[manager][refresh]") {
  const Filled place(kind());
  ClusterStateManager manager(place.location());
  ClusterStateManager other(place.location());
  FakeObserver observer(
      [](Observation& o) {
        o.vms[0].state = VMState::PAUSED;
        o.vms[1].state = VMState::PAUSED;
        o.vms[2].state = VMState::PAUSED;
      },
      [&] {
        other.transaction("meanwhile", [](ClusterState& s) {
          s.vms[0].state = VMState::RUNNING;
          s.vms[1].pending = Pending::remove;
          s.vms.erase(s.vms.begin() + 2);
          s.vms.push_back(make_vm("d", VMState::RUNNING));
        });
      });
  const Refresh refresh = manager.refresh(observer, soon);
  CHECK(refresh.snapshot->version.revision == 3);
  CHECK(manager.get_vm("a")->state == VMState::RUNNING);
  CHECK(manager.get_vm("b")->state == VMState::PAUSED);
  CHECK(manager.get_vm("b")->pending == Pending::remove);
  CHECK(manager.get_vm("c") == std::nullopt);
  CHECK(manager.get_vm("d")->state == VMState::RUNNING);
  CHECK(manager.get_vm("d")->last_seen == at_second(0));
  REQUIRE(refresh.differences.size() == 1);
  CHECK(refresh.differences[0].name == "b");
}

TEST_CASE("an unreachable hypervisor is recorded as that, and not as VMs that are off", "[manager][refresh]") {
  const Filled place(kind());
  ClusterStateManager manager(place.location());
  manager.transaction("run", [](ClusterState& s) {
    for (VMInfo& vm : s.vms) vm.state = VMState::RUNNING;
  });
  FakeObserver observer([](Observation& o) {
    o.vms.clear();
    o.networks.clear();
    o.unreachable = {{"qemu:///system", "no answer"}};
  });
  const Refresh refresh = manager.refresh(observer, soon);
  CHECK(refresh.snapshot->state.status == "running");
  for (const VMInfo& vm : manager.get_all_vms()) {
    CHECK(vm.state == VMState::RUNNING);
    CHECK(vm.unreachable_since == at_second(100));
  }
  CHECK_FALSE(manager.refresh(observer, soon).committed);
}

TEST_CASE("what is gone or off is recorded once, and is no drift then", "[manager][refresh][drift]") {
  const Filled place(kind());
  ClusterStateManager manager(place.location());
  FakeObserver observer([](Observation& o) {
    o.networks[0].active = false;
    o.volumes = {{"a-disk", false, 0}, {"b-disk", true, 10}};
    o.pools = {{"disks", false, false, {}}};
  });
  CHECK(manager.drift(observer, soon).differences.size() == 3);
  const Refresh first = manager.refresh(observer, soon);
  REQUIRE(first.differences.size() == 3);
  CHECK(first.differences[0] == Difference{ObjectKind::network, "lan", "active", "true", "false", {}});
  CHECK(first.differences[1] == Difference{ObjectKind::volume, "a-disk", "exists", "true", "false", {}});
  CHECK(first.differences[2] == Difference{ObjectKind::pool, "disks", "exists", "true", "false", {}});
  CHECK(first.snapshot->version.revision == 2);
  CHECK(manager.drift(observer, soon).differences.empty());

  observer.when = 200;
  CHECK(manager.refresh(observer, soon).differences.empty());
  const SnapshotPtr now = manager.snapshot();
  CHECK(now->version.revision == 2);
  CHECK(now->state.networks[0].inactive_since == at_second(100));
  CHECK(now->state.volumes[0].missing_since == at_second(100));
  CHECK_FALSE(now->state.volumes[1].missing_since);
  CHECK(now->state.pools[0].missing_since == at_second(100));
}

TEST_CASE("a network that got other addresses leaves the old ones behind, which is told", "[manager][refresh]") {
  Telling place(kind());
  ClusterStateManager& manager = place.manager;
  const std::vector<std::string>& told = place.told;
  manager.transaction("x", [](ClusterState& s) { s.vms[0].ip_address = "192.168.100.10"; });
  FakeObserver observer([](Observation& o) {
    o.vms[1].ip_address = std::optional<std::string>("10.9.9.9");
    o.networks[0].subnet = "10.9.0.0/16";
    o.networks[0].active_ips = {{"10.9.9.9", "192.168.100.11"}};
  });
  const Refresh refresh = manager.refresh(observer, soon);
  const NetworkInfo& network = refresh.snapshot->state.networks[0];
  CHECK(network.subnet == "10.9.0.0/16");
  CHECK(network.active_ips == std::vector<std::string>{"10.9.9.9"});
  CHECK_FALSE(manager.get_vm("a")->ip_address);
  CHECK(manager.get_vm("b")->ip_address == "10.9.9.9");
  CHECK(told == std::vector<std::string>{"network lan: what was observed cannot be recorded: 192.168.100.11 is no address of 10.9.0.0/16",
                                         "vm a: its address 192.168.100.10 is in no network any more: left out"});
}

TEST_CASE("where things are that no state can have is left as it was, and told", "[manager][refresh]") {
  Telling place(kind());
  ClusterStateManager& manager = place.manager;
  const std::vector<std::string>& told = place.told;
  FakeObserver observer([](Observation& o) {
    o.networks[0].active = false;
    o.networks[0].bridge = "a bridge";
    o.pools = {{"disks", true, false, {}, "relative"}};
  });
  manager.refresh(observer, soon);
  const ClusterState now = manager.get_state().value();
  CHECK(now.networks[0].bridge == make_state().networks[0].bridge);
  CHECK(now.networks[0].inactive_since == at_second(100));
  CHECK(now.pools[0].path == make_state().pools[0].path);
  CHECK(now.pools[0].inactive_since == at_second(100));
  CHECK(told.size() == 2);
}

TEST_CASE("what others did with networks, disks and pools while these were looked at stays", "[manager][refresh]") {
  const Filled place(kind());
  ClusterStateManager manager(place.location());
  ClusterStateManager other(place.location());
  FakeObserver observer(
      [](Observation& o) {
        o.networks[0].active = false;
        o.volumes = {{"a-disk", false, 0}, {"b-disk", false, 0}};
        o.pools = {{"disks", false, false, {}}};
      },
      [&] {
        other.transaction("meanwhile", [](ClusterState& s) {
          s.networks[0].pending = Pending::create;
          s.volumes[0].path = "/made/anew";
          s.pools[0].owned = true;
        });
      });
  const ClusterState now = manager.refresh(observer, soon).snapshot->state;
  CHECK_FALSE(now.networks[0].inactive_since);
  CHECK_FALSE(now.volumes[0].missing_since);
  CHECK(now.volumes[0].path == "/made/anew");
  CHECK(now.volumes[1].missing_since == at_second(100));
  CHECK_FALSE(now.pools[0].missing_since);
}

TEST_CASE("what cannot be recorded is left out and told, the rest is recorded", "[manager][refresh]") {
  Telling place(kind());
  ClusterStateManager& manager = place.manager;
  const std::vector<std::string>& told = place.told;
  FakeObserver observer([](Observation& o) {
    o.vms[0].state = VMState::RUNNING;
    o.vms[0].ip_address = std::optional<std::string>("10.9.9.9");
    o.vms[1].state = VMState::CRASHED;
    o.vms[1].state_reason = "\x1b[31mred";
    o.vms[2].state = VMState::RUNNING;
    o.vms[2].state_reason = "booted";
    o.vms[2].cpu_cores = 0;
    o.networks[0].active_ips = {{"10.9.9.9"}};
  });
  const Refresh refresh = manager.refresh(observer, soon);
  CHECK(manager.get_vm("a")->state == VMState::RUNNING);
  CHECK(manager.get_vm("a")->ip_address == std::nullopt);
  CHECK(manager.get_vm("a")->last_seen == at_second(100));
  CHECK(manager.get_vm("b")->state == VMState::CRASHED);
  CHECK(manager.get_vm("b")->state_reason.empty());
  CHECK(manager.get_vm("c")->state == VMState::RUNNING);
  CHECK(manager.get_vm("c")->state_reason == "booted");
  CHECK(manager.get_vm("c")->cpu_cores == 2);
  CHECK(refresh.snapshot->state.networks == make_state().networks);
  CHECK(told.size() == 4);
  for (const std::string& text : told) CHECK_FALSE(has(text, "\x1b"));
  CHECK(refresh.differences.size() == 4);
}

TEST_CASE("an address that two VMs show is that of the one that was seen now, or first", "[manager][refresh]") {
  Telling place(kind());
  ClusterStateManager& manager = place.manager;
  const std::vector<std::string>& told = place.told;
  manager.transaction("x", [](ClusterState& s) {
    s.vms[0].ip_address = "192.168.100.10";
    s.vms[0].hypervisor = "qemu+ssh://silent/system";
  });
  FakeObserver observer([](Observation& o) {
    o.vms.erase(o.vms.begin());
    o.unreachable = {{"qemu+ssh://silent/system", "no answer"}};
    for (VmObservation& vm : o.vms) vm.ip_address = std::optional<std::string>("192.168.100.10");
  });
  manager.refresh(observer, soon);
  CHECK(manager.get_vm("a")->ip_address == std::nullopt);
  CHECK(manager.get_vm("b")->ip_address == "192.168.100.10");
  CHECK(manager.get_vm("c")->ip_address == std::nullopt);
  CHECK(told.size() == 2);
}

TEST_CASE("a refresh without a state, or of one that went meanwhile, is an error", "[manager][refresh]") {
  const Place place(kind());
  ClusterStateManager manager(place.location());
  FakeObserver observer;
  CHECK(error_of([&] { manager.refresh(observer, soon); }).code() == errc::not_found);
  manager.create(make_state(), "import");
  FakeObserver erasing({}, [&] { manager.erase("destroy"); });
  CHECK(error_of([&] { manager.refresh(erasing, soon); }).code() == errc::not_found);
  manager.create(make_state(), "import");
  FakeObserver replacing({}, [&] {
    manager.erase("destroy");
    manager.create(make_state(), "import");
  });
  CHECK(error_of([&] { manager.refresh(replacing, soon); }).code() == errc::conflict);
}

TEST_CASE("an observer's error passes through, and nothing is committed", "[manager][refresh]") {
  const Filled place(kind());
  ClusterStateManager manager(place.location());
  FakeObserver observer({}, [] { throw Error(errc::cancelled, "cancelled"); });
  CHECK(error_of([&] { manager.refresh(observer, soon); }).code() == errc::cancelled);
  CHECK(manager.get_vm("a")->last_seen == at_second(0));
}

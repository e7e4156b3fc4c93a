// SPDX-License-Identifier: MIT
// A cluster on several hypervisors, and on such as do not answer.
#include <aihow/libvirt/observer.hpp>
#include "catch.hpp"
#include "cluster.hpp"
#include "test_daemon.hpp"

using namespace aihow::libvirt;
using namespace std::chrono_literals;
using aihow::state::ClusterState;
using aihow::state::Observation;
using aihow::state::VMState;
using Catch::Matchers::Contains;

TEST_CASE("a hypervisor that is down is unreachable, and its VMs are in no list", "[libvirt][observer]") {
  ObserverOptions options;
  options.hypervisor.timeout = 5s;
  const std::string uri = "test+unix:///default?socket=/nonexistent/socket";
  const Observation seen = make_observer(options)->observe(lab_state(uri), aihow::state::within(5s));
  CHECK(seen.vms.empty());
  CHECK(seen.networks.empty());
  CHECK(seen.pools.empty());
  CHECK(seen.volumes.empty());
  REQUIRE(seen.unreachable.size() == 1);
  CHECK(seen.unreachable[0].hypervisor == uri);
  CHECK_THAT(seen.unreachable[0].why, Contains("No such file or directory"));
}

TEST_CASE("one hypervisor that hangs leaves the others fresh", "[libvirt][observer]") {
  const TestDaemon silent(TestDaemon::Manner::silent);
  TemporaryFolder folder;
  TestNode node = lab_node();
  node.domains.erase(node.domains.begin());
  ClusterState state = lab_state(node.write(folder));
  state.vms[1].hypervisor = silent.uri();
  ObserverOptions options;
  options.hypervisor.timeout = 10s;
  const auto observer = make_observer(options);
  const auto begin = std::chrono::steady_clock::now();
  const Observation seen = observer->observe(state, aihow::state::within(500ms));
  CHECK(std::chrono::steady_clock::now() - begin < 3s);
  REQUIRE(seen.vms.size() == 1);
  CHECK(seen.vms[0].name == "controller");
  REQUIRE(seen.unreachable.size() == 1);
  CHECK(seen.unreachable[0].hypervisor == silent.uri());
  CHECK(named(seen.networks, "lab-network").exists);
}

TEST_CASE("VMs that name no hypervisor are at the default one", "[libvirt][observer]") {
  TemporaryFolder folder;
  ObserverOptions options;
  options.uri = lab_node().write(folder);
  const Observation seen = make_observer(options)->observe(lab_state(""), aihow::state::within(30s));
  REQUIRE(seen.vms.size() == 2);
  CHECK(seen.vms[0].hypervisor == options.uri);
  ClusterState empty = lab_state("");
  empty.vms.clear();
  CHECK(make_observer(options)->observe(empty, aihow::state::within(30s)).networks.size() == 1);
}

TEST_CASE("a VM that moved is seen where it is", "[libvirt][observer]") {
  TemporaryFolder folder;
  TestNode here = lab_node();
  TestNode there = lab_node();
  here.domains.erase(here.domains.begin() + 1);  // the controller has gone there
  there.domains.erase(there.domains.begin());
  const std::string here_uri = here.write(folder, "here.xml");
  const std::string there_uri = there.write(folder, "there.xml");
  ClusterState state = lab_state(here_uri);
  state.vms.push_back(lab_vm("other", "compute", 1, 1, VMState::SHUTOFF, there_uri));
  const Observation seen = make_observer(ObserverOptions{})->observe(state, aihow::state::within(30s));
  CHECK(named(seen.vms, "controller").hypervisor == there_uri);
  CHECK(named(seen.vms, "compute-01").hypervisor == here_uri);
  CHECK(named(seen.vms, "other").state == VMState::UNDEFINED);
}

TEST_CASE("a definition that a VM left elsewhere says nothing while its own hypervisor is silent", "[libvirt][observer]") {
  TemporaryFolder folder;
  ClusterState state = lab_state(lab_node().write(folder));
  for (auto& vm : state.vms) vm.hypervisor = "test+unix:///default?socket=/nonexistent/socket";
  ObserverOptions options;
  options.uri = lab_node().write(folder);
  options.hypervisor.timeout = 5s;
  state.vms.push_back(state.vms[1]);  // so that the other hypervisor is asked
  state.vms[2].name = "compute-02";
  state.vms[2].domain_uuid.reset();
  state.vms[2].hypervisor = options.uri;
  const Observation seen = make_observer(options)->observe(state, aihow::state::within(30s));
  // The controller runs there, which it can do in one place only; compute-01 is off there, and may run at home.
  REQUIRE(seen.vms.size() == 2);
  CHECK(named(seen.vms, "controller").state == VMState::RUNNING);
  CHECK(named(seen.vms, "controller").hypervisor == options.uri);
  CHECK(named(seen.vms, "compute-02").state == VMState::UNDEFINED);
}

// SPDX-License-Identifier: MIT
#include <aihow/libvirt/observer.hpp>
#include <aihow/state/reconcile.hpp>
#include <algorithm>
#include <array>
#include <mutex>
#include "catch.hpp"
#include "cluster.hpp"
#include "error_of.hpp"
#include "test_daemon.hpp"

using namespace aihow::libvirt;
using namespace std::chrono_literals;
using aihow::state::ClusterState;
using aihow::state::errc;
using aihow::state::Observation;
using aihow::state::VMState;
using Catch::Matchers::Contains;

namespace {

/// The names of libvirt's functions that were called, and on what.
class Calls {
 public:
  HypervisorOptions options() {
    HypervisorOptions out;
    out.trace = [this](std::string_view line) {
      if (!line.starts_with("call ")) return;
      const std::lock_guard lock(mutex_);
      calls_.emplace_back(line.substr(5));
    };
    return out;
  }
  std::vector<std::string> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(calls_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> calls_;
};

std::size_t count(const std::vector<std::string>& calls, const std::string& function) {
  return static_cast<std::size_t>(
      std::count_if(calls.begin(), calls.end(), [&](const std::string& call) { return call.starts_with(function + " "); }));
}

using Address = std::optional<std::optional<std::string>>;
std::string text(const Address& address) { return !address ? "not asked" : address->value_or("none"); }

struct Lab {
  explicit Lab(const TestNode& node = lab_node(), bool full = false) : uri(node.write(folder)), hypervisor(Hypervisor::open(uri, calls.options())) {
    calls.take();
    ObserverOptions options;
    options.full = full;
    observer = make_observer(hypervisor, options);
  }
  Observation observe(const ClusterState& state) const { return observer->observe(state, aihow::state::within(30s)); }

  TemporaryFolder folder;
  Calls calls;
  std::string uri;
  Hypervisor hypervisor;
  std::unique_ptr<aihow::state::Observer> observer;
};

}  // namespace

TEST_CASE("a cluster is seen as it is", "[libvirt][observer]") {
  const Lab lab;
  const Observation seen = lab.observe(lab_state(lab.uri));
  CHECK(seen.unreachable.empty());
  CHECK(seen.strangers.empty());
  REQUIRE(seen.vms.size() == 2);
  const auto& controller = named(seen.vms, "controller");
  CHECK(controller.state == VMState::RUNNING);
  CHECK(controller.domain_name == "lab-controller");
  CHECK(controller.domain_uuid == aihow::state::object_uuid(lineage_a, ObjectKind::vm, "controller"));
  CHECK(controller.hypervisor == lab.uri);
  CHECK(controller.cpu_cores == 2);
  CHECK(controller.memory_gb == 4);
  CHECK(controller.gpu_count == 0);
  CHECK(controller.volumes == std::vector<std::string>{"/lab/pool/controller.qcow2"});
  const auto& compute = named(seen.vms, "compute-01");
  CHECK(compute.state == VMState::SHUTOFF);
  CHECK(text(compute.ip_address) == "none");
  const auto& network = named(seen.networks, "lab-network");
  CHECK(network.exists);
  CHECK(network.active);
  CHECK_FALSE(network.active_ips);  // the test driver has no leases
  const auto& pool = named(seen.pools, "lab-pool");
  CHECK(pool.exists);
  CHECK(pool.active);
  CHECK(named(seen.volumes, "controller-disk").exists);
  CHECK(named(seen.volumes, "controller-disk").size_gb == 20);
}

TEST_CASE("after one refresh nothing differs", "[libvirt][observer]") {
  const Lab lab;
  ClusterState state = lab_state(lab.uri);
  apply(state, lab.observe(state));
  CHECK(reconcile(state, lab.observe(state)).empty());
}

TEST_CASE("the guest agent is asked where there is no lease", "[libvirt][observer]") {
  Lab lab;
  const Observation seen = lab.observe(lab_state(lab.uri));
  CHECK(text(named(seen.vms, "controller").ip_address) == "192.168.122.2");
  CHECK(count(lab.calls.take(), "virDomainInterfaceAddresses") == 1);
  TestNode node = lab_node();
  node.domains[1].devices = disk_and_card("controller", "52:54:00:00:00:01");
  Lab without(node);
  // Neither leases nor an agent: nothing is claimed.
  CHECK(text(named(without.observe(lab_state(without.uri)).vms, "controller").ip_address) == "not asked");
  CHECK(count(without.calls.take(), "virDomainInterfaceAddresses") == 0);
}

TEST_CASE("calls are as many as networks and pools, plus one for each domain that is new or changed", "[libvirt][observer]") {
  Lab lab;
  const ClusterState state = lab_state(lab.uri);
  lab.observe(state);
  auto calls = lab.calls.take();
  CHECK(count(calls, "virDomainGetXMLDesc") == 3);
  CHECK(count(calls, "virConnectGetAllDomainStats") == 1);
  CHECK(count(calls, "virNetworkGetXMLDesc") == 1);
  CHECK(count(calls, "virStorageVolGetInfo") == 2);

  lab.observe(state);
  calls = lab.calls.take();
  CHECK(count(calls, "virDomainGetXMLDesc") == 0);
  CHECK(count(calls, "virNetworkGetXMLDesc") == 0);
  CHECK(count(calls, "virStorageVolGetInfo") == 0);
  CHECK(count(calls, "virNetworkGetDHCPLeases") == 1);
  CHECK(count(calls, "virStoragePoolListAllVolumes") == 1);
  CHECK(count(calls, "virConnectListAllNetworks") == 2);
  CHECK(count(calls, "virConnectListAllStoragePools") == 2);
  // The test driver's statistics lack sizes: they are one more. The only running VM's agent is another.
  CHECK(count(calls, "virDomainGetInfo") == 1);
  CHECK(calls.size() == 9);

  // Started: it has another id.
  lab.hypervisor.find_domain("lab-compute-01")->start();
  lab.calls.take();
  const Observation seen = lab.observe(state);
  CHECK(count(lab.calls.take(), "virDomainGetXMLDesc") == 1);
  CHECK(named(seen.vms, "compute-01").state == VMState::RUNNING);
  CHECK(named(seen.vms, "compute-01").state_reason == "booted");
}

TEST_CASE("a full look reads everything each time", "[libvirt][observer]") {
  Lab lab(lab_node(), true);
  const ClusterState state = lab_state(lab.uri);
  for (int i = 0; i < 2; ++i) {
    lab.observe(state);
    const auto calls = lab.calls.take();
    CHECK(count(calls, "virDomainGetXMLDesc") == 3);
    CHECK(count(calls, "virNetworkGetXMLDesc") == 1);
    CHECK(count(calls, "virStorageVolGetInfo") == 2);
  }
}

TEST_CASE("what libvirt lacks is seen as lacking", "[libvirt][observer]") {
  const Lab lab;
  lab.hypervisor.find_domain("lab-controller")->destroy();
  lab.hypervisor.find_domain("lab-controller")->undefine();
  lab.hypervisor.find_network("lab-network")->destroy();
  lab.hypervisor.find_network("lab-network")->undefine();
  lab.hypervisor.find_pool("lab-pool")->find_volume("compute-01.qcow2")->remove();
  const ClusterState state = lab_state(lab.uri);
  Observation seen = lab.observe(state);
  CHECK(named(seen.vms, "controller").state == VMState::UNDEFINED);
  CHECK_FALSE(named(seen.networks, "lab-network").exists);
  CHECK_FALSE(named(seen.volumes, "compute-01-disk").exists);
  CHECK(named(seen.volumes, "controller-disk").exists);

  const Pool pool = *lab.hypervisor.find_pool("lab-pool");
  pool.destroy();
  seen = lab.observe(state);
  CHECK_FALSE(named(seen.pools, "lab-pool").active);
  CHECK(seen.volumes.empty());  // a pool that is not active tells nothing of its files
  pool.undefine();
  CHECK_FALSE(named(lab.observe(state).pools, "lab-pool").exists);
}

TEST_CASE("clones, unknown members and namesakes are strangers", "[libvirt][observer]") {
  TestNode node = lab_node();
  node.domains.push_back(
      {"a-clone", *Uuid::parse("00000000-0000-4000-8000-0000000000aa"), 1, 1, kib_per_gib, {vm_mark("controller", "controller")}, {}});
  const Mark unknown = vm_mark("compute-99", "compute");
  node.domains.push_back({"lab-compute-99", unknown.uuid, 1, 1, kib_per_gib, {unknown}, {}});
  Mark other = own_mark(lineage_b, "lab", ObjectKind::vm, "controller");
  node.domains.push_back({"other-lineage", other.uuid, 1, 1, kib_per_gib, {other}, {}});
  node.networks.push_back(
      {"net-clone", *Uuid::parse("00000000-0000-4000-8000-0000000000bb"), "virbr8", "10.0.0.1", "255.0.0.0", node.networks[0].marks});
  node.domains[0].uuid = *Uuid::parse("00000000-0000-4000-8000-0000000000cc");  // lab-compute-01 is another domain now
  node.domains[0].marks.clear();
  node.pools[0].uuid = *Uuid::parse("00000000-0000-4000-8000-0000000000dd");
  const Lab lab(node);
  const Observation seen = lab.observe(lab_state(lab.uri));
  CHECK(named(seen.vms, "controller").domain_name == "lab-controller");
  CHECK(named(seen.vms, "compute-01").state == VMState::UNDEFINED);
  CHECK_FALSE(named(seen.pools, "lab-pool").exists);
  REQUIRE(seen.strangers.size() == 5);
  for (const auto& stranger : seen.strangers) CHECK(stranger.own == (stranger.name == "lab-compute-99"));
  CHECK_THAT(named(seen.strangers, "a-clone").why, Contains("mark of VM controller under another UUID"));
  CHECK_THAT(named(seen.strangers, "lab-compute-99").why, Contains("which the state does not know"));
  CHECK_THAT(named(seen.strangers, "lab-compute-01").why, Contains("has the name of VM compute-01's domain"));
  CHECK_THAT(named(seen.strangers, "net-clone").why, Contains("mark of network lab-network under another UUID"));
  CHECK(named(seen.strangers, "net-clone").kind == ObjectKind::network);
  CHECK(named(seen.strangers, "lab-pool").kind == ObjectKind::pool);
}

TEST_CASE("a network's addresses and bridge, and in a full look a pool's path, are seen", "[libvirt][observer]") {
  TestNode node = lab_node();
  node.networks[0].address = "192.168.122.77";
  const Lab lab(node, true);
  ClusterState state = lab_state(lab.uri);
  Observation seen = lab.observe(state);
  CHECK(seen.networks.at(0).subnet == "192.168.122.0/24");
  CHECK(seen.networks.at(0).bridge == "virbr-lab");
  CHECK(seen.pools.at(0).path == "/lab/pool");
  aihow::state::apply(state, seen);
  CHECK(aihow::state::drift(state, seen).empty());
  // Two spellings of one network do not differ; two networks do.
  state.networks[0].subnet = "192.168.122.1/24";
  CHECK(lab.observe(state).networks.at(0).subnet == "192.168.122.1/24");
  state.networks[0].subnet = "192.168.122.0/25";
  CHECK(lab.observe(state).networks.at(0).subnet == "192.168.122.0/24");
  const Lab quick(node);
  CHECK_FALSE(quick.observe(lab_state(quick.uri)).pools.at(0).path);
}

TEST_CASE("a VM whose UUID is not recorded is known by its mark, never by its name", "[libvirt][observer]") {
  const Lab lab;
  ClusterState state = lab_state(lab.uri);
  for (auto& vm : state.vms) vm.domain_uuid.reset();
  CHECK(named(lab.observe(state).vms, "controller").state == VMState::RUNNING);
  state.lineage = lineage_b;
  CHECK(named(lab.observe(state).vms, "controller").state == VMState::UNDEFINED);
  state.lineage.reset();
  CHECK(named(lab.observe(state).vms, "controller").state == VMState::UNDEFINED);
}

TEST_CASE("every state and reason of libvirt arrives", "[libvirt][observer]") {
  struct Case {
    int run_state;
    VMState expected;
  };
  // What the test driver can start a domain in: running, paused, shut off, crashed.
  for (const Case& one : {Case{1, VMState::RUNNING}, Case{3, VMState::PAUSED}, Case{5, VMState::SHUTOFF}, Case{6, VMState::CRASHED}}) {
    TestNode node = lab_node();
    node.domains[1].run_state = one.run_state;
    const Lab lab(node);
    CHECK(named(lab.observe(lab_state(lab.uri)).vms, "controller").state == one.expected);
  }
}

TEST_CASE("2,000 domains in every state are seen in one look, each as it is", "[libvirt][observer]") {
  constexpr std::array run_states{1, 2, 3, 4, 5, 6, 7};
  constexpr std::size_t count = 2000;
  TestNode node;
  ClusterState state = lab_state("");
  state.vms.clear();
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = "vm-" + std::to_string(i);
    const Mark mark = vm_mark(name, "compute");
    node.domains.push_back({"lab-" + name, mark.uuid, run_states[i % run_states.size()], 1, kib_per_gib, {mark}, {}});
    state.vms.push_back(lab_vm(name, "compute", 1, 1, VMState::UNDEFINED, ""));
  }
  const Lab lab(node);
  const Observation seen = lab.observe(state);
  REQUIRE(seen.vms.size() == count);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < count; ++i) {
    wrong += seen.vms[i].name != state.vms[i].name || seen.vms[i].state != aihow::state::vm_state_from_libvirt(run_states[i % run_states.size()]);
  }
  CHECK(wrong == 0);
}

TEST_CASE("GPUs are the passthrough devices that the mark names", "[libvirt][observer]") {
  TestNode node = lab_node();
  const std::string devices =
      "<hostdev mode='subsystem' type='pci'><source><address domain='0' bus='0x01' slot='0' function='0'/></source></hostdev>"
      "<hostdev mode='subsystem' type='pci'><source><address domain='0' bus='0x02' slot='0' function='0'/></source></hostdev>";
  node.domains[0].marks[0].gpus = {"0000:01:00.0", "0000:09:00.0"};
  node.domains[0].devices += devices;
  const Lab lab(node);
  CHECK(named(lab.observe(lab_state(lab.uri)).vms, "compute-01").gpu_count == 1);
}

TEST_CASE("host devices of a domain without a mark are GPUs if they are displays", "[libvirt][observer]") {
  TestNode node = lab_node();
  node.domains[0].marks.clear();
  node.domains[0].devices += "<hostdev mode='subsystem' type='pci'><source><address domain='0' bus='0x01' slot='0' function='0'/></source></hostdev>";
  Lab lab(node);
  // The test driver's host has no PCI devices.
  CHECK(named(lab.observe(lab_state(lab.uri)).vms, "compute-01").gpu_count == 0);
  CHECK(count(lab.calls.take(), "virNodeDeviceGetXMLDesc") == 1);
  lab.observe(lab_state(lab.uri));
  CHECK(count(lab.calls.take(), "virNodeDeviceGetXMLDesc") == 0);
}

TEST_CASE("a volume that is recorded without a pool is looked for by its path", "[libvirt][observer]") {
  const Lab lab;
  ClusterState state = lab_state(lab.uri);
  state.pools.clear();
  for (auto& volume : state.volumes) volume.pool.clear();
  state.volumes[1].path = "/elsewhere/disk";
  const Observation seen = lab.observe(state);
  REQUIRE(seen.volumes.size() == 1);
  CHECK(seen.volumes[0].name == "controller-disk");
  CHECK(seen.volumes[0].size_gb == 20);
}

TEST_CASE("a stop token cancels an observation", "[libvirt][observer]") {
  const TestDaemon silent(TestDaemon::Manner::silent);
  std::stop_source source;
  source.request_stop();
  CHECK(error_of([&] {
          make_observer(ObserverOptions{})->observe(lab_state(silent.uri()), {std::chrono::steady_clock::time_point::max(), source.get_token()});
        }).code() == errc::cancelled);
}

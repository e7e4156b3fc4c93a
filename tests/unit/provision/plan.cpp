// SPDX-License-Identifier: MIT
#include "provision/plan.hpp"
#include <algorithm>
#include "catch.hpp"
#include "provision/start_work.hpp"
#include "sample_cluster.hpp"

using namespace aihow;
using namespace aihow::tool;
using state::VMState;
using test::sample_cluster;

namespace {

/// The state as it stands once `start` has made everything.
state::ClusterState started(const ClusterConfig& cluster) {
  StartWork work;
  work.lineage = *state::Uuid::parse("0f8fad5b-d9cb-469f-a165-70867728950e");
  for (const auto& node : cluster.nodes) work.vms.push_back({.node = &node, .backing_file = node.base_image});
  state::ClusterState out;
  out.cluster_name = cluster.name;
  out.cluster_type = cluster.type;
  record_intent(out, cluster, work, "qemu:///system");
  for (auto& vm : out.vms) vm.state = VMState::RUNNING;
  return out;
}

std::vector<std::string> sentences(const ClusterPlan& plan) {
  std::vector<std::string> out;
  for (const auto& difference : plan.differences) out.push_back(difference.sentence());
  return out;
}

std::size_t count(const ClusterPlan& plan, PlanAction action) {
  return static_cast<std::size_t>(std::count_if(plan.items.begin(), plan.items.end(), [&](const auto& item) { return item.action == action; }));
}

}  // namespace

TEST_CASE("without a state everything is made: network, pool, disks, VMs", "[plan]") {
  const auto plan = plan_cluster(sample_cluster(), nullptr);
  CHECK(plan.items.size() == 6);
  CHECK(count(plan, PlanAction::create) == 6);
  CHECK(plan.items.front().kind == state::ObjectKind::network);
  CHECK(plan.items.back().name == "compute-01");
  CHECK(plan.differences.empty());
}

TEST_CASE("what runs as configured is kept", "[plan]") {
  const auto cluster = sample_cluster();
  const auto state = started(cluster);
  const auto plan = plan_cluster(cluster, &state);
  CHECK(count(plan, PlanAction::keep) == 6);
  CHECK(sentences(plan).empty());
}

TEST_CASE("what is stopped is started, what is missing is made", "[plan]") {
  const auto cluster = sample_cluster();
  auto state = started(cluster);
  state.vms[0].state = VMState::SHUTOFF;
  state.vms[1].state = VMState::UNDEFINED;
  auto plan = plan_cluster(cluster, &state);
  CHECK(plan.items[4].action == PlanAction::start);
  CHECK(plan.items[5].action == PlanAction::create);
  state.volumes[1].pending = state::Pending::create;  // a run that was killed
  plan = plan_cluster(cluster, &state);
  CHECK(plan.items[3].action == PlanAction::create);
}

TEST_CASE("each difference between configuration and state is listed", "[plan]") {
  const auto cluster = sample_cluster();
  const auto state = started(cluster);
  auto changed = cluster;
  changed.network.subnet = "192.168.101.0/24";
  changed.network.bridge = "virbr101";
  changed.pool_path = "/elsewhere";
  changed.nodes[0].cpu_cores = 8;
  changed.nodes[0].memory_gb = 16;
  changed.nodes[0].disk_gb = 40;
  changed.nodes[0].base_image = "/images/other.qcow2";
  changed.nodes[0].auto_start = false;
  changed.nodes[0].devices = {{"0000:01:00.0", "gpu", {}, {}, {}}};
  changed.nodes.pop_back();
  const std::vector<std::string> expected{
      "network lab-network: subnet is 192.168.100.0/24, the configuration says 192.168.101.0/24",
      "network lab-network: bridge is virbr100, the configuration says virbr101",
      "pool lab-pool: path is /var/lib/libvirt/images/lab, the configuration says /elsewhere",
      "volume controller-disk: size_gb is 20, the configuration says 40",
      "volume controller-disk: backing_file is /images/base.qcow2, the configuration says /images/other.qcow2",
      "vm controller: cpu_cores is 2, the configuration says 8",
      "vm controller: memory_gb is 4, the configuration says 16",
      "vm controller: auto_start is true, the configuration says false",
      "vm controller: gpu_count is 0, the configuration says 1",
      "vm compute-01 exists, and is not in the configuration",
  };
  CHECK(sentences(plan_cluster(changed, &state)) == expected);
}

TEST_CASE("a fixed address that the VM does not have is a difference; one from DHCP is not", "[plan]") {
  const auto cluster = sample_cluster();
  auto state = started(cluster);
  state.vms[0].ip_address = "192.168.100.77";
  state.vms[1].ip_address = "192.168.100.78";
  CHECK(sentences(plan_cluster(cluster, &state)) ==
        std::vector<std::string>{"vm controller: ip_address is 192.168.100.77, the configuration says 192.168.100.10"});
}

TEST_CASE("the intent records every object, pending where it will be made", "[plan]") {
  const auto cluster = sample_cluster();
  StartWork work;
  work.make_network = work.make_pool = work.pool_owns_directory = true;
  work.vms = {{.node = &cluster.nodes[0], .make_volume = true, .define = true, .backing_file = "/images/base.qcow2"},
              {.node = &cluster.nodes[1], .backing_file = "/images/base.qcow2"}};
  state::ClusterState state;
  record_intent(state, cluster, work, "qemu:///system");
  CHECK(state.networks[0].pending == state::Pending::create);
  CHECK(state.pools[0].pending == state::Pending::create);
  CHECK(state.pools[0].owned);
  CHECK(state.pools[0].owns_directory);
  CHECK(state.vms[0].pending == state::Pending::create);
  CHECK(state.vms[0].state == VMState::UNDEFINED);
  CHECK(state.vms[0].domain_name == "lab-controller");
  CHECK(state.volumes[0].path == "/var/lib/libvirt/images/lab/controller.qcow2");
  CHECK(state.vms[1].pending == state::Pending::none);

  const auto once = state;
  record_intent(state, cluster, work, "qemu:///system");  // it may be run again
  CHECK(state == once);
}

TEST_CASE("the intent of a resumed run takes back an intended removal", "[plan]") {
  const auto cluster = sample_cluster();
  auto state = started(cluster);
  for (auto& vm : state.vms) vm.pending = state::Pending::remove;
  state.networks[0].pending = state::Pending::remove;
  StartWork work;
  for (const auto& node : cluster.nodes) work.vms.push_back({.node = &node, .backing_file = node.base_image});
  record_intent(state, cluster, work, "qemu:///system");
  CHECK(state.vms[0].pending == state::Pending::none);
  CHECK(state.networks[0].pending == state::Pending::none);
}

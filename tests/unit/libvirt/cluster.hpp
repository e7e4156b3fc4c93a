// SPDX-License-Identifier: MIT
// A cluster of two VMs, a network, a pool and volumes: as a state, and as a node of the test driver.
#pragma once
#include <aihow/state/cluster_state.hpp>
#include <aihow/state/identity.hpp>
#include <string>
#include <vector>
#include "catch.hpp"
#include "test_node.hpp"

namespace aihow::libvirt::inline v0 {

constexpr std::uint64_t kib_per_gib = 1024 * 1024;

inline Mark vm_mark(const std::string& name, const std::string& role) {
  Mark out = own_mark(lineage_a, "lab", ObjectKind::vm, name);
  out.role = role;
  out.created_at = state::Timestamp::parse("2025-10-21T14:32:15.123456Z");
  out.volume = name + "-disk";
  out.volume_path = "/lab/pool/" + name + ".qcow2";
  out.volume_size_gb = 20;
  out.pool = "lab-pool";
  out.backing_file = "/images/base.qcow2";
  out.pool_owns_directory = true;
  out.network = "lab-network";
  return out;
}

inline std::string disk_and_card(const std::string& name, const std::string& mac, const std::string& more = {}) {
  return "<disk type='file' device='disk'><source file='/lab/pool/" + name +
         ".qcow2'/><target dev='vda' bus='virtio'/></disk><interface type='network'><mac address='" + mac +
         "'/><source network='lab-network'/></interface>" + more;
}

inline const char* const agent_channel = "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>";

/// What libvirt's test driver says of each card: 192.168.122.(1 + its number), counted from 1 over the domain.
inline TestNode lab_node() {
  TestNode out;
  const Mark controller = vm_mark("controller", "controller");
  const Mark compute = vm_mark("compute-01", "compute");
  out.domains = {
      {"lab-compute-01", compute.uuid, 5, 4, 8 * kib_per_gib, {compute}, disk_and_card("compute-01", "52:54:00:00:00:02")},
      {"lab-controller", controller.uuid, 1, 2, 4 * kib_per_gib, {controller}, disk_and_card("controller", "52:54:00:00:00:01", agent_channel)},
      {"somebody-elses", *Uuid::parse("00000000-0000-4000-8000-00000000000f"), 1, 1, kib_per_gib, {}, {}},
  };
  const Mark network = own_mark(lineage_a, "lab", ObjectKind::network, "lab-network");
  out.networks = {{"lab-network", network.uuid, "virbr-lab", "192.168.122.1", "255.255.255.0", {network}}};
  out.pools = {
      {"lab-pool", state::object_uuid(lineage_a, ObjectKind::pool, "lab-pool"), "/lab/pool", {{"controller.qcow2", 20}, {"compute-01.qcow2", 20}}}};
  return out;
}

inline state::VMInfo lab_vm(const std::string& name, const std::string& role, int cores, int memory_gb, state::VMState vm_state,
                            const std::string& uri) {
  state::VMInfo out;
  out.name = name;
  out.role = role;
  out.cpu_cores = cores;
  out.memory_gb = memory_gb;
  out.state = vm_state;
  out.volumes = {"/lab/pool/" + name + ".qcow2"};
  out.created_at = *state::Timestamp::parse("2025-10-21T14:32:15.123456Z");
  out.domain_name = "lab-" + name;
  out.domain_uuid = state::object_uuid(lineage_a, ObjectKind::vm, name);
  out.hypervisor = uri;
  return out;
}

/// The state of lab_node().
inline state::ClusterState lab_state(const std::string& uri) {
  state::ClusterState out;
  out.cluster_name = "lab";
  out.cluster_type = "hpc";
  out.status = "partial";
  out.lineage = lineage_a;
  out.created_at = *state::Timestamp::parse("2025-10-21T14:32:15.123456Z");
  out.vms = {lab_vm("controller", "controller", 2, 4, state::VMState::RUNNING, uri),
             lab_vm("compute-01", "compute", 4, 8, state::VMState::SHUTOFF, uri)};
  state::NetworkInfo network;
  network.name = "lab-network";
  network.subnet = "192.168.122.0/24";
  network.bridge = "virbr-lab";
  network.uuid = state::object_uuid(lineage_a, ObjectKind::network, "lab-network");
  out.networks = {network};
  for (const char* name : {"controller", "compute-01"}) {
    state::VolumeInfo volume;
    volume.name = std::string(name) + "-disk";
    volume.path = "/lab/pool/" + std::string(name) + ".qcow2";
    volume.size_gb = 20;
    volume.format = "qcow2";
    volume.pool = "lab-pool";
    volume.backing_file = "/images/base.qcow2";
    out.volumes.push_back(volume);
  }
  state::PoolInfo pool;
  pool.name = "lab-pool";
  pool.uuid = state::object_uuid(lineage_a, ObjectKind::pool, "lab-pool");
  pool.path = "/lab/pool";
  pool.owned = true;
  pool.owns_directory = true;
  out.pools = {pool};
  return out;
}

/// The one of that name.
template <class Observed>
const Observed& named(const std::vector<Observed>& all, const std::string& name) {
  const Observed* const found = state::find_by_name(all, name);
  REQUIRE(found != nullptr);
  return *found;
}

}  // namespace aihow::libvirt::inline v0

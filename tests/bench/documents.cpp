// SPDX-License-Identifier: MIT
#include "documents.hpp"
#include <fmt/format.h>
#include <aihow/state/identity.hpp>
#include <aihow/state/json.hpp>

namespace aihow::bench {

state::ClusterState cluster(std::size_t vms) {
  using state::Timestamp;
  constexpr std::int64_t start_us = 1'761'057'135'123'456;
  const state::Uuid lineage = *state::Uuid::parse("3f2b8c1e-5d4a-4b6f-9a10-0123456789ab");
  state::ClusterState out;
  out.cluster_name = "bench";
  out.cluster_type = "hpc";
  out.status = "running";
  out.created_at = Timestamp::from_unix_us(start_us);
  out.last_modified = Timestamp::from_unix_us(start_us + 207'530'865);
  out.revision = 42;
  out.lineage = lineage;
  state::NetworkInfo& network = out.networks.emplace_back();
  network.name = "bench-network";
  network.subnet = "10.0.0.0/8";
  network.bridge = "virbr100";
  network.uuid = state::name_uuid(lineage, "network/bench-network");
  state::PoolInfo& pool = out.pools.emplace_back();
  pool.name = "bench-pool";
  pool.uuid = state::name_uuid(lineage, "pool/bench-pool");
  pool.path = "/var/lib/libvirt/images/bench";
  pool.owned = pool.owns_directory = true;
  for (std::size_t i = 1; i <= vms; ++i) {
    const auto at = static_cast<std::int64_t>(i);
    state::VMInfo vm;
    vm.name = i == 1 ? "controller" : fmt::format("compute-{:05}", i - 1);
    vm.cpu_cores = i == 1 ? 8 : 64;
    vm.memory_gb = i == 1 ? 32 : 512;
    vm.state = state::VMState::RUNNING;
    vm.ip_address = fmt::format("10.{}.{}.{}", i >> 16, i >> 8 & 255, i & 255);
    vm.gpu_count = i == 1 ? 0 : 4;
    vm.volumes = {fmt::format("/var/lib/libvirt/images/bench/{}.qcow2", vm.name)};
    vm.created_at = Timestamp::from_unix_us(start_us + 1'237 * at);
    vm.last_seen = Timestamp::from_unix_us(start_us + 205'000'000 + 7 * at);
    vm.role = i == 1 ? "controller" : "compute";
    vm.domain_name = fmt::format("bench-{}", vm.name);
    vm.domain_uuid = state::name_uuid(lineage, "domain/" + vm.domain_name);
    vm.state_reason = "booted";
    network.active_ips.push_back(*vm.ip_address);
    state::VolumeInfo& volume = out.volumes.emplace_back();
    volume.name = vm.name + "-disk";
    volume.path = vm.volumes[0];
    volume.size_gb = 100;
    volume.format = "qcow2";
    volume.pool = pool.name;
    volume.backing_file = "/var/lib/libvirt/images/base.qcow2";
    out.vms.push_back(std::move(vm));
  }
  return out;
}

}  // namespace aihow::bench

// SPDX-License-Identifier: MIT
// States to test with.
#pragma once
#include <aihow/state/model.hpp>
#include <string>

namespace aihow::state {

inline Timestamp at_second(std::int64_t second) { return Timestamp::from_unix_us((1'700'000'000 + second) * 1'000'000); }

inline VMInfo make_vm(std::string name, VMState state = VMState::SHUTOFF) {
  VMInfo vm;
  vm.name = std::move(name);
  vm.cpu_cores = 2;
  vm.memory_gb = 4;
  vm.state = state;
  vm.created_at = at_second(0);
  vm.last_seen = at_second(0);
  return vm;
}

/// A valid state: three VMs (`a`, `b`, `c`), a network, two volumes, a pool.
inline ClusterState make_state() {
  ClusterState state;
  state.cluster_name = "demo";
  state.cluster_type = "hpc";
  state.status = "stopped";
  state.created_at = at_second(0);
  state.last_modified = at_second(0);
  for (const char* name : {"a", "b", "c"}) state.vms.push_back(make_vm(name));
  NetworkInfo network;
  network.name = "lan";
  network.subnet = "192.168.100.0/24";
  network.bridge = "virbr100";
  network.active_ips = {"192.168.100.10", "192.168.100.11"};
  state.networks.push_back(network);
  for (const char* name : {"a-disk", "b-disk"}) {
    VolumeInfo volume;
    volume.name = name;
    volume.path = std::string("/pool/") + name + ".qcow2";
    volume.size_gb = 10;
    volume.format = "qcow2";
    state.volumes.push_back(volume);
  }
  PoolInfo pool;
  pool.name = "disks";
  pool.path = "/pool";
  state.pools.push_back(pool);
  return state;
}

}  // namespace aihow::state

// SPDX-License-Identifier: MIT
// Small valid states for tests.
#pragma once
#include <aihow/state/model.hpp>
#include <cstdint>
#include <string>

namespace aihow::test {

/// A fixed lineage; another `last` byte makes another lineage.
inline state::Uuid sample_lineage(std::uint8_t last = 1) {
  state::Uuid uuid = *state::Uuid::parse("3f2b8c1e-5d4a-4b6f-9a10-0123456789ab");
  uuid.bytes[15] = last;
  return uuid;
}

/// `vms` running machines `node-1` … and a network; equal arguments give equal states.
inline state::ClusterState sample_state(std::uint64_t revision, int vms = 2, std::uint8_t lineage = 1) {
  state::ClusterState out;
  out.cluster_name = "sample";
  out.cluster_type = "hpc";
  out.status = "running";
  out.created_at = state::Timestamp::from_unix_us(1'761'057'135'123'456);
  out.last_modified = state::Timestamp::from_unix_us(1'761'057'342'654'321);
  for (int i = 1; i <= vms; ++i) {
    state::VMInfo vm;
    vm.name = "node-" + std::to_string(i);
    vm.cpu_cores = 8;
    vm.memory_gb = 32;
    vm.state = state::VMState::RUNNING;
    vm.volumes = {"/var/lib/libvirt/images/sample/" + vm.name + ".qcow2"};
    vm.created_at = out.created_at;
    vm.last_seen = out.last_modified;
    out.vms.push_back(std::move(vm));
  }
  out.networks.push_back({.name = "sample-net",
                          .subnet = "192.168.100.0/24",
                          .bridge = "virbr100",
                          .active_ips = {},
                          .uuid = {},
                          .missing_since = {},
                          .inactive_since = {},
                          .unknown = {}});
  out.revision = revision;
  out.lineage = sample_lineage(lineage);
  return out;
}

}  // namespace aihow::test

// SPDX-License-Identifier: MIT
// A small checked configuration to plan and build from.
#pragma once
#include "config/model.hpp"

namespace aihow::tool::test {

inline NodeConfig sample_node(std::string name, std::string role) {
  NodeConfig out;
  out.name = std::move(name);
  out.role = std::move(role);
  out.cpu_cores = 2;
  out.memory_gb = 4;
  out.disk_gb = 20;
  out.base_image = "/images/base.qcow2";
  return out;
}

inline ClusterConfig sample_cluster() {
  ClusterConfig out;
  out.type = "hpc";
  out.name = "lab";
  out.network = {"192.168.100.0/24", "255.255.255.0", "virbr100", "192.168.100.1", {"9.9.9.9"}, "192.168.100.2", "192.168.100.254"};
  out.pool_name = "lab-pool";
  out.pool_path = "/var/lib/libvirt/images/lab";
  out.nodes = {sample_node("controller", "controller"), sample_node("compute-01", "compute")};
  out.nodes[0].ip = "192.168.100.10";
  return out;
}

}  // namespace aihow::tool::test

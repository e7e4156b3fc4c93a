// SPDX-License-Identifier: MIT
// The cluster configuration as a checked model. What the format page calls optional is filled in here.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace aihow::tool {

struct PassthroughDevice {
  std::string pci_address;               ///< `0000:01:00.0`, lower case
  std::string type;                      ///< `gpu`, `audio`, `network`, `storage`, `other`
  std::optional<std::string> vendor_id;  ///< 4 hex digits
  std::optional<std::string> device_id;
  std::optional<int> iommu_group;
};

struct VirtiofsMount {
  std::string tag;
  std::string host_path;
  std::string mount_point;
  std::string owner, group, mode, options;  ///< for the guest's own set-up; kept
};

struct NodeConfig {
  std::string name;
  std::string role;  ///< `controller`, `compute`, `control_plane`, `worker`
  std::int32_t cpu_cores = 0;
  std::int32_t memory_gb = 0;
  std::int32_t disk_gb = 0;
  std::optional<std::string> ip;  ///< nullopt: DHCP
  std::string base_image;         ///< absolute, expanded
  bool auto_start = true;
  std::vector<PassthroughDevice> devices;  ///< the enabled ones only
  std::vector<VirtiofsMount> mounts;
  std::string where;  ///< path of the node in the file: `clusters.hpc.compute_nodes[0]`
  int line = 0;
};

struct NetworkConfig {
  std::string subnet;   ///< canonical CIDR: `192.168.100.0/24`
  std::string netmask;  ///< `255.255.255.0`
  std::string bridge;
  std::string gateway;
  std::vector<std::string> dns_servers;
  std::string dhcp_start, dhcp_end;
};

struct CpuTopology {
  int sockets = 0, cores = 0, threads = 0;
};
struct CpuFeature {
  std::string name;
  bool require = true;
};

struct AccelerationConfig {
  bool enable_kvm = true;
  bool enable_nested = false;
  std::optional<std::string> cpu_model;  ///< `host-passthrough`, `host-model`, `qemu64` (`host` is written host-passthrough); nullopt: the default
  std::vector<CpuFeature> cpu_features;
  std::optional<CpuTopology> cpu_topology;
  bool enable_hugepages = false;
  std::string hugepage_size;  ///< `2M`, `1G`; empty: the host's default
  bool cpu_pinning = false;
  std::string memory_backing = "default";  ///< `default`, `hugepages`, `memfd`
};

struct ClusterConfig {
  std::string type;  ///< `hpc` or `cloud`
  std::string name;
  NetworkConfig network;
  AccelerationConfig acceleration;
  std::string pool_name;          ///< `<name>-pool` unless given
  std::string pool_path;          ///< `/var/lib/libvirt/images/<name>` unless given
  std::vector<NodeConfig> nodes;  ///< the controller or control plane first

  std::string network_name() const { return name + "-network"; }
  std::string domain_name(const std::string& vm) const { return name + "-" + vm; }
};

struct ConfigProblem {
  int line = 0;  ///< from 1; 0: the file as a whole
  int column = 0;
  std::string where;    ///< `clusters.hpc.compute_nodes[0].cpu_cores`
  std::string message;  ///< what was found, what is allowed
};

struct ConfigFile {
  std::string path;
  std::string name;  ///< metadata.name
  std::vector<ClusterConfig> clusters;
  std::vector<ConfigProblem> warnings;  ///< keys that the format does not name, and what is left out
};

}  // namespace aihow::tool

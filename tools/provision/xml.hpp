// SPDX-License-Identifier: MIT
// The XML that libvirt objects are made from. Built with pugixml, so that no name or path can change its structure. Pure.
// Each throws Error invalid for a text that XML cannot hold: not UTF-8, or with control characters.
#pragma once
#include <aihow/libvirt/mark.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include "config/model.hpp"

namespace aihow::tool {

/// What the hypervisor is, as far as the XML depends on it.
struct HostInfo {
  std::string domain_type;  ///< empty: `kvm` or `qemu` as the configuration says; libvirt's test driver wants `test`
  std::string arch = "x86_64";
  std::string machine = "q35";  ///< empty: the hypervisor's default
  int cpus = 1;                 ///< host CPUs, for pinning
};

/// Reads `virsh capabilities` XML.
HostInfo read_host_info(std::string_view uri, std::string_view capabilities_xml);

struct DomainSpec {
  const ClusterConfig& cluster;
  const NodeConfig& node;
  libvirt::Mark mark;  ///< its uuid is the domain's
  std::string mac;
  std::string volume_path;
  std::string backing_file;  ///< written into the disk's explicit backing chain
  int first_host_cpu = 0;    ///< where pinning begins: vCPU i runs on host CPU (first_host_cpu + i) modulo their number
};
std::string domain_xml(const DomainSpec& spec, const HostInfo& host);

/// With static DHCP reservations for the nodes that have a fixed address.
std::string network_xml(const ClusterConfig& cluster, const libvirt::Mark& mark);
/// One reservation, as virNetworkUpdate wants it.
std::string dhcp_host_xml(const state::Uuid& lineage, const NodeConfig& node);

std::string pool_xml(const ClusterConfig& cluster, const state::Uuid& uuid);

/// A copy-on-write overlay with an explicit backing format.
std::string volume_xml(const std::string& file_name, std::int64_t size_gb, const std::string& backing_file);

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
// Every key of the configuration that reaches libvirt is seen again in its XML, also where libvirt has spelled it in its own way.
#include "provision/settings.hpp"
#include <functional>
#include "catch.hpp"
#include "provision/identity.hpp"
#include "provision/xml.hpp"
#include "sample_cluster.hpp"

using namespace aihow;
using namespace aihow::tool;
using test::sample_cluster;

namespace {

const state::Uuid lineage = *state::Uuid::parse("0f8fad5b-d9cb-469f-a165-70867728950e");

Settings of_domain(const ClusterConfig& cluster) {
  HostInfo host;
  host.cpus = 4;
  return domain_settings(domain_xml({cluster, cluster.nodes[0], {}, "52:54:00:00:00:01", "/d", "/b", 1}, host));
}
Settings of_network(const ClusterConfig& cluster) {
  libvirt::Mark mark;
  mark.lineage = lineage;
  return network_settings(network_xml(cluster, mark));
}

/// `field: before -> after` of each that a change changes.
std::vector<std::string> changed(const std::function<Settings(const ClusterConfig&)>& settings, const std::function<void(ClusterConfig&)>& change) {
  const auto before = settings(sample_cluster());
  auto cluster = sample_cluster();
  change(cluster);
  const auto after = settings(cluster);
  REQUIRE(before.size() == after.size());
  std::vector<std::string> out;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (before[i] != after[i]) out.push_back(before[i].field + ": " + before[i].value + " -> " + after[i].value);
  }
  return out;
}
using Changes = std::vector<std::string>;

}  // namespace

TEST_CASE("each key of a node and of hardware.acceleration is a setting of its own", "[settings]") {
  const auto of = [](const std::function<void(ClusterConfig&)>& change) { return changed(of_domain, change); };
  CHECK(of([](ClusterConfig&) {}).empty());
  CHECK(of([](ClusterConfig& c) { c.acceleration.enable_kvm = false; }) ==
        Changes{"enable_kvm: true -> false", "cpu_model: host-model -> default"});  // the default model hangs on it
  CHECK(of([](ClusterConfig& c) { c.acceleration.enable_nested = true; }) == Changes{"enable_nested: false -> true"});
  CHECK(of([](ClusterConfig& c) { c.acceleration.cpu_model = "qemu64"; }) == Changes{"cpu_model: host-model -> qemu64"});
  CHECK(of([](ClusterConfig& c) { c.acceleration.cpu_features = {{"avx2", true}, {"aes", false}}; }) == Changes{"cpu_features: none -> +avx2, -aes"});
  CHECK(of([](ClusterConfig& c) { c.acceleration.cpu_topology = {1, 2, 1}; }) == Changes{"cpu_topology: none -> 1 sockets, 2 cores, 1 threads"});
  CHECK(of([](ClusterConfig& c) { c.acceleration.enable_hugepages = true; }) == Changes{"hugepages: none -> of the default size"});
  CHECK(of([](ClusterConfig& c) {
          c.acceleration.enable_hugepages = true;
          c.acceleration.hugepage_size = "1G";
        }) == Changes{"hugepages: none -> of 1048576 KiB"});
  CHECK(of([](ClusterConfig& c) { c.acceleration.memory_backing = "memfd"; }) == Changes{"memory_backing: default -> memfd"});
  CHECK(of([](ClusterConfig& c) { c.acceleration.cpu_pinning = true; }) == Changes{"cpu_pinning: none -> 0 on 1, 1 on 2"});
  CHECK(of([](ClusterConfig& c) {
          c.nodes[0].devices = {{"0000:65:00.1", "audio", {}, {}, {}}, {"0000:01:00.0", "gpu", {}, {}, {}}};
        }) == Changes{"pcie_passthrough: none -> 0000:01:00.0, 0000:65:00.1"});
  CHECK(of([](ClusterConfig& c) {
          c.nodes[0].mounts = {{"data", "/srv/data", "/data", "", "", "", ""}};
        }) == Changes{"memory_backing: default -> memfd", "virtio_fs_mounts: none -> /srv/data as data"});  // a mount needs shared memory
}

TEST_CASE("each key of a network is a setting of its own", "[settings]") {
  const auto of = [](const std::function<void(ClusterConfig&)>& change) { return changed(of_network, change); };
  CHECK(of([](ClusterConfig&) {}).empty());
  CHECK(of([](ClusterConfig& c) { c.network.gateway = "192.168.100.9"; }) == Changes{"gateway: 192.168.100.1 -> 192.168.100.9"});
  CHECK(of([](ClusterConfig& c) { c.network.dhcp_end = "192.168.100.99"; }) ==
        Changes{"dhcp_range: 192.168.100.2 to 192.168.100.254 -> 192.168.100.2 to 192.168.100.99"});
  CHECK(of([](ClusterConfig& c) { c.network.dns_servers = {}; }) == Changes{"dns_servers: 9.9.9.9 -> none"});
}

TEST_CASE("the address that is reserved for a node is found by its MAC address", "[settings]") {
  libvirt::Mark mark;
  mark.lineage = lineage;
  const auto xml = network_xml(sample_cluster(), mark);
  CHECK(reserved_address(xml, mac_address(lineage, "controller")) == "192.168.100.10");
  CHECK(reserved_address(xml, mac_address(lineage, "compute-01")).empty());
}

TEST_CASE("libvirt's own spelling means the same", "[settings]") {
  // It takes a CPU model where none was asked for, writes sizes in KiB, and addresses of devices.
  const auto settings = domain_settings(R"(<domain type='qemu'>
    <memoryBacking><hugepages><page size='2048' unit='KiB'/></hugepages></memoryBacking>
    <cpu mode='custom' match='exact' check='none'><model fallback='forbid'>qemu64</model><topology sockets='1' dies='1' cores='2' threads='1'/></cpu>
    <devices><hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0x0000' bus='0x65' slot='0x00' function='0x0'/></source>
      <address type='pci' domain='0x0000' bus='0x05' slot='0x00' function='0x0'/></hostdev><hostdev mode='subsystem' type='usb'/></devices></domain>)");
  CHECK(settings == Settings{{"enable_kvm", "false"},
                             {"enable_nested", "false"},
                             {"cpu_model", "default"},
                             {"cpu_features", "none"},
                             {"cpu_topology", "1 sockets, 2 cores, 1 threads"},
                             {"hugepages", "of 2048 KiB"},
                             {"memory_backing", "default"},
                             {"cpu_pinning", "none"},
                             {"pcie_passthrough", "0000:65:00.0"},
                             {"virtio_fs_mounts", "none"}});
}

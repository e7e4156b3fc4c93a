// SPDX-License-Identifier: MIT
// Each rule of the format with the error that tells of it: place, what was found, what is allowed.
#include <cstdlib>
#include <vector>
#include "catch.hpp"
#include "sample.hpp"

using namespace aihow::tool;
using namespace aihow::tool::test;

namespace {

struct Rule {
  std::string_view what;
  std::string text;
  std::string_view error;
};

/// A node's line in the sample's compute node replaced by another.
Rule node(std::string_view what, std::string_view old, std::string_view line, std::string_view error) {
  return {what, sample_with(old, line), error};
}
Rule plus(std::string_view what, std::string_view after, std::string_view line, std::string_view error) {
  return {what, sample_plus(after, line), error};
}
/// A section `hardware: {acceleration: {…}}`.
Rule hardware(std::string_view what, std::string_view content, std::string_view error) {
  return {what, sample_with("storage: {}", "hardware: {acceleration: {" + std::string(content) + "}}"), error};
}
Rule device(std::string_view what, std::string_view content, std::string_view error) {
  return {what, sample_plus("disk_gb: 200", "pcie_passthrough: {enabled: true, devices: [" + std::string(content) + "]}"), error};
}
Rule mount(std::string_view what, std::string_view content, std::string_view error) {
  return {what, sample_plus("disk_gb: 200", "virtio_fs_mounts: [" + std::string(content) + "]"), error};
}

const std::string long_name(65, 'n');

}  // namespace

TEST_CASE("the sample is right", "[config]") { REQUIRE(problems_of(sample).empty()); }

TEST_CASE("each rule has its error", "[config]") {
  const std::vector<Rule> rules = {
      {"version missing", sample_with("version: \"1.0\"\n", ""), "1:1: version: missing; expected \"1.0\""},
      {"version of another format", sample_with("\"1.0\"", "\"2.0\""), "1:10: version: expected \"1.0\", found the string \"2.0\""},
      {"version a number", sample_with("\"1.0\"", "1"), "1:10: version: expected \"1.0\", found the integer 1"},
      {"metadata missing", sample_with("metadata:\n  name: test\n", ""), "1:1: metadata: missing; expected a map with a name"},
      {"metadata no map", sample_with("metadata:\n  name: test\n", "metadata: x\n"), "2:11: metadata: expected a map, found the string \"x\""},
      {"metadata without name", sample_with("  name: test", "  description: x"), "3:3: metadata.name: missing; expected a string"},
      {"metadata name empty", sample_with("name: test", "name: ''"),
       "3:9: metadata.name: expected a string that is not empty, found the string \"\""},
      {"metadata description", sample_with("name: test", "name: test\n  description: [a]"),
       "4:16: metadata.description: expected a string, found a list"},
      {"global no map", sample_with("clusters:", "global: 3\nclusters:"), "4:9: global: expected a map, found the integer 3"},
      {"clusters missing", "version: '1.0'\nmetadata: {name: a}\n", "1:1: clusters: missing; expected a map with hpc, cloud or both"},
      {"clusters empty", "version: '1.0'\nmetadata: {name: a}\nclusters: {}\n", "3:11: clusters: no cluster; expected a map with hpc, cloud or both"},
      {"clusters of no elements", "version: '1.0'\nmetadata: {name: a}\nclusters: {hpc: []}\n",
       "3:11: clusters: no cluster; expected a map with hpc, cloud or both"},
      {"a cluster that is no map", "version: '1.0'\nmetadata: {name: a}\nclusters: {hpc: 3}\n",
       "3:17: clusters.hpc: expected a cluster (a map), or a list of clusters, found the integer 3"},
      {"a cluster that is nothing", "version: '1.0'\nmetadata: {name: a}\nclusters:\n  hpc:\n",
       "4:3: clusters.hpc: expected a cluster (a map), or a list of clusters, found nothing"},

      {"cluster name missing", sample_with("    name: lab\n", ""),
       "6:5: clusters.hpc.name: missing; expected a name: 1 to 64 letters, digits, _, - and ., the first one a letter or digit"},
      {"cluster name of wrong letters", sample_with("lab", "la/b"),
       "6:11: clusters.hpc.name: expected a name: 1 to 64 letters, digits, _, - and ., the first one a letter or digit, found the string \"la/b\""},
      {"cluster name too long", sample_with("lab", long_name),
       "6:11: clusters.hpc.name: expected a name: 1 to 64 letters, digits, _, - and ., the first one a letter or digit, found the string "
       "\"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn…\""},
      {"cluster name an integer", sample_with("lab", "12"),
       "6:11: clusters.hpc.name: expected a name: 1 to 64 letters, digits, _, - and ., the first one a letter or digit, found the integer 12 (quote "
       "it: \"12\")"},
      {"network missing", sample_with("    network:\n      subnet: 192.168.100.0/24\n      bridge: virbr100\n", ""),
       "6:5: clusters.hpc.network: missing; expected a map with subnet and bridge"},
      {"subnet missing", sample_with("subnet: 192.168.100.0/24", "x-note: 1"),
       "9:7: clusters.hpc.network.subnet: missing; expected an IPv4 subnet with a prefix of 8 to 30, 192.168.100.0/24"},
      {"subnet no subnet", sample_with("192.168.100.0/24", "192.168.100.0"),
       "9:15: clusters.hpc.network.subnet: expected an IPv4 subnet with a prefix of 8 to 30, 192.168.100.0/24, found the string \"192.168.100.0\""},
      {"subnet too narrow", sample_with("192.168.100.0/24", "192.168.100.0/31"),
       "9:15: clusters.hpc.network.subnet: expected an IPv4 subnet with a prefix of 8 to 30, 192.168.100.0/24, found the string "
       "\"192.168.100.0/31\""},
      {"bridge missing", sample_with("      bridge: virbr100\n", ""),
       "9:7: clusters.hpc.network.bridge: missing; expected a bridge name: 1 to 15 of the letters, digits, _, - and ., the first one a letter, digit "
       "or _"},
      {"bridge too long", sample_with("virbr100", "virbr-of-a-lab-1"),
       "10:15: clusters.hpc.network.bridge: expected a bridge name: 1 to 15 of the letters, digits, _, - and ., the first one a letter, digit or _, "
       "found the string \"virbr-of-a-lab-1\""},
      {"bridge empty", sample_with("virbr100", "''"),
       "10:15: clusters.hpc.network.bridge: expected a bridge name: 1 to 15 of the letters, digits, _, - and ., the first one a letter, digit or _, "
       "found the string \"\""},
      {"bridge a template", sample_with("virbr100", "virbr%d"),
       "10:15: clusters.hpc.network.bridge: expected a bridge name: 1 to 15 of the letters, digits, _, - and ., the first one a letter, digit or _, "
       "found the string \"virbr%d\""},
      plus("gateway outside", "bridge", "gateway: 10.0.0.1",
           "11:16: clusters.hpc.network.gateway: expected a host of the subnet, 192.168.100.1 to 192.168.100.254, found 10.0.0.1"),
      plus("gateway the broadcast address", "bridge", "gateway: 192.168.100.255",
           "11:16: clusters.hpc.network.gateway: expected a host of the subnet, 192.168.100.1 to 192.168.100.254, found 192.168.100.255"),
      plus("gateway no address", "bridge", "gateway: first",
           "11:16: clusters.hpc.network.gateway: expected an IPv4 address, 192.168.100.1, found the string \"first\""),
      plus("dns_servers no list", "bridge", "dns_servers: 8.8.8.8",
           "11:20: clusters.hpc.network.dns_servers: expected a list of IPv4 addresses, found the string \"8.8.8.8\""),
      plus("dns_servers no address", "bridge", "dns_servers: [8.8.8.8, 'fe80::1']",
           "11:30: clusters.hpc.network.dns_servers[1]: expected an IPv4 address, 192.168.100.1, found the string \"fe80::1\""),
      plus("dhcp_range no map", "bridge", "dhcp_range: []", "11:19: clusters.hpc.network.dhcp_range: expected a map, found a list"),
      plus("dhcp_range without end", "bridge", "dhcp_range: {start: 192.168.100.5}",
           "11:19: clusters.hpc.network.dhcp_range.end: missing; expected an IPv4 address"),
      plus("dhcp_range outside", "bridge", "dhcp_range: {start: 192.168.100.5, end: 192.168.101.1}",
           "11:47: clusters.hpc.network.dhcp_range.end: expected a host of the subnet, 192.168.100.1 to 192.168.100.254, found 192.168.101.1"),
      plus("dhcp_range backwards", "bridge", "dhcp_range: {start: 192.168.100.9, end: 192.168.100.8}",
           "11:27: clusters.hpc.network.dhcp_range.start: expected a start that is not behind the end, found 192.168.100.9 to 192.168.100.8"),
      {"dhcp_range too wide for libvirt",
       sample_with("192.168.100.0/24\n", "192.168.0.0/12\n      dhcp_range: {start: 192.168.0.1, end: 192.169.0.1}\n"),
       "10:27: clusters.hpc.network.dhcp_range.start: start and end differ in their first two numbers; libvirt leases no range of more than 65536 "
       "addresses"},

      {"pool_path relative", sample_with("storage: {}", "storage: {pool_path: pool}"),
       "11:26: clusters.hpc.storage.pool_path: expected an absolute directory without .., found the string \"pool\""},
      {"pool_path that climbs", sample_with("storage: {}", "storage: {pool_path: /var/../etc}"),
       "11:26: clusters.hpc.storage.pool_path: expected an absolute directory without .., found the string \"/var/../etc\""},
      {"pool_path with a control character", sample_with("storage: {}", "storage: {pool_path: \"/var/\\x07\"}"),
       "11:26: clusters.hpc.storage.pool_path: expected an absolute directory without .., found control characters in \"/var/\\x07\""},
      {"pool_name", sample_with("storage: {}", "storage: {pool_name: ../x}"),
       "11:26: clusters.hpc.storage.pool_name: expected a name: 1 to 64 letters, digits, _, - and ., the first one a letter or digit, found the "
       "string \"../x\""},
      {"base image of another format", sample_with("base.qcow2", "base.img"),
       "7:22: clusters.hpc.base_image_path: expected the path of a .qcow2 file, found \"/images/base.img\""},
      {"base image with a control character", sample_with("/images/base.qcow2", "\"/images/\\nbase.qcow2\""),
       "7:22: clusters.hpc.base_image_path: expected the path of a .qcow2 file, found control characters in \"/images/\\x0abase.qcow2\""},
      {"base image nowhere", sample_with("    base_image_path: /images/base.qcow2\n    network", "    network"),
       "12:7: clusters.hpc.controller.base_image_path: missing; expected a .qcow2 file, here or for the whole cluster\n"
       "17:9: clusters.hpc.compute_nodes[0].base_image_path: missing; expected a .qcow2 file, here or for the whole cluster"},
      {"base image of an undefined variable", sample_with("/images", "${AIHOW_TEST_UNDEFINED}"),
       "7:22: clusters.hpc.base_image_path: ${AIHOW_TEST_UNDEFINED} cannot be expanded: the variable AIHOW_TEST_UNDEFINED is not set"},

      {"controller missing",
       sample_with("    controller:\n      cpu_cores: 4\n      memory_gb: 8\n      disk_gb: 100\n      ip: 192.168.100.10\n", ""),
       "6:5: clusters.hpc.controller: missing; expected a node"},
      {"controller no map",
       sample_with("    storage: {}\n    controller:\n      cpu_cores: 4\n      memory_gb: 8\n      disk_gb: 100\n      ip: 192.168.100.10\n",
                   "    controller: []\n"),
       "11:17: clusters.hpc.controller: expected a map, found a list"},
      {"nodes missing", std::string(sample.substr(0, sample.find("    compute_nodes"))),
       "6:5: clusters.hpc.compute_nodes: missing; expected nodes: a list, a map of group names to lists, or one map with a count"},
      {"nodes nothing", std::string(sample.substr(0, sample.find("      - cpu_cores: 8"))),
       "17:5: clusters.hpc.compute_nodes: expected nodes: a list, a map of group names to lists, or one map with a count, found nothing"},
      {"a group that is no list", std::string(sample.substr(0, sample.find("      - cpu_cores: 8"))) + "      gpu: 3\n",
       "18:12: clusters.hpc.compute_nodes.gpu: expected a list of nodes, found the integer 3"},
      {"a group that is nothing", std::string(sample.substr(0, sample.find("      - cpu_cores: 8"))) + "      gpu:\n",
       "18:7: clusters.hpc.compute_nodes.gpu: expected a list of nodes, found nothing"},
      {"count zero",
       std::string(sample.substr(0, sample.find("      - cpu_cores: 8"))) + "      {count: 0, cpu_cores: 1, memory_gb: 1, disk_gb: 1}\n",
       "18:15: clusters.hpc.compute_nodes.count: expected an integer, at least 1, found the integer 0"},
      {"count beyond all bounds",
       std::string(sample.substr(0, sample.find("      - cpu_cores: 8"))) + "      {count: 2000000000, cpu_cores: 1, memory_gb: 1, disk_gb: 1}\n",
       "18:7: clusters.hpc.compute_nodes: too many nodes: a file has at most 100000, devices and mounts counted; this adds 2000000000"},
      {"an address for a count",
       std::string(sample.substr(0, sample.find("      - cpu_cores: 8"))) +
           "      {count: 2, cpu_cores: 1, memory_gb: 1, disk_gb: 1, ip: 192.168.100.20}\n",
       "18:62: clusters.hpc.compute_nodes.ip: expected DHCP (a node with a count has no address of its own), found the string \"192.168.100.20\""},

      {"cpu_cores missing", sample_with("- cpu_cores: 8\n        memory", "- memory"),
       "18:9: clusters.hpc.compute_nodes[0].cpu_cores: missing; expected an integer from 1 to 4096"},
      node("cpu_cores a string", "cpu_cores: 8", "cpu_cores: \"8\"",
           "18:20: clusters.hpc.compute_nodes[0].cpu_cores: expected an integer from 1 to 4096, found the string \"8\""),
      node("cpu_cores zero", "cpu_cores: 8", "cpu_cores: 0",
           "18:20: clusters.hpc.compute_nodes[0].cpu_cores: expected an integer from 1 to 4096, found the integer 0"),
      node("cpu_cores negative", "cpu_cores: 8", "cpu_cores: -1",
           "18:20: clusters.hpc.compute_nodes[0].cpu_cores: expected an integer from 1 to 4096, found the integer -1"),
      node("cpu_cores a fraction", "cpu_cores: 8", "cpu_cores: 1.5",
           "18:20: clusters.hpc.compute_nodes[0].cpu_cores: expected an integer from 1 to 4096, found the number 1.5"),
      node("cpu_cores octal or not", "cpu_cores: 8", "cpu_cores: 010",
           "18:20: clusters.hpc.compute_nodes[0].cpu_cores: expected an integer from 1 to 4096, found the integer 010"),
      node("cpu_cores hexadecimal", "cpu_cores: 8", "cpu_cores: 0x10",
           "18:20: clusters.hpc.compute_nodes[0].cpu_cores: expected an integer from 1 to 4096, found the integer 0x10"),
      node("cpu_cores beyond 64 bits", "cpu_cores: 8", "cpu_cores: 99999999999999999999",
           "18:20: clusters.hpc.compute_nodes[0].cpu_cores: expected an integer from 1 to 4096, found the integer 99999999999999999999"),
      node("cpu_cores nothing", "cpu_cores: 8",
           "cpu_cores:", "18:9: clusters.hpc.compute_nodes[0].cpu_cores: expected an integer from 1 to 4096, found nothing"),
      node("memory_gb a boolean", "memory_gb: 16", "memory_gb: yes",
           "19:20: clusters.hpc.compute_nodes[0].memory_gb: expected an integer from 1 to 16777216, found the boolean yes"),
      node("disk_gb a map", "disk_gb: 200", "disk_gb: {a: 1}",
           "20:18: clusters.hpc.compute_nodes[0].disk_gb: expected an integer from 1 to 1073741824, found a map"),
      node("ip outside the subnet", "ip: 192.168.100.11", "ip: 192.168.101.11",
           "21:13: clusters.hpc.compute_nodes[0].ip: 192.168.101.11 lies outside the subnet 192.168.100.0/24; expected 192.168.100.1 to "
           "192.168.100.254, or DHCP"),
      node("ip the network address", "ip: 192.168.100.11", "ip: 192.168.100.0",
           "21:13: clusters.hpc.compute_nodes[0].ip: 192.168.100.0 is the network address of the subnet 192.168.100.0/24; expected 192.168.100.1 to "
           "192.168.100.254, or DHCP"),
      node("ip the broadcast address", "ip: 192.168.100.11", "ip: 192.168.100.255",
           "21:13: clusters.hpc.compute_nodes[0].ip: 192.168.100.255 is the broadcast address of the subnet 192.168.100.0/24; expected 192.168.100.1 "
           "to 192.168.100.254, or DHCP"),
      node("ip the gateway", "ip: 192.168.100.11", "ip: 192.168.100.1",
           "21:13: clusters.hpc.compute_nodes[0].ip: 192.168.100.1 is the gateway of the subnet; expected another address, or DHCP"),
      node("ip no address", "ip: 192.168.100.11", "ip_address: 192.168.100.011",
           "21:21: clusters.hpc.compute_nodes[0].ip_address: expected an IPv4 address of the subnet, or DHCP, found the string \"192.168.100.011\""),
      node("ip twice", "ip: 192.168.100.11", "ip: 192.168.100.10",
           "21:13: clusters.hpc.compute_nodes[0].ip: the address 192.168.100.10 is also that of clusters.hpc.controller (line 13)"),
      plus("ip and its alias", "ip: 192.168.100.11", "ip_address: 192.168.100.12",
           "22:21: clusters.hpc.compute_nodes[0].ip_address: an alias of ip, which is given too, with another value: leave one out"),
      plus("name of wrong letters", "disk_gb: 200", "name: a b",
           "21:15: clusters.hpc.compute_nodes[0].name: expected a name: 1 to 64 letters, digits, _, - and ., the first one a letter or digit, found "
           "the string \"a b\""),
      plus("name twice", "disk_gb: 200", "hostname: controller",
           "21:19: clusters.hpc.compute_nodes[0].hostname: the name controller is also that of clusters.hpc.controller (line 13); give one of them "
           "another"),
      plus("name a number", "disk_gb: 200", "name: 1.5",
           "21:15: clusters.hpc.compute_nodes[0].name: expected a name: 1 to 64 letters, digits, _, - and ., the first one a letter or digit, found "
           "the number 1.5 (quote it: \"1.5\")"),
      plus("image of a node", "disk_gb: 200", "image_path: x.iso",
           "21:21: clusters.hpc.compute_nodes[0].image_path: expected the path of a .qcow2 file, found \"x.iso\""),
      plus("auto_start", "disk_gb: 200", "auto_start: maybe",
           "21:21: clusters.hpc.compute_nodes[0].auto_start: expected a boolean (true or false), found the string \"maybe\""),
      plus("auto_start in quotes", "disk_gb: 200", "auto_start: 'true'",
           "21:21: clusters.hpc.compute_nodes[0].auto_start: expected a boolean (true or false), found the string \"true\""),

      plus("pcie_passthrough no map", "disk_gb: 200", "pcie_passthrough: true",
           "21:27: clusters.hpc.compute_nodes[0].pcie_passthrough: expected a map, found the boolean true"),
      plus("pcie_passthrough enabled", "disk_gb: 200", "pcie_passthrough: {enabled: 1}",
           "21:37: clusters.hpc.compute_nodes[0].pcie_passthrough.enabled: expected a boolean (true or false), found the integer 1"),
      plus("devices no list", "disk_gb: 200", "pcie_passthrough: {devices: {}}",
           "21:37: clusters.hpc.compute_nodes[0].pcie_passthrough.devices: expected a list of devices, found a map"),
      device("device no map", "gpu", "21:53: clusters.hpc.compute_nodes[0].pcie_passthrough.devices[0]: expected a map, found the string \"gpu\""),
      device("pci_address missing", "{device_type: gpu}",
             "21:53: clusters.hpc.compute_nodes[0].pcie_passthrough.devices[0].pci_address: missing; expected a PCI address, 0000:01:00.0"),
      device("pci_address short", "{device_type: gpu, pci_address: '01:00.0'}",
             "21:85: clusters.hpc.compute_nodes[0].pcie_passthrough.devices[0].pci_address: expected a PCI address, 0000:01:00.0, found the string "
             "\"01:00.0\""),
      device("pci_address beyond the slots", "{device_type: gpu, pci_address: '0000:01:20.0'}",
             "21:85: clusters.hpc.compute_nodes[0].pcie_passthrough.devices[0].pci_address: expected a PCI address, 0000:01:00.0, found the string "
             "\"0000:01:20.0\""),
      device("pci_address beyond the functions", "{device_type: gpu, pci_address: '0000:01:00.8'}",
             "21:85: clusters.hpc.compute_nodes[0].pcie_passthrough.devices[0].pci_address: expected a PCI address, 0000:01:00.0, found the string "
             "\"0000:01:00.8\""),
      device("pci_address twice", "{device_type: gpu, pci_address: '0000:0A:00.0'}, {device_type: gpu, pci_address: '0000:0a:00.0'}",
             "21:134: clusters.hpc.compute_nodes[0].pcie_passthrough.devices[1].pci_address: the device 0000:0a:00.0 is listed twice for one node"),
      device("device_type missing", "{pci_address: '0000:01:00.0'}",
             "21:53: clusters.hpc.compute_nodes[0].pcie_passthrough.devices[0].device_type: missing; expected gpu, audio, network, storage or other"),
      device("device_type", "{pci_address: '0000:01:00.0', device_type: GPU}",
             "21:96: clusters.hpc.compute_nodes[0].pcie_passthrough.devices[0].device_type: expected gpu, audio, network, storage or other, found "
             "the string \"GPU\""),
      device("vendor_id", "{pci_address: '0000:01:00.0', device_type: gpu, vendor_id: 0x10de}",
             "21:112: clusters.hpc.compute_nodes[0].pcie_passthrough.devices[0].vendor_id: expected 4 hex digits, 10de, found the integer 0x10de"),
      device("device_id", "{pci_address: '0000:01:00.0', device_type: gpu, device_id: [a]}",
             "21:112: clusters.hpc.compute_nodes[0].pcie_passthrough.devices[0].device_id: expected 4 hex digits, 10de, found a list"),
      device("iommu_group", "{pci_address: '0000:01:00.0', device_type: gpu, iommu_group: -1}",
             "21:114: clusters.hpc.compute_nodes[0].pcie_passthrough.devices[0].iommu_group: expected an integer, at least 0, found the integer -1"),

      plus("virtio_fs_mounts no list", "disk_gb: 200", "virtio_fs_mounts: {}",
           "21:27: clusters.hpc.compute_nodes[0].virtio_fs_mounts: expected a list of mounts, found a map"),
      mount("tag missing", "{host_path: /a, mount_point: /b}",
            "21:28: clusters.hpc.compute_nodes[0].virtio_fs_mounts[0].tag: missing; expected a tag"),
      mount("tag too long", "{tag: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, host_path: /a, mount_point: /b}",
            "21:34: clusters.hpc.compute_nodes[0].virtio_fs_mounts[0].tag: expected a tag of 1 to 35 bytes, found the string "
            "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\""),
      mount("tag twice", "{tag: a, host_path: /a, mount_point: /b}, {tag: a, host_path: /a, mount_point: /c}",
            "21:76: clusters.hpc.compute_nodes[0].virtio_fs_mounts[1].tag: the tag \"a\" is used twice for one node"),
      mount("host_path relative", "{tag: a, host_path: a, mount_point: /b}",
            "21:48: clusters.hpc.compute_nodes[0].virtio_fs_mounts[0].host_path: expected an absolute directory of the host, found the string \"a\""),
      mount("mount_point missing", "{tag: a, host_path: /a}",
            "21:28: clusters.hpc.compute_nodes[0].virtio_fs_mounts[0].mount_point: missing; expected a directory of the guest"),
      mount("mount_point empty", "{tag: a, host_path: /a, mount_point: ''}",
            "21:65: clusters.hpc.compute_nodes[0].virtio_fs_mounts[0].mount_point: expected a directory of the guest, found the string \"\""),
      mount("owner a list", "{tag: a, host_path: /a, mount_point: /b, owner: []}",
            "21:76: clusters.hpc.compute_nodes[0].virtio_fs_mounts[0].owner: expected a string, found a list"),

      hardware("enable_kvm", "enable_kvm: 3",
               "11:43: clusters.hpc.hardware.acceleration.enable_kvm: expected a boolean (true or false), found the integer 3"),
      hardware("enable_nested", "enable_nested: a",
               "11:46: clusters.hpc.hardware.acceleration.enable_nested: expected a boolean (true or false), found the string \"a\""),
      hardware(
          "cpu_model", "cpu_model: skylake",
          "11:42: clusters.hpc.hardware.acceleration.cpu_model: expected host, host-passthrough, host-model or qemu64, found the string \"skylake\""),
      hardware("cpu_features", "cpu_features: avx",
               "11:45: clusters.hpc.hardware.acceleration.cpu_features: expected a list of CPU features, found the string \"avx\""),
      hardware("a CPU feature without a name", "cpu_features: ['+']",
               "11:46: clusters.hpc.hardware.acceleration.cpu_features[0]: expected the name of a CPU feature, with + (require) or - (disable) "
               "before it or neither, found the string \"+\""),
      hardware("a CPU feature twice", "cpu_features: ['+avx', '-avx']",
               "11:54: clusters.hpc.hardware.acceleration.cpu_features[1]: the CPU feature avx is listed twice"),
      hardware("cpu_topology", "cpu_topology: {sockets: 0}",
               "11:55: clusters.hpc.hardware.acceleration.cpu_topology.sockets: expected an integer from 1 to 4096, found the integer 0"),
      hardware("numa_topology", "numa_topology: 2",
               "11:46: clusters.hpc.hardware.acceleration.numa_topology: expected a map or null, found the integer 2"),
      hardware("performance no map", "performance: fast",
               "11:44: clusters.hpc.hardware.acceleration.performance: expected a map, found the string \"fast\""),
      hardware("enable_hugepages", "performance: {enable_hugepages: 2M}",
               "11:63: clusters.hpc.hardware.acceleration.performance.enable_hugepages: expected a boolean (true or false), found the string \"2M\""),
      hardware("hugepage_size", "performance: {hugepage_size: 4K}",
               "11:60: clusters.hpc.hardware.acceleration.performance.hugepage_size: expected 2M or 1G, found the string \"4K\""),
      hardware("cpu_pinning", "performance: {cpu_pinning: []}",
               "11:58: clusters.hpc.hardware.acceleration.performance.cpu_pinning: expected a boolean (true or false), found a list"),
      hardware(
          "memory_backing", "performance: {memory_backing: file}",
          "11:61: clusters.hpc.hardware.acceleration.performance.memory_backing: expected default, hugepages or memfd, found the string \"file\""),
      {"slurm partitions", sample_with("storage: {}", "slurm_config: {partitions: a}"),
       "11:32: clusters.hpc.slurm_config.partitions: expected a list of partitions, found the string \"a\""},
      {"slurm default_partition", sample_with("storage: {}", "slurm_config: {default_partition: []}"),
       "11:39: clusters.hpc.slurm_config.default_partition: expected a string, found a list"},
      {"slurm max_job_time", sample_with("storage: {}", "slurm_config: {max_job_time: []}"),
       "11:34: clusters.hpc.slurm_config.max_job_time: expected a time, 24:00:00, found a list"},
  };
  for (const Rule& rule : rules) {
    INFO(rule.what << "\n" << rule.text);
    CHECK(problems_of(rule.text) == rule.error);
  }
}

TEST_CASE("all problems are told in one run, in the order of the file", "[config]") {
  std::string text = sample_with("\"1.0\"", "2");
  text.replace(text.find("virbr100"), 8, "a/b");
  text.replace(text.find("memory_gb: 16"), 13, "memory_gb: x");
  text.replace(text.find("cpu_cores: 4"), 12, "cpu_cores: x");
  const std::string problems = problems_of(text);
  REQUIRE(problems.find("1:10: version") == 0);
  const std::size_t bridge = problems.find("\n10:15: clusters.hpc.network.bridge"),
                    cores = problems.find("\n13:18: clusters.hpc.controller.cpu_cores"),
                    memory = problems.find("\n19:20: clusters.hpc.compute_nodes[0].memory_gb");
  REQUIRE(bridge < cores);
  REQUIRE(cores < memory);
  REQUIRE(memory != std::string::npos);
}

TEST_CASE("two clusters cannot share names", "[config]") {
  const auto cluster = [](const std::string& type, const std::string& name, const std::string& node) {
    const bool hpc = type == "hpc";
    return "  " + type + ":\n    name: " + name + "\n    base_image_path: /b.qcow2\n    network: {subnet: 10.0.0.0/24, bridge: b}\n    " +
           (hpc ? "controller" : "control_plane") + ": {cpu_cores: 1, memory_gb: 1, disk_gb: 1, name: " + node + "}\n    " +
           (hpc ? "compute_nodes" : "worker_nodes") + ": []\n";
  };
  const std::string head = "version: '1.0'\nmetadata: {name: x}\nclusters:\n";
  CHECK(problems_of(head + cluster("hpc", "a", "h") + cluster("cloud", "b", "h")).empty());
  CHECK(problems_of(head + cluster("hpc", "a", "h") + cluster("cloud", "a", "k")) ==
        "11:11: clusters.cloud.name: the cluster name a is also that of clusters.hpc.name");
  CHECK(problems_of(head + cluster("hpc", "a", "b-c") + cluster("cloud", "a-b", "c")) ==
        "14:67: clusters.cloud.control_plane.name: its domain a-b-c would also be that of clusters.hpc.controller; rename one of them");
}

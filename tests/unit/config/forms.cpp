// SPDX-License-Identifier: MIT
// What a right file becomes: the forms of nodes, defaults, warnings, and the examples of the project.
#include <fmt/format.h>
#include <cstdlib>
#include <filesystem>
#include "catch.hpp"
#include "sample.hpp"

using namespace aihow::tool;
using namespace aihow::tool::test;

namespace {

ConfigFile parse(std::string_view text) { return parse_config(text, "c.yaml"); }

std::string head() { return std::string(sample.substr(0, sample.find("      - cpu_cores: 8"))); }

std::string names(const ConfigFile& file) {
  std::string out;
  for (const NodeConfig& node : file.clusters.at(0).nodes) out += (out.empty() ? "" : " ") + node.name;
  return out;
}

std::string warnings(const ConfigFile& file) {
  std::string out;
  for (const ConfigProblem& warning : file.warnings)
    out += fmt::format("{}{}:{}: {}: {}", out.empty() ? "" : "\n", warning.line, warning.column, warning.where, warning.message);
  return out;
}

constexpr std::string_view size = "cpu_cores: 1, memory_gb: 2, disk_gb: 3";

std::string one_node(std::string_view more) { return fmt::format("{{{}{}}}", size, more); }

}  // namespace

TEST_CASE("optional values have their defaults", "[config]") {
  const ConfigFile file = parse(sample);
  CHECK(file.name == "test");
  CHECK(file.path == "c.yaml");
  REQUIRE(file.clusters.size() == 1);
  const ClusterConfig& cluster = file.clusters[0];
  CHECK(cluster.type == "hpc");
  CHECK(cluster.pool_name == "lab-pool");
  CHECK(cluster.pool_path == "/var/lib/libvirt/images/lab");
  CHECK(cluster.network_name() == "lab-network");
  CHECK(cluster.domain_name("controller") == "lab-controller");
  CHECK(cluster.network.subnet == "192.168.100.0/24");
  CHECK(cluster.network.netmask == "255.255.255.0");
  CHECK(cluster.network.gateway == "192.168.100.1");
  CHECK(cluster.network.dhcp_start == "192.168.100.2");
  CHECK(cluster.network.dhcp_end == "192.168.100.254");
  CHECK(cluster.acceleration.enable_kvm);
  CHECK_FALSE(cluster.acceleration.cpu_model);
  CHECK_FALSE(cluster.acceleration.cpu_topology);
  CHECK(cluster.acceleration.memory_backing == "default");
  REQUIRE(cluster.nodes.size() == 2);
  CHECK(cluster.nodes[0].name == "controller");
  CHECK(cluster.nodes[0].role == "controller");
  CHECK(cluster.nodes[1].name == "compute-01");
  CHECK(cluster.nodes[1].role == "compute");
  CHECK(cluster.nodes[1].cpu_cores == 8);
  CHECK(cluster.nodes[1].memory_gb == 16);
  CHECK(cluster.nodes[1].disk_gb == 200);
  CHECK(cluster.nodes[1].ip == "192.168.100.11");
  CHECK(cluster.nodes[1].base_image == "/images/base.qcow2");
  CHECK(cluster.nodes[1].auto_start);
  CHECK(cluster.nodes[1].where == "clusters.hpc.compute_nodes[0]");
  CHECK(cluster.nodes[1].line == 18);
  CHECK(file.warnings.empty());
}

TEST_CASE("nodes come as a list, in groups, or as one with a count", "[config]") {
  CHECK(names(parse(head() + "      []\n")) == "controller");
  CHECK(names(parse(head() + "      - " + one_node("") + "\n      - " + one_node(", name: web") + "\n      - " + one_node("") + "\n")) ==
        "controller compute-01 web compute-03");
  CHECK(names(parse(head() + "      cpu: [" + one_node("") + "," + one_node("") + "]\n      gpu: [" + one_node("") + "]\n      none: []\n")) ==
        "controller compute-01 compute-02 compute-03");
  CHECK(names(parse(head() + "      " + one_node(", count: 3") + "\n")) == "controller compute-01 compute-02 compute-03");
  CHECK(names(parse(head() + "      " + one_node(", count: 2, name: gpu, ip: DHCP") + "\n")) == "controller gpu-01 gpu-02");
  CHECK(names(parse(head() + "      " + one_node(", name: gpu") + "\n")) == "controller gpu");
  CHECK(names(parse(head() + "      - " + one_node(", count: 2") + "\n      - " + one_node("") + "\n")) ==
        "controller compute-01 compute-02 compute-03");
  const ConfigFile many = parse(head() + "      " + one_node(", count: 120") + "\n");
  CHECK(many.clusters[0].nodes.back().name == "compute-120");
  CHECK_FALSE(many.clusters[0].nodes.back().ip);
}

TEST_CASE("a cloud cluster has a control plane and workers", "[config]") {
  const ConfigFile file = parse(
      "version: 1.0\nmetadata: {name: c}\nclusters:\n  cloud:\n    - name: k8s\n      base_image_path: /k.qcow2\n      network: {subnet: "
      "10.1.2.3/16, bridge: k8sbr}\n"
      "      control_plane: {cpu_cores: 1, memory_gb: 2, disk_gb: 3, ip: DHCP}\n      worker_nodes: {count: 2, cpu_cores: 1, memory_gb: 2, disk_gb: "
      "3}\n"
      "      kubernetes_config: {cni: calico, ingress: nginx, storage_class: local-path, version: 1}\n");
  CHECK(names(file) == "controller worker-01 worker-02");
  const ClusterConfig& cluster = file.clusters.at(0);
  CHECK(cluster.type == "cloud");
  CHECK(cluster.nodes[0].role == "control_plane");
  CHECK(cluster.nodes[2].role == "worker");
  CHECK(cluster.nodes[2].where == "clusters.cloud[0].worker_nodes");
  CHECK(cluster.network.subnet == "10.1.0.0/16");
  CHECK(cluster.network.dhcp_end == "10.1.255.254");
  CHECK(warnings(file) == "10:83: clusters.cloud[0].kubernetes_config.version: unknown key, ignored");
}

TEST_CASE("names of full length are taken", "[config]") {
  const std::string name(64, 'n');
  std::string text = sample_plus("disk_gb: 200", "name: " + name);
  text.replace(text.find("lab"), 3, name);
  CHECK(parse(text).clusters[0].domain_name(name).size() == 129);
}

TEST_CASE("unknown keys are warnings with path and line, free-form maps are not looked into", "[config]") {
  const std::string text =
      "version: '1.0'\nmetadata: {name: t, owner: me}\nglobal: {any: {thing: [1]}}\nlogging: {level: debug}\nclusters:\n  hpc:\n    name: lab\n    "
      "base_image_path: /b.qcow2\n"
      "    network: {subnet: 10.0.0.0/24, bridge: b, mtu: 1500}\n    hardware: {acceleration: {numa_topology: {cells: 2}, turbo: on}}\n"
      "    storage: {beegfs: {x: 1}, virtio_fs: [y], poolpath: /x}\n    slurm_config: {partitions: [a], default_partition: a, max_job_time: "
      "24:00:00, debug: 1}\n"
      "    controller: {cpu_cores: 1, memory_gb: 1, disk_gb: 1, cpu_core: 2, count: 2}\n    compute_nodes: []\n  edge: {}\n";
  CHECK(warnings(parse(text)) ==
        "2:21: metadata.owner: unknown key, ignored\n"
        "4:1: logging: unknown key, ignored\n"
        "9:47: clusters.hpc.network.mtu: unknown key, ignored\n"
        "10:58: clusters.hpc.hardware.acceleration.turbo: unknown key, ignored\n"
        "11:47: clusters.hpc.storage.poolpath: unknown key, ignored (is pool_path meant?)\n"
        "12:83: clusters.hpc.slurm_config.debug: unknown key, ignored\n"
        "13:58: clusters.hpc.controller.cpu_core: unknown key, ignored (is cpu_cores meant?)\n"
        "13:71: clusters.hpc.controller.count: unknown key, ignored\n"
        "15:3: clusters.edge: unknown key, ignored");
}

TEST_CASE("base images are absolute and expanded", "[config]") {
  const std::string cwd = std::filesystem::current_path().string();
  CHECK(parse(sample_with("/images/base.qcow2", "build/./b.qcow2")).clusters[0].nodes[0].base_image == cwd + "/build/b.qcow2");
  REQUIRE(::setenv("AIHOW_TEST_IMAGES", "/srv/${NOT_EXPANDED}", 1) == 0);
  const ConfigFile file = parse(sample_plus("disk_gb: 200", "base_image_path: ${AIHOW_TEST_IMAGES}/c.qcow2"));
  CHECK(file.clusters[0].nodes[1].base_image == "/srv/${NOT_EXPANDED}/c.qcow2");
  CHECK(file.clusters[0].nodes[0].base_image == "/images/base.qcow2");
  REQUIRE(::setenv("AIHOW_TEST_IMAGES", "/x\ny", 1) == 0);
  CHECK(problems_of(sample_plus("disk_gb: 200", "base_image_path: ${AIHOW_TEST_IMAGES}/c.qcow2")) ==
        "21:26: clusters.hpc.compute_nodes[0].base_image_path: expected the path of a .qcow2 file, found \"/x\\x0ay/c.qcow2\"");
  REQUIRE(::setenv("AIHOW_TEST_IMAGES", "", 1) == 0);
  CHECK(problems_of(sample_plus("disk_gb: 200", "base_image_path: ${AIHOW_TEST_IMAGES}/c.qcow2")).find("is empty") != std::string::npos);
  REQUIRE(::unsetenv("AIHOW_TEST_IMAGES") == 0);
}

TEST_CASE("devices, mounts and acceleration arrive in the model", "[config]") {
  std::string text = sample_plus(
      "disk_gb: 200",
      "pcie_passthrough: {enabled: true, devices: [{pci_address: 0000:0A:00.1, device_type: gpu, vendor_id: 10DE, device_id: 2684, iommu_group: "
      "7}]}\n"
      "        virtio_fs_mounts: [{tag: data, host_path: /srv/data, mount_point: /data, owner: root, group: 0, mode: 0755, options: ro}]\n"
      "        auto_start: no");
  text.replace(text.find("storage: {}"), 11,
               "storage: {pool_path: /srv//pool/, pool_name: shared}\n    hardware: {acceleration: {enable_kvm: false, enable_nested: true, "
               "cpu_model: host, cpu_features: [+avx2, -vmx, sse4.1], "
               "cpu_topology: {cores: 4}, numa_topology: null, performance: {enable_hugepages: true, hugepage_size: 1G, cpu_pinning: true, "
               "memory_backing: memfd}}}");
  text.replace(text.find("cpu_cores: 8"), 12, "cpu_cores: 4");
  const ConfigFile file = parse(text);
  const ClusterConfig& cluster = file.clusters.at(0);
  const NodeConfig& node = cluster.nodes.at(1);
  REQUIRE(node.devices.size() == 1);
  CHECK(node.devices[0].pci_address == "0000:0a:00.1");
  CHECK(node.devices[0].type == "gpu");
  CHECK(node.devices[0].vendor_id == "10de");
  CHECK(node.devices[0].device_id == "2684");
  CHECK(node.devices[0].iommu_group == 7);
  REQUIRE(node.mounts.size() == 1);
  CHECK(node.mounts[0].tag == "data");
  CHECK(node.mounts[0].host_path == "/srv/data");
  CHECK(node.mounts[0].mount_point == "/data");
  CHECK(node.mounts[0].group == "0");
  CHECK(node.mounts[0].mode == "0755");
  CHECK_FALSE(node.auto_start);
  CHECK(cluster.pool_path == "/srv/pool");
  CHECK(cluster.pool_name == "shared");
  const AccelerationConfig& a = cluster.acceleration;
  CHECK_FALSE(a.enable_kvm);
  CHECK(a.enable_nested);
  CHECK(a.cpu_model == "host-passthrough");
  REQUIRE(a.cpu_features.size() == 3);
  CHECK(a.cpu_features[0].name == "avx2");
  CHECK(a.cpu_features[0].require);
  CHECK(a.cpu_features[1].name == "vmx");
  CHECK_FALSE(a.cpu_features[1].require);
  CHECK(a.cpu_features[2].name == "sse4.1");
  REQUIRE(a.cpu_topology);
  CHECK(a.cpu_topology->sockets == 1);
  CHECK(a.cpu_topology->cores == 4);
  CHECK(a.enable_hugepages);
  CHECK(a.hugepage_size == "1G");
  CHECK(a.cpu_pinning);
  CHECK(a.memory_backing == "memfd");
}

TEST_CASE("devices that are not enabled are checked and left out", "[config]") {
  const ConfigFile file = parse(sample_plus("disk_gb: 200", "pcie_passthrough: {devices: [{pci_address: '0000:01:00.0', device_type: gpu}]}"));
  CHECK(file.clusters[0].nodes[1].devices.empty());
  CHECK_FALSE(problems_of(sample_plus("disk_gb: 200", "pcie_passthrough: {enabled: false, devices: [{device_type: gpu}]}")).empty());
}

TEST_CASE("a node may take its sizes from a merge key", "[config]") {
  const ConfigFile file = parse(head() + "      - &small " + one_node("") + "\n      - {<<: *small, disk_gb: 50}\n");
  CHECK(names(file) == "controller compute-01 compute-02");
  CHECK(file.clusters[0].nodes[2].memory_gb == 2);
  CHECK(file.clusters[0].nodes[2].disk_gb == 50);
}

TEST_CASE("the examples of the project are right", "[config]") {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(EXAMPLES)) {
    if (entry.path().extension() != ".yaml") continue;
    INFO(entry.path().string());
    REQUIRE(::setenv("AI_HOW_IMAGES", "/srv/images", 1) == 0);
    try {
      const ConfigFile file = load_config(entry.path().string());
      CHECK(warnings(file).empty());
      CHECK_FALSE(file.clusters.empty());
    } catch (const std::exception& error) {
      FAIL_CHECK(error.what());
    }
    ++count;
  }
  CHECK(count >= 2);
}

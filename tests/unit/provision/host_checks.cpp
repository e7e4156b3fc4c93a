// SPDX-License-Identifier: MIT
// The host as a made-up device tree.
#include "provision/host_checks.hpp"
#include <filesystem>
#include "catch.hpp"
#include "host_directory.hpp"

using namespace aihow::tool;
using test::HostDirectory;
using test::shell;

namespace {

/// A tree like /sys with one GPU in group 16 and one device in none.
void make_devices(const HostDirectory& host) {
  host.file("sys/kernel/iommu_groups/16/type", "DMA\n");
  host.file("sys/bus/pci/devices/0000:01:00.0/vendor", "0x10de\n");
  host.file("sys/bus/pci/devices/0000:01:00.0/device", "0x2684\n");
  std::filesystem::create_symlink("../../../../kernel/iommu_groups/16", host / "sys/bus/pci/devices/0000:01:00.0/iommu_group");
  host.file("sys/bus/pci/devices/0000:02:00.0/vendor", "0x8086\n");
}

struct Host {
  HostDirectory directory;
  ClusterConfig cluster;
  HostCheckOptions options;

  Host() {
    make_devices(directory);
    options.sysfs = directory / "sys";
    shell("qemu-img create -f qcow2 " + (directory / "base.qcow2") + " 2G");
    cluster.nodes.resize(2);
    cluster.nodes[0].where = "controller";
    cluster.nodes[1].where = "compute_nodes[0]";
    for (NodeConfig& node : cluster.nodes) {
      node.disk_gb = 10;
      node.base_image = directory / "base.qcow2";
    }
  }
  PassthroughDevice& device(const std::string& address) {
    PassthroughDevice& out = cluster.nodes[1].devices.emplace_back();
    out.pci_address = address;
    out.type = "gpu";
    return out;
  }
  /// `WHERE: MESSAGE` in lines, without the test's directory.
  std::string problems() const {
    std::string out;
    for (const HostProblem& problem : check_host(cluster, options)) out += (out.empty() ? "" : "\n") + problem.where + ": " + problem.message;
    const std::string path = directory.path() + "/";
    for (std::size_t at = out.find(path); at != std::string::npos; at = out.find(path)) out.erase(at, path.size());
    return out;
  }
};

}  // namespace

TEST_CASE("a host that has everything has no problems", "[host]") {
  Host host;
  PassthroughDevice& device = host.device("0000:01:00.0");
  device.vendor_id = "10de";
  device.device_id = "2684";
  device.iommu_group = 16;
  host.cluster.nodes[1].mounts.push_back({"t", host.directory.path(), "/m", {}, {}, {}, {}});
  CHECK(host.problems().empty());
}

TEST_CASE("each image is looked at once", "[host]") {
  Host host;
  for (NodeConfig& node : host.cluster.nodes) node.base_image = host.directory / "none.qcow2";
  CHECK(host.problems() == "controller.base_image_path: none.qcow2: there is no such image");
  host.cluster.nodes[1].base_image = host.directory.file("text.qcow2", "text");
  CHECK(host.problems() ==
        "controller.base_image_path: none.qcow2: there is no such image\n"
        "compute_nodes[0].base_image_path: text.qcow2: expected a qcow2 image, found raw; convert it: qemu-img convert -O qcow2 OLD NEW");
}

TEST_CASE("an image with a backing file needs trust", "[host]") {
  Host host;
  shell("qemu-img create -f qcow2 -b " + (host.directory / "base.qcow2") + " -F qcow2 " + (host.directory / "top.qcow2"));
  host.cluster.nodes[0].base_image = host.directory / "top.qcow2";
  CHECK(host.problems().find("controller.base_image_path: top.qcow2: the image has a backing file, base.qcow2") == 0);
  host.options.trust_image = true;
  CHECK(host.problems().empty());
}

TEST_CASE("a disk is not smaller than its image", "[host]") {
  Host host;
  host.cluster.nodes[1].disk_gb = 1;
  CHECK(host.problems() == "compute_nodes[0].disk_gb: 1 GiB are less than the 2 GiB of its image base.qcow2");
}

TEST_CASE("passthrough devices are compared with the host's", "[host]") {
  Host host;
  PassthroughDevice& device = host.device("0000:01:00.0");
  device.vendor_id = "1002";
  device.device_id = "73bf";
  device.iommu_group = 3;
  host.device("0000:02:00.0").device_id = "1234";
  host.device("0000:03:00.0");
  CHECK(host.problems() ==
        "compute_nodes[0].pcie_passthrough.devices[0].vendor_id: the PCI device 0000:01:00.0 has vendor_id 10de, the configuration says 1002\n"
        "compute_nodes[0].pcie_passthrough.devices[0].device_id: the PCI device 0000:01:00.0 has device_id 2684, the configuration says 73bf\n"
        "compute_nodes[0].pcie_passthrough.devices[0].iommu_group: the PCI device 0000:01:00.0 has iommu_group 16, the configuration says 3\n"
        "compute_nodes[0].pcie_passthrough.devices[1].device_id: the PCI device 0000:02:00.0 has device_id none, the configuration says 1234\n"
        "compute_nodes[0].pcie_passthrough.devices[1]: the PCI device 0000:02:00.0 is in no IOMMU group, so it cannot be passed through\n"
        "compute_nodes[0].pcie_passthrough.devices[2]: the host has no PCI device 0000:03:00.0; `lspci -D` lists them");
  host.options.skip_pcie = true;
  CHECK(host.problems().empty());
}

TEST_CASE("an IOMMU that is off is told once", "[host]") {
  Host host;
  host.device("0000:01:00.0").vendor_id = "10de";
  host.cluster.nodes[0].devices = host.cluster.nodes[1].devices;
  const std::string off =
      "controller.pcie_passthrough: sys/kernel/iommu_groups has no groups: the IOMMU is off or missing; switch it on in the firmware (VT-d, AMD-Vi) "
      "and "
      "boot with intel_iommu=on or amd_iommu=on";
  std::filesystem::remove_all(host.directory / "sys/kernel/iommu_groups/16");
  CHECK(host.problems() == off);
  std::filesystem::remove_all(host.directory / "sys/kernel");
  CHECK(host.problems() == off);
  for (NodeConfig& node : host.cluster.nodes) node.devices.clear();  // nobody needs it
  CHECK(host.problems().empty());
}

TEST_CASE("nodes of one count are told once", "[host]") {
  Host host;
  host.device("0000:03:00.0");
  host.cluster.nodes[1].disk_gb = 1;
  host.cluster.nodes[1].mounts.push_back({"t", host.directory / "none", "/m", {}, {}, {}, {}});
  const std::string once = host.problems();
  host.cluster.nodes.push_back(host.cluster.nodes[1]);
  CHECK(host.problems() == once);
}

TEST_CASE("shared directories must be there", "[host]") {
  Host host;
  host.cluster.nodes[0].mounts.push_back({"a", host.directory / "none", "/m", {}, {}, {}, {}});
  host.cluster.nodes[0].mounts.push_back({"b", host.directory.file("file", ""), "/m", {}, {}, {}, {}});
  CHECK(host.problems() ==
        "controller.virtio_fs_mounts[0].host_path: expected a directory of the host, found nothing at none\n"
        "controller.virtio_fs_mounts[1].host_path: expected a directory of the host, found something else at file");
}

// SPDX-License-Identifier: MIT
#include "provision/host_checks.hpp"
#include <fmt/format.h>
#include <aihow/state/error.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include "provision/image.hpp"

namespace aihow::tool {
namespace {

namespace fs = std::filesystem;
using Problems = std::vector<HostProblem>;

/// `0x10de` of a file of sysfs, as `10de`; empty: it cannot be read.
std::string read_id(const fs::path& file) {
  std::string text;
  std::ifstream stream(file);
  stream >> text;
  return text.starts_with("0x") ? text.substr(2) : text;
}

/// `iommu`: the host has groups; without any, that is told once and not for each device.
void check_device(const PassthroughDevice& device, const fs::path& sysfs, bool iommu, const std::string& where, Problems& problems) {
  const fs::path directory = sysfs / "bus/pci/devices" / device.pci_address;
  std::error_code error;
  if (!fs::exists(directory, error)) {
    problems.push_back({where, fmt::format("the host has no PCI device {}; `lspci -D` lists them", device.pci_address)});
    return;
  }
  const auto compare = [&](std::string_view what, const std::optional<std::string>& wanted, const std::string& found) {
    if (wanted && *wanted != found)
      problems.push_back({fmt::format("{}.{}", where, what), fmt::format("the PCI device {} has {} {}, the configuration says {}", device.pci_address,
                                                                         what, found.empty() ? "none" : found, *wanted)});
  };
  compare("vendor_id", device.vendor_id, read_id(directory / "vendor"));
  compare("device_id", device.device_id, read_id(directory / "device"));
  if (!iommu) return;
  const std::string group = fs::read_symlink(directory / "iommu_group", error).filename().string();
  if (device.iommu_group) compare("iommu_group", std::to_string(*device.iommu_group), group);
  else if (group.empty())
    problems.push_back({where, fmt::format("the PCI device {} is in no IOMMU group, so it cannot be passed through", device.pci_address)});
}

void check_devices(const ClusterConfig& cluster, const fs::path& sysfs, Problems& problems) {
  const fs::path groups = sysfs / "kernel/iommu_groups";
  std::error_code error;
  const bool iommu = !fs::is_empty(groups, error) && !error;
  std::set<std::string> seen;  // nodes with a count share one place
  for (const NodeConfig& node : cluster.nodes) {
    if (node.devices.empty() || !seen.insert(node.where).second) continue;
    const std::string where = node.where + ".pcie_passthrough";
    if (!iommu && seen.size() == 1)
      problems.push_back(
          {where, fmt::format("{} has no groups: the IOMMU is off or missing; switch it on in the firmware (VT-d, AMD-Vi) and boot with "
                              "intel_iommu=on or amd_iommu=on",
                              groups.string())});
    for (std::size_t i = 0; i < node.devices.size(); ++i)
      check_device(node.devices[i], sysfs, iommu, fmt::format("{}.devices[{}]", where, i), problems);
  }
}

void check_mounts(const ClusterConfig& cluster, Problems& problems) {
  std::set<std::string> seen;
  for (const NodeConfig& node : cluster.nodes) {
    if (node.mounts.empty() || !seen.insert(node.where).second) continue;
    for (std::size_t i = 0; i < node.mounts.size(); ++i) {
      std::error_code error;
      const std::string& path = node.mounts[i].host_path;
      if (!fs::is_directory(path, error))
        problems.push_back(
            {fmt::format("{}.virtio_fs_mounts[{}].host_path", node.where, i),
             fmt::format("expected a directory of the host, found {} at {}", fs::exists(path, error) ? "something else" : "nothing", path)});
    }
  }
}

}  // namespace

std::vector<HostProblem> check_images(const ClusterConfig& cluster, bool trust_image) {
  Problems problems;
  std::map<std::string, std::optional<ImageInfo>> images;
  std::set<std::string> told;
  for (const NodeConfig& node : cluster.nodes) {
    const auto [image, fresh] = images.try_emplace(node.base_image);
    if (fresh) {
      try {
        const ImageInfo info = inspect_image(node.base_image);
        require_base_image(node.base_image, info, trust_image);
        image->second = info;
      } catch (const state::Error& error) {
        problems.push_back({node.where + ".base_image_path", error.what()});
      }
    }
    // A smaller disk would cut a guest's file system off.
    constexpr std::uint64_t gib = std::uint64_t{1} << 30U;
    if (image->second && static_cast<std::uint64_t>(node.disk_gb) * gib < image->second->virtual_bytes && told.insert(node.where).second)
      problems.push_back({node.where + ".disk_gb", fmt::format("{} GiB are less than the {} GiB of its image {}", node.disk_gb,
                                                               (image->second->virtual_bytes + gib - 1) / gib, node.base_image)});
  }
  return problems;
}

std::vector<HostProblem> check_host(const ClusterConfig& cluster, const HostCheckOptions& options) {
  Problems problems = check_images(cluster, options.trust_image);
  if (!options.skip_pcie) check_devices(cluster, options.sysfs, problems);
  check_mounts(cluster, problems);
  return problems;
}

}  // namespace aihow::tool

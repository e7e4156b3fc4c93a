// SPDX-License-Identifier: MIT
// What the host can tell about a configuration: do its images exist and are they sound, are its passthrough devices there.
#pragma once
#include <string>
#include <vector>
#include "config/model.hpp"

namespace aihow::tool {

struct HostCheckOptions {
  bool skip_pcie = false;      ///< leave out IOMMU and passthrough devices
  bool trust_image = false;    ///< see require_base_image()
  std::string sysfs = "/sys";  ///< root of the device tree
};

/// One failed check: `where` is the configuration's path, `message` says what was looked for, what was found, and what to do.
struct HostProblem {
  std::string where;
  std::string message;
};

/// Checks the base images of all nodes, each distinct one once: require_base_image(), and that no disk is smaller than its image.
std::vector<HostProblem> check_images(const ClusterConfig& cluster, bool trust_image);

/// Checks base images (check_images()), the IOMMU (`/sys/kernel/iommu_groups` is not empty), each passthrough device (present; vendor
/// and device id and IOMMU group as configured), virtiofs host paths. All problems, not just the first.
std::vector<HostProblem> check_host(const ClusterConfig& cluster, const HostCheckOptions& options);

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
// What of the host a node gets: passthrough devices and shared directories.
#pragma once
#include <vector>
#include "config/section.hpp"

namespace aihow::tool {

/// The section `pcie_passthrough`: its devices are checked also where it is not enabled, and returned only where it is.
std::vector<PassthroughDevice> read_passthrough(Report& report, const Value& value);

/// The list `virtio_fs_mounts`.
std::vector<VirtiofsMount> read_mounts(Report& report, const Value& value);

}  // namespace aihow::tool

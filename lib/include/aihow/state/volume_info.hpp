// SPDX-License-Identifier: MIT
// VolumeInfo: one disk image of a cluster.
#pragma once
#include <aihow/state/object.hpp>
#include <aihow/state/timestamp.hpp>
#include <cstdint>
#include <optional>
#include <string>

namespace aihow::state::inline v0 {

struct VolumeInfo {
  std::string name;          ///< unique in the cluster; `<VM>-disk` for a VM's own disk
  std::string path;          ///< absolute
  std::int64_t size_gb = 0;  ///< capacity in GiB, rounded to nearest
  std::string format;        ///< `qcow2`

  std::string pool;                        ///< name of the pool that it lies in
  std::string backing_file;                ///< absolute path of the image that it overlays
  std::optional<Timestamp> missing_since;  ///< a refresh found since then that it is gone
  Pending pending = Pending::none;

  UnknownMembers unknown;

  bool operator==(const VolumeInfo&) const = default;
};

}  // namespace aihow::state::inline v0

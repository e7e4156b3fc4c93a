// SPDX-License-Identifier: MIT
// PoolInfo: one libvirt storage pool that a cluster keeps its volumes in.
#pragma once
#include <aihow/state/object.hpp>
#include <aihow/state/timestamp.hpp>
#include <aihow/state/uuid.hpp>
#include <optional>
#include <string>

namespace aihow::state::inline v0 {

struct PoolInfo {
  std::string name;                         ///< libvirt's name
  std::optional<Uuid> uuid;                 ///< libvirt's
  std::string path;                         ///< absolute directory
  bool owned = false;                       ///< made by us; false: it was there, is used, and never removed
  bool owns_directory = false;              ///< the directory was made by us too: it goes with the pool when it is empty
  std::optional<Timestamp> missing_since;   ///< a refresh found since then that libvirt does not have it
  std::optional<Timestamp> inactive_since;  ///< that it is there, and off
  Pending pending = Pending::none;

  UnknownMembers unknown;

  bool operator==(const PoolInfo&) const = default;
};

}  // namespace aihow::state::inline v0

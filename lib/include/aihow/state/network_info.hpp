// SPDX-License-Identifier: MIT
// NetworkInfo: one libvirt network of a cluster.
#pragma once
#include <aihow/state/object.hpp>
#include <aihow/state/timestamp.hpp>
#include <aihow/state/uuid.hpp>
#include <optional>
#include <string>
#include <vector>

namespace aihow::state::inline v0 {

struct NetworkInfo {
  std::string name;                     ///< libvirt's name, unique in the cluster
  std::string subnet;                   ///< CIDR, `192.168.100.0/24`
  std::string bridge;                   ///< bridge device, 1 to 15 characters
  std::vector<std::string> active_ips;  ///< addresses leased now; the order means nothing

  std::optional<Uuid> uuid;                 ///< libvirt's
  std::optional<Timestamp> missing_since;   ///< a refresh found since then that libvirt does not have it
  std::optional<Timestamp> inactive_since;  ///< that it is there, and off
  Pending pending = Pending::none;

  UnknownMembers unknown;

  bool operator==(const NetworkInfo&) const = default;
};

}  // namespace aihow::state::inline v0

// SPDX-License-Identifier: MIT
// VMInfo: one virtual machine of a cluster.
#pragma once
#include <aihow/state/object.hpp>
#include <aihow/state/timestamp.hpp>
#include <aihow/state/uuid.hpp>
#include <aihow/state/vm_state.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace aihow::state::inline v0 {

/// What is known of one VM. Plain data; member order is the document's. Members below the line are left out of the document when empty.
struct VMInfo {
  std::string name;            ///< unique in the cluster: letters, digits, `_`, `-`, `.`; 1 to 64 characters
  std::int32_t cpu_cores = 1;  ///< virtual CPUs, 1 to 4096
  std::int32_t memory_gb = 1;  ///< libvirt's maximum memory in GiB, rounded to nearest, at least 1
  VMState state = VMState::UNDEFINED;
  std::optional<std::string> ip_address;  ///< IPv4 or IPv6 literal
  std::int32_t gpu_count = 0;             ///< passthrough devices of type GPU
  std::vector<std::string> volumes;       ///< absolute paths of its disks
  Timestamp created_at;
  Timestamp last_seen;  ///< when the hypervisor last reported on it

  std::string role;                            ///< `controller`, `compute`, `control_plane`, `worker`
  bool auto_start = true;                      ///< false: start defines it and leaves it off
  std::string domain_name;                     ///< libvirt's name for it
  std::optional<Uuid> domain_uuid;             ///< libvirt's
  std::string hypervisor;                      ///< connection URI
  std::string state_reason;                    ///< libvirt's reason in words: `booted`, `destroyed`, `crashed`, `user` …
  std::optional<Timestamp> unreachable_since;  ///< the hypervisor has not answered since; `state` is the last known one
  Pending pending = Pending::none;

  UnknownMembers unknown;

  bool operator==(const VMInfo&) const = default;
};

}  // namespace aihow::state::inline v0

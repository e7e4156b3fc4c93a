// SPDX-License-Identifier: MIT
// ClusterState: everything that is known of one cluster.
#pragma once
#include <aihow/state/network_info.hpp>
#include <aihow/state/pool_info.hpp>
#include <aihow/state/vm_info.hpp>
#include <aihow/state/volume_info.hpp>
#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aihow::state::inline v0 {

struct Snapshot;

/// The committed snapshot that a state was loaded from, so that saving it can merge. Not part of the value: never equal or unequal.
struct Origin {
  std::shared_ptr<const Snapshot> snapshot;
  friend bool operator==(const Origin&, const Origin&) noexcept { return true; }
};

/// One cluster as plain data. Member order is the document's. Look-ups by name here are linear; the manager's snapshot has the index.
struct ClusterState {
  std::string cluster_name;  ///< letters, digits, `_`, `-`, `.`; 1 to 64 characters; starts with a letter or digit
  std::string cluster_type;  ///< `hpc` or `cloud`
  std::string status;        ///< `running`, `stopped`, `error`, `partial`; see derive_status()
  Timestamp created_at;
  Timestamp last_modified;
  std::vector<VMInfo> vms;
  std::vector<NetworkInfo> networks;
  std::vector<VolumeInfo> volumes;

  std::vector<PoolInfo> pools;

  UnknownMembers unknown;

  std::uint64_t revision = 0;       ///< 0: never committed by us; else dense within a lineage
  std::optional<Uuid> lineage;      ///< made with the state, kept for its life: two states of one name are told apart by it
  UnknownMembers unknown_in_aihow;  ///< unknown members of the `aihow` object

  Origin origin;

  bool operator==(const ClusterState&) const = default;
};

/// The element of that name, or nullptr. Works for vms, networks, volumes and pools, const or not.
template <class Objects>
constexpr auto find_by_name(Objects& objects, std::string_view name) noexcept -> decltype(objects.data()) {
  const auto found = std::find_if(objects.begin(), objects.end(), [&](const auto& object) { return object.name == name; });
  return found == objects.end() ? nullptr : &*found;
}

/// The word for `status`: any VM CRASHED, or SHUTOFF with reason `crashed` or `failed`: `error`; all RUNNING: `running`; all SHUTOFF or
/// UNDEFINED, or no VM: `stopped`; else `partial`. A commit that changes a VM's state sets it, unless the same commit set it otherwise.
constexpr std::string_view derive_status(const std::vector<VMInfo>& vms) noexcept {
  std::size_t running = 0;
  std::size_t off = 0;
  for (const VMInfo& vm : vms) {
    const bool shut_off = vm.state == VMState::SHUTOFF;
    if (vm.state == VMState::CRASHED || (shut_off && (vm.state_reason == "crashed" || vm.state_reason == "failed"))) return "error";
    running += vm.state == VMState::RUNNING;
    off += shut_off || vm.state == VMState::UNDEFINED;
  }
  if (off == vms.size()) return "stopped";
  return running == vms.size() ? "running" : "partial";
}

}  // namespace aihow::state::inline v0

// SPDX-License-Identifier: MIT
// The names, UUIDs and addresses that follow from a cluster's configuration and lineage.
#pragma once
#include <aihow/state/identity.hpp>
#include <string>
#include "config/model.hpp"

namespace aihow::tool {

inline std::string volume_file(const std::string& vm) { return vm + ".qcow2"; }
inline std::string volume_record(const std::string& vm) { return vm + "-disk"; }
inline std::string volume_path(const std::string& pool_path, const std::string& vm) { return pool_path + "/" + volume_file(vm); }

inline state::Uuid vm_uuid(const state::Uuid& lineage, const std::string& vm) { return state::object_uuid(lineage, state::ObjectKind::vm, vm); }

/// A VM's MAC address: QEMU's prefix 52:54:00, then three bytes of UUIDv5(lineage, "mac/VM"). Known before the domain is, so that the
/// network can reserve an address for it.
inline std::string mac_address(const state::Uuid& lineage, const std::string& vm) {
  const auto text = state::name_uuid(lineage, "mac/" + vm).to_string();
  return "52:54:00:" + text.substr(0, 2) + ":" + text.substr(2, 2) + ":" + text.substr(4, 2);
}

}  // namespace aihow::tool

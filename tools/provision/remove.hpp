// SPDX-License-Identifier: MIT
// Removing one object, whatever is left of it. Each looks first and says whether there was anything; gone meanwhile is success.
#pragma once
#include <aihow/libvirt/hypervisor.hpp>
#include <chrono>
#include <stop_token>
#include <string>

namespace aihow::tool {

/// Pulls the plug and undefines.
bool remove_domain(const libvirt::Hypervisor& hypervisor, const state::Uuid& uuid);

/// Deactivates and undefines.
bool remove_network(const libvirt::Hypervisor& hypervisor, const state::Uuid& uuid);

/// Deletes a volume; where libvirt is still allocating it (a copy goes on after the client was killed) waits for that, at most `patience`.
bool remove_volume(const libvirt::Pool& pool, const std::string& file_name, std::chrono::milliseconds patience, const std::stop_token& stop = {});

enum class PoolRemoval { absent, removed, directory_kept };
/// Deactivates and undefines; `with_directory` also removes its directory, if it is empty.
PoolRemoval remove_pool(const libvirt::Hypervisor& hypervisor, const state::Uuid& uuid, bool with_directory);

}  // namespace aihow::tool

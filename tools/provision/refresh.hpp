// SPDX-License-Identifier: MIT
// Refreshing the state over a connection that is open.
#pragma once
#include "provision/operations.hpp"

namespace aihow::tool {

state::Refresh refresh_state(World& world, const libvirt::Hypervisor& hypervisor, const state::Operation* under = nullptr);

}  // namespace aihow::tool

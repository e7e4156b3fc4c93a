// SPDX-License-Identifier: MIT
// combine: the answers of several hypervisors as one observation. Pure.
#pragma once
#include <aihow/state/observer.hpp>
#include <string>
#include <vector>
#include "libvirt/host_look.hpp"

namespace aihow::libvirt::inline v0 {

/// `default_uri`: of the VMs that name no hypervisor.
state::Observation combine(const StateIndex& index, const std::vector<HostLook>& looks, const std::string& default_uri, const state::Timestamp& when);

}  // namespace aihow::libvirt::inline v0

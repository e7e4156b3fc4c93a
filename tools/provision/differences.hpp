// SPDX-License-Identifier: MIT
// Where libvirt's own definitions differ from the configuration, beyond what the state records.
#pragma once
#include <aihow/libvirt/hypervisor.hpp>
#include <aihow/state/cluster_state.hpp>
#include <string_view>
#include <vector>
#include "config/model.hpp"
#include "provision/operations.hpp"

namespace aihow::tool {

/// Adds them to `out`: of the cluster's own network and domains, as far as they exist; in the configuration's order. Throws Error where libvirt does
/// not answer, or where an object with our UUID lacks our mark.
void add_differences_in_libvirt(const libvirt::Hypervisor& hypervisor, std::string_view uri, const ClusterConfig& config,
                                const state::ClusterState& existing, std::vector<ConfigDifference>& out);

}  // namespace aihow::tool

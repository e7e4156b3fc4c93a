// SPDX-License-Identifier: MIT
// Shutting the VMs of a state down, as stop and destroy both do.
#pragma once
#include <string>
#include <string_view>
#include <vector>
#include "provision/operations.hpp"
#include "provision/recorder.hpp"
#include "provision/side_by_side.hpp"

namespace aihow::tool {

/// One part per VM of the state that has a domain of its own; each records what libvirt reports in the end.
std::vector<Part> shutdown_parts(World& world, const libvirt::Hypervisor& hypervisor, const state::ClusterState& state, std::chrono::seconds patience,
                                 Recorder& recorder);

/// Shuts one VM down and records it; `stop` as side_by_side() gives it.
void shut_down(World& world, const libvirt::Domain& domain, const std::string& vm, std::chrono::seconds patience, Recorder& recorder,
               const std::stop_token& stop);

/// Throws OperationFailed that lists the failures, if there are any.
void require_success(std::string_view operation, const std::vector<PartFailure>& failures, std::string_view advice);

}  // namespace aihow::tool

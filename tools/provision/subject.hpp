// SPDX-License-Identifier: MIT
// Whether a state is the one that a command means, and whether an operation can tell from it what is its own. Pure.
#pragma once
#include <aihow/state/cluster_state.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace aihow::tool {

/// Which cluster a command means. An empty name: whichever there is of that type.
struct Subject {
  std::string_view type;
  std::string_view name;
};

// Each throws Error invalid. `location` is where the state lies.

/// Where a state is another cluster's; says both names.
void require_subject(const state::ClusterState& state, const Subject& subject, std::string_view location);

/// Where an operation over `uri` would not reach the machines that the state records, or could not tell them from others': they are on another
/// hypervisor, or a UUID does not follow from the state's lineage (somebody took the `aihow` member out, say). What such a state calls gone
/// may be running.
void require_operable(const state::ClusterState& state, std::string_view uri, std::string_view location);

/// Where something is recorded that cannot be known for the cluster's own: a VM or network without a UUID, a disk without a pool. States of
/// other tools and those written by hand are like that.
void require_provable(const state::ClusterState& state, std::string_view location);

/// The hypervisor that the state records for its VMs; nullopt: none, or several.
std::optional<std::string> recorded_hypervisor(const state::ClusterState& state);

}  // namespace aihow::tool

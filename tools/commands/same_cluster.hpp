// SPDX-License-Identifier: MIT
// Which of a file's clusters a state belongs to.
#pragma once
#include <aihow/state/cluster_state.hpp>
#include <string_view>
#include <vector>
#include "config/model.hpp"

namespace aihow::tool {

bool is_same_cluster(const state::ClusterState& state, const ClusterConfig& cluster) noexcept;

/// The clusters of a file; where a name is given, those of that name. Throws Error not_found where none has it, naming those that there are.
std::vector<const ClusterConfig*> clusters_named(const ConfigFile& file, std::string_view name);

/// The cluster that the state is of. Throws Error invalid with both names where it is none of these.
const ClusterConfig& require_one_of(const state::ClusterState& state, const std::vector<const ClusterConfig*>& clusters, std::string_view location);

}  // namespace aihow::tool

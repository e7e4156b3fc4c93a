// SPDX-License-Identifier: MIT
// A cluster in a message: its name and type.
#pragma once
#include <aihow/state/cluster_state.hpp>
#include <string>
#include <string_view>

namespace aihow::state::inline v0 {

/// `"lab" (hpc)`.
inline std::string cluster_text(std::string_view name, std::string_view type) { return "\"" + std::string(name) + "\" (" + std::string(type) + ")"; }
inline std::string cluster_text(const ClusterState& state) { return cluster_text(state.cluster_name, state.cluster_type); }

}  // namespace aihow::state::inline v0

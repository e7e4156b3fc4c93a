// SPDX-License-Identifier: MIT
// The same document in another valid layout.
#pragma once
#include <aihow/state/cluster_state.hpp>
#include <string>
#include <string_view>
#include "documents.hpp"

/// `text` (well-formed, of `state`) with the members of every object that the model knows in another order, other white space outside of unknown
/// values, and strings spelled by other escapes. Unknown members keep their order among each other and their values' text: they are part of what is
/// read.
std::string relayout(std::string_view text, const aihow::state::ClusterState& state, Generator& random);

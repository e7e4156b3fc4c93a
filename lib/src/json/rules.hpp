// SPDX-License-Identifier: MIT
// The rules of validate() for what was read: with places in its text.
#pragma once
#include <aihow/state/cluster_state.hpp>
#include "json/refuse.hpp"

namespace aihow::state::inline v0::format {

/// Throws Error corrupt, at the first place and with up to ten problems, where a document that was read from `source` breaks rules.
void require_rules(const ClusterState& state, const Source& source);

}  // namespace aihow::state::inline v0::format

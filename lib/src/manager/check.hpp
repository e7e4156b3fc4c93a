// SPDX-License-Identifier: MIT
// Validating a change: what it changed, and what that touches.
#pragma once
#include <aihow/state/diff.hpp>

namespace aihow::state::inline v0 {

/// As require_valid(after), knowing that `before` was valid and that `diff` leads from it to `after`: a few changed VMs are checked alone, with
/// the networks that they lie in and the names and addresses that they must not share. `after` is as before when it returns. Throws Error invalid
/// with the document's own pointers.
void require_valid_change(const ClusterState& before, ClusterState& after, const StateDiff& diff, std::string_view location);

}  // namespace aihow::state::inline v0

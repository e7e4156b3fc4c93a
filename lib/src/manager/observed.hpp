// SPDX-License-Identifier: MIT
// Taking an observation up into a state that went on while the world was looked at.
#pragma once
#include <aihow/state/reconcile.hpp>
#include <chrono>
#include <string>
#include <vector>

namespace aihow::state::inline v0 {

struct Taken {
  ClusterState state;
  std::vector<Difference> differences;  ///< those between `newest` and the observation that `state` has not any more
  bool changed = false;                 ///< something other than times
  bool touched = false;
  std::vector<std::string> refused;  ///< sentences on what was seen and cannot be recorded
};

/// What `observation`, made of `base`, makes of `newest`. Objects that somebody else recorded anew in between stay as they are there: that may
/// be the fresher look. What a valid state cannot have (an address outside the networks or on two VMs, control characters in a reason) is
/// left out and told of; states and times are always taken up. Pure; O(n).
Taken take_up(const ClusterState& base, const ClusterState& newest, const Observation& observation);

/// Whether every VM that was observed had been seen less than `interval` before.
bool is_fresh(const ClusterState& state, const Observation& observation, std::chrono::milliseconds interval);

}  // namespace aihow::state::inline v0

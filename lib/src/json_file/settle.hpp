// SPDX-License-Identifier: MIT
// Putting in order what an interrupted commit left, under the commit lock.
#pragma once
#include <string>
#include <vector>
#include "json_file/current.hpp"
#include "json_file/place.hpp"

namespace aihow::state::inline v0::json_file {

/// Whether anything is left of an interrupted commit: a few looks at names.
bool has_leftovers(const Place& place);

/// What is left of one, in words.
std::vector<std::string> list_leftovers(const Place& place);

/// Completes the commit that was interrupted after its commit point, and removes what never reached it. `current` is what stands. Returns
/// what was done that matters, in words. Requires: the commit lock. Throws Error; running it again goes on where it stopped.
std::vector<std::string> settle(const Place& place, const Current& current);

/// Moves backup and history of another lineage aside, under names that carry it. As above.
std::string aside_name(const Place& place, const std::string& name, const Uuid& lineage);

/// `state.json.corrupt-20251021T143215Z`, free.
std::string corrupt_name(const Place& place, const std::string& name);

}  // namespace aihow::state::inline v0::json_file

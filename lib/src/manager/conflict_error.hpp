// SPDX-License-Identifier: MIT
// The error for changes that do not go together.
#pragma once
#include <aihow/state/error.hpp>
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace aihow::state::inline v0 {

/// `conflicts`: as Merge says them. `outcome`: what became of the change, and what to do.
inline Error conflict_error(std::string_view outcome, const std::vector<std::string>& conflicts, const std::string& location) {
  constexpr std::size_t most_told = 10;
  std::string text = "somebody else changed the same things since: ";
  for (std::size_t i = 0; i < std::min(conflicts.size(), most_told); ++i) text.append(i == 0 ? "" : ", ").append(conflicts[i]);
  if (conflicts.size() > most_told) text += " and " + std::to_string(conflicts.size() - most_told) + " more";
  return Error(errc::conflict, text.append("; ").append(outcome), {.path = location});
}

}  // namespace aihow::state::inline v0

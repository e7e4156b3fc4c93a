// SPDX-License-Identifier: MIT
// "did you mean": the known word nearest to a mistyped one.
#pragma once
#include <optional>
#include <span>
#include <string_view>

namespace aihow::tool {

/// Insertions, deletions, replacements, and swaps of neighbours that lead from one word to the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The nearest of `known`, where it is near enough to be meant; the first of equally near ones.
std::optional<std::string_view> suggest(std::string_view word, std::span<const std::string_view> known);

}  // namespace aihow::tool

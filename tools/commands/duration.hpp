// SPDX-License-Identifier: MIT
// Durations as people write them.
#pragma once
#include <chrono>
#include <optional>
#include <string_view>

namespace aihow::tool {

inline constexpr std::chrono::hours max_duration{24 * 30};

/// `60` and `60s` are seconds, `500ms`, `5m`, `2h`. nullopt where the text is anything else, or longer than max_duration.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept;

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
// LogLevel: how much is said.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace aihow::tool {

enum class LogLevel : std::uint8_t {
  error,    ///< only what failed
  warning,  ///< and what the user should know
  info,     ///< and what is done, step by step
  debug,    ///< and each decision and call
};

inline constexpr std::array<std::string_view, 4> log_level_names{"error", "warning", "info", "debug"};

constexpr std::string_view to_string(LogLevel level) noexcept { return log_level_names[static_cast<std::size_t>(level)]; }

constexpr std::optional<LogLevel> log_level_from_string(std::string_view name) noexcept {
  for (std::size_t number = 0; number < log_level_names.size(); ++number) {
    if (log_level_names[number] == name) return static_cast<LogLevel>(number);
  }
  return std::nullopt;
}

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
#include "commands/when.hpp"
#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <charconv>
#include "commands/duration.hpp"
#include "commands/usage_error.hpp"

namespace aihow::tool {

std::optional<std::uint64_t> parse_revision(std::string_view text) noexcept {
  std::uint64_t revision = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), revision);
  if (error != std::errc() || end != text.data() + text.size() || revision == 0) return std::nullopt;
  return revision;
}

std::optional<state::Timestamp> parse_time(std::string_view text, const state::Timestamp& now) noexcept {
  constexpr std::size_t day_chars = 10;
  if (text.size() == day_chars) {
    std::array<char, day_chars + 9> whole{};
    constexpr std::string_view midnight = "T00:00:00";
    std::copy(midnight.begin(), midnight.end(), std::copy(text.begin(), text.end(), whole.begin()));
    if (const auto time = state::Timestamp::parse({whole.data(), whole.size()})) return time;
  }
  if (const auto time = state::Timestamp::parse(text)) return time;
  // A bare number is a revision.
  const auto ago = text.empty() || (text.back() >= '0' && text.back() <= '9') ? std::nullopt : parse_duration(text);
  if (!ago) return std::nullopt;
  return state::Timestamp::from_unix_us(now.unix_us() - std::chrono::microseconds(*ago).count());
}

std::uint64_t revision_argument(std::string_view what, const std::string& text) {
  if (const auto revision = parse_revision(text)) return *revision;
  throw UsageError(fmt::format("{}: '{}' is no revision; 'ai-how state history' lists them", what, text));
}

state::Timestamp time_argument(std::string_view what, const std::string& text) {
  if (const auto time = parse_time(text)) return *time;
  throw UsageError(fmt::format("{}: '{}' is no time; write 2025-10-21T14:32:15Z, 2025-10-21, or how long ago: 90m", what, text));
}

state::SnapshotPtr state_at(state::ClusterStateManager& manager, std::string_view what, const std::string& text) {
  if (const auto revision = parse_revision(text)) return manager.at(*revision);
  if (const auto time = parse_time(text)) return manager.at(*time);
  throw UsageError(fmt::format("{}: '{}' is neither a revision (42) nor a time (2025-10-21T14:32:15Z, 2025-10-21, 90m: so long ago)", what, text));
}

}  // namespace aihow::tool

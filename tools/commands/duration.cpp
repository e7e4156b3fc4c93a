// SPDX-License-Identifier: MIT
#include "commands/duration.hpp"
#include <array>
#include <charconv>
#include <cstdint>

namespace aihow::tool {

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept {
  struct Unit {
    std::string_view name;
    std::int64_t milliseconds;
  };
  constexpr std::array units{Unit{"", 1000}, Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000}, Unit{"h", 3'600'000}};
  std::int64_t count = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (code != std::errc() || count < 0) return std::nullopt;
  const std::string_view name = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const Unit& unit : units) {
    if (unit.name != name) continue;
    const std::int64_t longest = std::chrono::milliseconds(max_duration).count() / unit.milliseconds;
    if (count > longest) return std::nullopt;
    return std::chrono::milliseconds(count * unit.milliseconds);
  }
  return std::nullopt;
}

}  // namespace aihow::tool

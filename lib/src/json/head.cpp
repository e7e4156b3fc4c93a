// SPDX-License-Identifier: MIT
#include "json/head.hpp"
#include <charconv>

namespace aihow::state::inline v0::format {
namespace {

bool skip(std::string_view& text, std::string_view expected) noexcept {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

bool read_number(std::string_view& text, std::uint64_t& number) noexcept {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

}  // namespace

std::optional<Head> read_head(std::string_view tail) noexcept {
  // A raw line break cannot stand in a string, and only the root's members are indented by two spaces.
  constexpr std::string_view start = "\n  \"aihow\": {\n    \"format_version\": ";
  const auto at = tail.rfind(start);
  if (at == std::string_view::npos || !tail.ends_with("\n  }\n}\n")) return std::nullopt;
  std::string_view text = tail.substr(at + start.size());
  Head head;
  std::uint64_t version = 0;
  if (!read_number(text, version) || !skip(text, ",\n    \"revision\": ") || !read_number(text, head.revision) ||
      !skip(text, ",\n    \"lineage\": \"")) {
    return std::nullopt;
  }
  const auto lineage = Uuid::parse(text.substr(0, 36));
  if (!lineage) return std::nullopt;
  head.lineage = *lineage;
  return head;
}

}  // namespace aihow::state::inline v0::format

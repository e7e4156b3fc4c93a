// SPDX-License-Identifier: MIT
#include "json/head.hpp"
#include <aihow/state/json.hpp>
#include <charconv>
#include "json/event_reader.hpp"
#include "json/locate.hpp"

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
  if (!read_number(text, version) || version > static_cast<std::uint64_t>(format_version) || !skip(text, ",\n    \"revision\": ") ||
      !read_number(text, head.revision) || !skip(text, ",\n    \"lineage\": \"")) {
    return std::nullopt;
  }
  const auto lineage = Uuid::parse(text.substr(0, 36));
  if (!lineage) return std::nullopt;
  head.lineage = *lineage;
  return head;
}

std::optional<Head> find_head(std::string_view bytes) {
  try {
    check_value(bytes, max_document_depth, {});
  } catch (const Error& error) {
    if (error.code() != errc::corrupt) throw;
    return std::nullopt;
  }
  const std::size_t root = skip_separators(bytes, 0);
  if (bytes[root] != '{') return std::nullopt;
  Head out;
  const auto own = member_at(bytes, root, "aihow");
  if (!own || bytes[*own] != '{') return out;
  if (const auto revision = member_at(bytes, *own, "revision")) {
    std::string_view number = bytes.substr(*revision, skip_token(bytes, *revision) - *revision);
    if (!read_number(number, out.revision) || !number.empty()) out.revision = 0;
  }
  if (const auto lineage = member_at(bytes, *own, "lineage"); lineage && bytes[*lineage] == '"')
    out.lineage = Uuid::parse(string_at(bytes, *lineage)).value_or(Uuid{});
  return out;
}

}  // namespace aihow::state::inline v0::format

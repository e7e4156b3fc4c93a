// SPDX-License-Identifier: MIT
#include "config/text_check.hpp"
#include <fmt/format.h>
#include <algorithm>
#include <boost/locale/utf.hpp>
#include "config/yaml_node.hpp"

namespace aihow::tool {
namespace {

/// Flow collections are scanned ahead of their events, so that the limit on nodes would come too late for "[[[[…". Each of these characters is
/// a node or separates two, except in scalars and comments, for which there is room.
constexpr std::size_t max_flow_characters = 2 * max_yaml_nodes;

ConfigProblem at(std::string_view text, std::size_t offset, std::string message) {
  const TextPlace place = place_of(text, offset);
  return {place.line, place.column, {}, std::move(message)};
}

/// YAML's printable characters.
bool allowed(boost::locale::utf::code_point c) {
  return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0x7F) || c == 0x85 || (c >= 0xA0 && c != 0xFFFE && c != 0xFFFF);
}

}  // namespace

TextPlace place_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t start = before.rfind('\n');
  return {1 + static_cast<int>(std::ranges::count(before, '\n')),
          1 + static_cast<int>(start == std::string_view::npos ? before.size() : before.size() - start - 1)};
}

bool has_control(std::string_view text) noexcept {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

std::optional<ConfigProblem> check_text(std::string_view text) {
  using traits = boost::locale::utf::utf_traits<char>;
  if (text.size() > max_yaml_bytes)
    return ConfigProblem{0, 0, {}, fmt::format("the file is larger than {} MiB, which is the limit", max_yaml_bytes / 1024 / 1024)};
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) return at(text, 0, "the file is UTF-16; save it as UTF-8");

  std::size_t flow = 0;
  for (const char* at_char = text.data(); at_char != text.data() + text.size();) {
    const auto offset = static_cast<std::size_t>(at_char - text.data());
    const boost::locale::utf::code_point c = traits::decode(at_char, text.data() + text.size());
    if (c == boost::locale::utf::illegal || c == boost::locale::utf::incomplete)
      return at(text, offset, fmt::format("not a text of UTF-8: found the byte 0x{:02x}", static_cast<unsigned char>(text[offset])));
    if (!allowed(c)) return at(text, offset, fmt::format("not a text: found the control character U+{:04X}", c));
    if ((c == '[' || c == '{' || c == ',') && ++flow > max_flow_characters)
      return at(text, offset, fmt::format("more than {} brackets and commas: a file has at most {} nodes", max_flow_characters, max_yaml_nodes));
  }
  return std::nullopt;
}

}  // namespace aihow::tool

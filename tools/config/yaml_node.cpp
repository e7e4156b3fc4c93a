// SPDX-License-Identifier: MIT
#include "config/yaml_node.hpp"
#include <fmt/format.h>
#include <algorithm>
#include <array>

namespace aihow::tool {
namespace {

constexpr std::array<std::string_view, 18> booleans = {"true", "True", "TRUE", "false", "False", "FALSE", "yes", "Yes", "YES",
                                                       "no",   "No",   "NO",   "on",    "On",    "ON",    "off", "Off", "OFF"};

bool digits(std::string_view text, std::string_view allowed) { return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos; }

bool is_integer(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (text.starts_with("0x")) return digits(text.substr(2), "0123456789abcdefABCDEF");
  if (text.starts_with("0o")) return digits(text.substr(2), "01234567");
  return digits(text, "0123456789");
}

bool is_number(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (text == ".inf" || text == ".Inf" || text == ".INF" || text == ".nan" || text == ".NaN" || text == ".NAN") return true;
  const std::size_t exponent = text.find_first_of("eE");
  if (exponent != std::string_view::npos) {
    std::string_view power = text.substr(exponent + 1);
    if (power.starts_with('-') || power.starts_with('+')) power.remove_prefix(1);
    if (!digits(power, "0123456789")) return false;
    text = text.substr(0, exponent);
  }
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos) return exponent != std::string_view::npos && digits(text, "0123456789");
  const std::string_view whole = text.substr(0, point), part = text.substr(point + 1);
  return (whole.empty() || digits(whole, "0123456789")) && (part.empty() || digits(part, "0123456789")) && whole.size() + part.size() > 0;
}

}  // namespace

ScalarType scalar_type(const YamlNode& node) {
  if (!node.plain) return ScalarType::string;
  if (std::ranges::find(booleans, node.text) != booleans.end()) return ScalarType::boolean;
  if (is_integer(node.text)) return ScalarType::integer;
  return is_number(node.text) ? ScalarType::number : ScalarType::string;
}

std::string shown(std::string_view text) {
  constexpr std::size_t longest = 60;
  std::string out;
  std::size_t count = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != 0x80U && ++count > longest) return out + "…";  // cut between characters, not inside one
    if (byte < 0x20 || byte == 0x7F) out += fmt::format("\\x{:02x}", byte);
    else out += c;
  }
  return out;
}

std::string quoted(std::string_view text) { return '"' + shown(text) + '"'; }

std::string describe(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::null:
      return "nothing";
    case YamlNode::Kind::list:
      return "a list";
    case YamlNode::Kind::map:
      return "a map";
    case YamlNode::Kind::scalar:
      break;
  }
  switch (scalar_type(node)) {
    case ScalarType::integer:
      return "the integer " + shown(node.text);
    case ScalarType::number:
      return "the number " + shown(node.text);
    case ScalarType::boolean:
      return "the boolean " + shown(node.text);
    case ScalarType::string:
      break;
  }
  return "the string " + quoted(node.text);
}

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
// JSON without the white space between its tokens.
#pragma once
#include <string>
#include <string_view>

namespace aihow::state::inline v0 {

/// Requires: valid JSON.
inline std::string compact_json(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (!in_string && (c == ' ' || c == '\n' || c == '\r' || c == '\t')) continue;
    if (c == '"') in_string = !in_string;
    out += c;
    if (in_string && c == '\\' && i + 1 < json.size()) out += json[++i];
  }
  return out;
}

/// Whether compact_json() would give the same text.
inline bool is_compact(std::string_view json) noexcept {
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (!in_string && (c == ' ' || c == '\n' || c == '\r' || c == '\t')) return false;
    if (c == '"') in_string = !in_string;
    if (in_string && c == '\\') ++i;
  }
  return true;
}

}  // namespace aihow::state::inline v0

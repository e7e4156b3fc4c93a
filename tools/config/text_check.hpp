// SPDX-License-Identifier: MIT
// Is this a text at all? Asked before a parser sees it.
#pragma once
#include <optional>
#include <string_view>
#include "config/model.hpp"

namespace aihow::tool {

/// The first thing that keeps `text` from being a YAML text of ours: too long, not UTF-8, a character that YAML does not allow, more brackets
/// and commas than a file within the limits can hold; nullopt: none. O(n), no allocation but the message's.
std::optional<ConfigProblem> check_text(std::string_view text);

/// Line and column (from 1, in bytes) of a byte offset.
struct TextPlace {
  int line = 1;
  int column = 1;
};
TextPlace place_of(std::string_view text, std::size_t offset);

/// Whether `text` holds a control character.
bool has_control(std::string_view text) noexcept;

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
// Reading UTF-8 one character at a time, whatever the bytes are.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace aihow::tool {

struct Utf8Char {
  char32_t code = 0;
  std::size_t bytes = 1;  ///< how many it took, at least 1
  bool valid = false;     ///< false: a byte that begins no valid character; `code` is that byte
};

/// The character at the beginning of a text that is not empty. Overlong forms, surrogates and values beyond U+10FFFF are not valid.
Utf8Char next_char(std::string_view text) noexcept;

/// How many printable ASCII characters a text begins with: what most texts are made of.
std::size_t plain_length(std::string_view text) noexcept;

/// Whether a terminal may act on a character, or show what is not there: C0, DEL, C1, line separators, zero-width and direction marks.
bool is_control(char32_t code) noexcept;

}  // namespace aihow::tool

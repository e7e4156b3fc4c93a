// SPDX-License-Identifier: MIT
#include "output/utf8.hpp"
#include <algorithm>
#include <array>

namespace aihow::tool {

Utf8Char next_char(std::string_view text) noexcept {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1, true};
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return {first, 1, false};
  char32_t code = first & (0xFFU >> (length + 1));
  for (std::size_t at = 1; at < length; ++at) {
    if ((byte(at) & 0xC0) != 0x80) return {first, 1, false};
    code = (code << 6) | (byte(at) & 0x3FU);
  }
  constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
  if (code < smallest[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return {first, 1, false};
  return {code, length, true};
}

std::size_t plain_length(std::string_view text) noexcept {
  const auto plain = [](char letter) { return letter >= ' ' && letter <= '~'; };
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), plain) - text.begin());
}

bool is_control(char32_t code) noexcept {
  struct Range {
    char32_t first, last;
  };
  constexpr std::array ranges{Range{0, 0x1F},        Range{0x7F, 0x9F},     Range{0x61C, 0x61C},   Range{0x200B, 0x200F},
                              Range{0x2028, 0x202E}, Range{0x2060, 0x206F}, Range{0xFEFF, 0xFEFF}, Range{0xFFF9, 0xFFFB}};
  for (const Range& range : ranges) {
    if (code >= range.first && code <= range.last) return true;
  }
  return false;
}

}  // namespace aihow::tool

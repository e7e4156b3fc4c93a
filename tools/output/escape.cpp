// SPDX-License-Identifier: MIT
#include "output/escape.hpp"
#include <fmt/format.h>
#include <iterator>
#include "output/utf8.hpp"

namespace aihow::tool {

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (;;) {
    const std::size_t plain = plain_length(text);
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) return out;
    const Utf8Char next = next_char(text);
    if (next.valid && !is_control(next.code)) {
      out.append(text.substr(0, next.bytes));
    } else if (next.code == '\n') {
      out += "\\n";
    } else if (next.code == '\t') {
      out += "\\t";
    } else if (next.code == '\r') {
      out += "\\r";
    } else if (!next.valid || next.code < 0x80) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned>(next.code));
    } else {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(next.code));
    }
    text.remove_prefix(next.bytes);
  }
}

std::string escape_lines(std::string_view text) {
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  std::string out;
  for (;;) {
    const std::size_t end = text.find('\n');
    out += escape(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    out += "\n  ";
    text.remove_prefix(end + 1);
  }
}

std::size_t columns(std::string_view text) noexcept {
  std::size_t count = plain_length(text);
  text.remove_prefix(count);
  for (; !text.empty(); ++count) text.remove_prefix(next_char(text).bytes);
  return count;
}

std::string clip(std::string_view text, std::size_t width) {
  if (columns(text) <= width) return std::string(text);
  if (width == 0) return {};
  std::size_t kept = 0;
  for (std::size_t column = 0; column + 1 < width; ++column) kept += next_char(text.substr(kept)).bytes;
  return std::string(text.substr(0, kept)) + "…";
}

}  // namespace aihow::tool

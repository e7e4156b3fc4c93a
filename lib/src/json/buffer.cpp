// SPDX-License-Identifier: MIT
#include "json/buffer.hpp"
#include <aihow/state/json.hpp>
#include <algorithm>
#include <array>
#include "model/utf8.hpp"

namespace aihow::state::inline v0 {
namespace format {
namespace {

constexpr char plain = 0;    ///< stands for itself
constexpr char unicode = 1;  ///< written as \u00xx
constexpr char beyond = 2;   ///< begins or belongs to a character beyond ASCII

/// What becomes of each byte: one of the above, or the letter of its short escape.
constexpr std::array<char, 256> escapes = [] {
  std::array<char, 256> out{};
  for (std::size_t i = 0; i < 0x20; ++i) out[i] = unicode;
  for (std::size_t i = 0x80; i < 0x100; ++i) out[i] = beyond;
  out['"'] = '"', out['\\'] = '\\', out['\b'] = 'b', out['\f'] = 'f', out['\n'] = 'n', out['\r'] = 'r', out['\t'] = 't';
  return out;
}();

char* copy(char* out, std::string_view text) noexcept { return std::copy(text.begin(), text.end(), out); }

}  // namespace

void Buffer::put_quoted(std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  reserve(6 * text.size() + 2);
  char* out = at_;
  *out++ = '"';
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    const char escape = escapes[static_cast<unsigned char>(c)];
    if (escape == plain) {
      *out++ = c;
      ++i;
    } else if (escape == beyond) {
      const std::size_t length = detail::utf8_length(text.substr(i, 4));
      out = copy(out, length != 0 ? text.substr(i, length) : std::string_view("\xEF\xBF\xBD"));
      i += std::max<std::size_t>(length, 1);
    } else {
      *out++ = '\\';
      if (escape == unicode) {
        out = copy(out, "u00");
        *out++ = hex[static_cast<unsigned char>(c) >> 4];
        *out++ = hex[c & 15];
      } else {
        *out++ = escape;
      }
      ++i;
    }
  }
  *out++ = '"';
  at_ = out;
}

void Buffer::grow(std::size_t bytes) {
  const std::size_t used = size();
  out_.resize(std::max(2 * out_.size(), used + bytes));
  at_ = out_.data() + used;
  end_ = out_.data() + out_.size();
}

}  // namespace format

std::string json_quote(std::string_view text) {
  format::Buffer out(text.size() + 2);
  out.put_quoted(text);
  return std::move(out).take();
}

}  // namespace aihow::state::inline v0

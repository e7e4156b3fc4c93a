// SPDX-License-Identifier: MIT
#include "json/buffer.hpp"
#include <aihow/state/json.hpp>
#include <algorithm>
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

char* Buffer::put(char* at, std::string_view text) {
  for (; text.size() > max_piece; text.remove_prefix(max_piece)) at = put(at, text.substr(0, max_piece));
  return copy(reserve(at, text.size()), text);
}

char* Buffer::put_escaped(char* at, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  constexpr std::size_t longest = 6;
  at = put(at, '"');
  while (!text.empty()) {
    at = reserve(at, longest);
    const char c = text.front();
    const char escape = escapes[static_cast<unsigned char>(c)];
    std::size_t taken = 1;
    if (escape == plain) {
      *at++ = c;
    } else if (escape == beyond) {
      const std::size_t length = aihow::state::detail::utf8_length(text.substr(0, 4));
      at = copy(at, length != 0 ? text.substr(0, length) : std::string_view("\xEF\xBF\xBD"));
      taken = std::max<std::size_t>(length, 1);
    } else {
      *at++ = '\\';
      if (escape == unicode) {
        at = copy(at, "u00");
        *at++ = hex[static_cast<unsigned char>(c) >> 4];
        *at++ = hex[c & 15];
      } else {
        *at++ = escape;
      }
    }
    text.remove_prefix(taken);
  }
  return put(at, '"');
}

void Buffer::flush(const char* at) {
  const std::string_view written(block_.data(), static_cast<std::size_t>(at - block_.data()));
  if (digester_ != nullptr) digester_->update(written);
  out_.append(written);
  if (sink_ == nullptr || out_.size() < sink_piece) return;
  sink_->put(std::string_view(out_).substr(0, sink_piece));
  out_.erase(0, sink_piece);
}

char* Buffer::hold(char* at) {
  sink_ = nullptr;
  flush(at);
  return block_.data();
}

}  // namespace format

std::string json_quote(std::string_view text) {
  format::Buffer out(text.size() + 2);
  char* const end = out.put_quoted(out.begin(), text);
  return std::move(out).take(end);
}

}  // namespace aihow::state::inline v0

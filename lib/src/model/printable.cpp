// SPDX-License-Identifier: MIT
#include "model/printable.hpp"
#include <fmt/format.h>
#include <cstdint>
#include <cstring>
#include <iterator>
#include "model/utf8.hpp"

namespace aihow::state::inline v0::detail {
namespace {

/// Bytes of the printable character that `text` begins with; 0: it begins with none.
std::size_t printable_length(std::string_view text) noexcept {
  const std::size_t length = utf8_length(text);
  const auto first = static_cast<unsigned char>(text.front());
  const bool control = first < 0x20 || first == 0x7F || (first == 0xC2 && length == 2 && static_cast<unsigned char>(text[1]) < 0xA0);
  return control ? 0 : length;
}

/// Whether eight bytes are all printable ASCII.
bool is_plain_word(const char* bytes) noexcept {
  constexpr std::uint64_t each = 0x0101010101010101;
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  // The top bit of a byte is set where it is beyond ASCII, below the blank (which borrows), or DEL (which carries).
  return ((word | (word - each * 0x20) | (word + each)) & each * 0x80) == 0;
}

}  // namespace

bool is_printable(std::string_view text) noexcept {
  while (text.size() >= 8 && is_plain_word(text.data())) text.remove_prefix(8);
  while (!text.empty()) {
    const std::size_t length = printable_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string shown(std::string_view text, std::size_t longest) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (i >= longest) return out + "…";
    if (const std::size_t length = printable_length(text.substr(i)); length != 0) {
      out.append(text.substr(i, length));
      i += length;
    } else {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(text[i]));
      ++i;
    }
  }
  return out;
}

}  // namespace aihow::state::inline v0::detail

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
bool is_plain(std::uint64_t word) noexcept {
  constexpr std::uint64_t each = 0x0101010101010101;
  // The top bit of a byte is set where it is beyond ASCII, below the blank (which borrows), or DEL (which carries).
  return ((word | (word - each * 0x20) | (word + each)) & each * 0x80) == 0;
}
template <class Word>
Word load(const char* bytes) noexcept {
  Word out = 0;
  std::memcpy(&out, bytes, sizeof out);
  return out;
}

/// Whether a text of four bytes and more is all printable ASCII. Its last bytes are taken together with some that were looked at already.
bool is_plain(std::string_view text) noexcept {
  const char* const end = text.data() + text.size();
  if (text.size() < 8) return is_plain(load<std::uint32_t>(text.data()) | std::uint64_t{load<std::uint32_t>(end - 4)} << 32);
  for (const char* at = text.data(); end - at > 8; at += 8) {
    if (!is_plain(load<std::uint64_t>(at))) return false;
  }
  return is_plain(load<std::uint64_t>(end - 8));
}

}  // namespace

bool is_printable(std::string_view text) noexcept {
  if (text.size() >= 4 && is_plain(text)) return true;
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

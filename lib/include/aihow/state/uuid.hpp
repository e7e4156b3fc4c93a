// SPDX-License-Identifier: MIT
// Uuid: a 128-bit identifier (RFC 9562). Making new ones is random_uuid() and name_uuid() in identity.hpp.
#pragma once
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace aihow::state::inline v0 {

/// A UUID as 16 bytes in network order; the default is nil. Text is the 36-character lower-case form.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  constexpr auto operator<=>(const Uuid&) const = default;
  constexpr bool is_nil() const noexcept { return *this == Uuid{}; }

  /// Reads the 36-character form, either case. nullopt where the text is anything else.
  static constexpr std::optional<Uuid> parse(std::string_view text) noexcept {
    // Without a branch for each digit: random digits are foreseen by no processor.
    if (text.size() != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') return std::nullopt;
    Uuid out;
    unsigned seen = 0;
    for (std::size_t i = 0; i < out.bytes.size(); ++i) {
      const unsigned high = hex_values[static_cast<unsigned char>(text[digits_at[i]])];
      const unsigned low = hex_values[static_cast<unsigned char>(text[digits_at[i] + 1U])];
      seen |= high | low;
      out.bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    if (seen > 15) return std::nullopt;
    return out;
  }

  static constexpr std::size_t chars = 36;
  /// Writes the text; `out` has room for `chars`.
  constexpr void to_chars(char* out) const noexcept {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      out[digits_at[i]] = hex_digits[bytes[i]][0];
      out[digits_at[i] + 1U] = hex_digits[bytes[i]][1];
    }
    out[8] = out[13] = out[18] = out[23] = '-';
  }
  constexpr std::array<char, chars> to_chars() const noexcept {
    std::array<char, chars> out{};
    to_chars(out.data());
    return out;
  }
  std::string to_string() const {
    const auto text = to_chars();
    return {text.data(), text.size()};
  }

 private:
  /// Where the two digits of each byte stand in the text.
  static constexpr std::array<std::uint8_t, 16> digits_at{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};

  /// The two digits of each byte.
  static constexpr std::array<std::array<char, 2>, 256> hex_digits = [] {
    constexpr std::string_view hex = "0123456789abcdef";
    std::array<std::array<char, 2>, 256> out{};
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = {hex[i >> 4], hex[i & 15]};
    return out;
  }();

  /// What each character is worth as a hex digit; 255: it is none.
  static constexpr std::array<std::uint8_t, 256> hex_values = [] {
    std::array<std::uint8_t, 256> out{};
    out.fill(255);
    for (std::uint8_t i = 0; i < 10; ++i) out['0' + i] = i;
    for (std::uint8_t i = 0; i < 6; ++i) out['a' + i] = out['A' + i] = static_cast<std::uint8_t>(10 + i);
    return out;
  }();
};

}  // namespace aihow::state::inline v0

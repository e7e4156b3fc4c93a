// SPDX-License-Identifier: MIT
// Uuid: a 128-bit identifier (RFC 9562). Making new ones is random_uuid() and name_uuid() in identity.hpp.
#pragma once
#include <array>
#include <compare>
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
    if (text.size() != 36) return std::nullopt;
    Uuid out;
    std::size_t digit = 0;
    for (std::size_t i = 0; i < 36; ++i) {
      const char c = text[i];
      if (i == 8 || i == 13 || i == 18 || i == 23) {
        if (c != '-') return std::nullopt;
        continue;
      }
      int value = 0;
      if (c >= '0' && c <= '9') value = c - '0';
      else if (c >= 'a' && c <= 'f') value = c - 'a' + 10;
      else if (c >= 'A' && c <= 'F') value = c - 'A' + 10;
      else return std::nullopt;
      auto& byte = out.bytes[digit / 2];
      byte = static_cast<std::uint8_t>((byte << 4) | value);
      ++digit;
    }
    return out;
  }

  constexpr std::array<char, 36> to_chars() const noexcept {
    constexpr std::string_view hex = "0123456789abcdef";
    std::array<char, 36> out{};
    std::size_t at = 0;
    for (std::size_t i = 0; i < 16; ++i) {
      if (i == 4 || i == 6 || i == 8 || i == 10) out[at++] = '-';
      out[at++] = hex[bytes[i] >> 4];
      out[at++] = hex[bytes[i] & 15];
    }
    return out;
  }
  std::string to_string() const {
    const auto text = to_chars();
    return {text.data(), text.size()};
  }
};

}  // namespace aihow::state::inline v0

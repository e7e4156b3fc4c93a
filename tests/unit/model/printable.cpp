// SPDX-License-Identifier: MIT
// Printable text is found out whichever way it is looked at: eight bytes at once, four, or one.
#include "model/printable.hpp"
#include "catch.hpp"

using aihow::state::detail::is_printable;

TEST_CASE("every byte is judged alike, wherever it stands in a text of any length", "[model][printable]") {
  for (int value = 0; value < 256; ++value) {
    const std::string byte(1, static_cast<char>(value));
    for (std::size_t size = 1; size <= 26; ++size) {
      for (std::size_t at = 0; at < size; ++at) {
        const std::string text = std::string(at, 'a') + byte + std::string(size - 1 - at, '~');
        INFO(value << " at " << at << " of " << size);
        REQUIRE(is_printable(text) == (value >= 0x20 && value < 0x7F));
      }
    }
  }
}

TEST_CASE("characters beyond ASCII are printable but for controls", "[model][printable]") {
  for (const std::string lead : {"", "1234567", "12345678"}) {
    CHECK(is_printable(lead + "Z\xC3\xBCrich"));
    CHECK_FALSE(is_printable(lead + "\xC2\x85"));
    CHECK_FALSE(is_printable(lead + "\xC3"));
  }
}

// SPDX-License-Identifier: MIT
#include <array>
#include <vector>
#include "catch.hpp"
#include "commands/duration.hpp"
#include "commands/suggest.hpp"

using namespace aihow::tool;
using namespace std::chrono_literals;

TEST_CASE("durations as people write them", "[commands][duration]") {
  CHECK(parse_duration("60") == 60s);
  CHECK(parse_duration("60s") == 60s);
  CHECK(parse_duration("500ms") == 500ms);
  CHECK(parse_duration("5m") == 5min);
  CHECK(parse_duration("2h") == 2h);
  CHECK(parse_duration("0") == 0s);
  CHECK(parse_duration("720h") == 720h);
  for (const char* text :
       {"", "s", "-1", "+1", "1.5s", "1 s", " 1", "5 m", "5M", "1d", "721h", "9223372036854775807", "99999999999999999999", "0x5"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text).has_value());
  }
}

TEST_CASE("a mistyped word finds the one that was meant", "[commands][suggest]") {
  constexpr std::array<std::string_view, 5> known{"hpc", "cloud", "vm", "validate", "version"};
  CHECK(suggest("hcp", known) == "hpc");
  CHECK(suggest("clod", known) == "cloud");
  CHECK(suggest("vaildate", known) == "validate");
  CHECK(suggest("vers", known) == "version");
  CHECK(suggest("vn", known) == "vm");
  CHECK_FALSE(suggest("x", known).has_value());
  CHECK_FALSE(suggest("kubernetes", known).has_value());
  CHECK_FALSE(suggest(std::string(100'000, 'h'), known).has_value());
}

TEST_CASE("the distance counts insertions, deletions, replacements and swaps", "[commands][suggest]") {
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "abc") == 0);
  CHECK(edit_distance("abc", "acb") == 1);
  CHECK(edit_distance("kitten", "sitting") == 3);
}

// SPDX-License-Identifier: MIT
#include "json/day.hpp"
#include <algorithm>
#include <random>
#include <string>
#include <vector>
#include "catch.hpp"

using namespace aihow::state;
using namespace aihow::state::format;

namespace {

/// Timestamps of few days and of many, at the ends of days and of the years that there are, in every spelling.
std::vector<Timestamp> timestamps() {
  const std::int64_t first = Timestamp::parse("0001-01-01T00:00:00.000000Z")->civil_us();
  const std::int64_t last = Timestamp::parse("9999-12-31T23:59:59.999999Z")->civil_us();
  std::mt19937_64 random(1);
  std::vector<Timestamp> out;
  for (const std::int64_t day : {first, -Day::us, std::int64_t{0}, Day::us * 20'000, last - Day::us + 1}) {
    for (const std::int64_t us : {std::int64_t{0}, std::int64_t{1}, std::int64_t{999'999}, Day::us / 2, Day::us - 1}) {
      out.push_back(Timestamp::from_unix_us(day + us));
      out.push_back(Timestamp::from_civil_us(day + us));
    }
  }
  for (int i = 0; i < 2'000; ++i) {
    const auto few = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(3 * Day::us));
    const auto any = first + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(last - first));
    out.push_back(Timestamp::from_unix_us(few));
    if (i % 5 == 0) out.push_back(Timestamp::from_unix_us(any));
    if (i % 7 == 0) out.push_back(Timestamp::from_civil_us(any));
  }
  for (const char* text :
       {"1970-01-01T00:00:00.0000000", "1970-01-01T00:00:00.1+00:00", "1970-01-01T00:00:00.000000000Z", "1970-01-01T00:00:00-00:00"})
    out.push_back(*Timestamp::parse(text));
  // The first ones stay in order: the end of a day, and the next one's beginning.
  std::shuffle(out.begin() + 50, out.end(), random);
  return out;
}

}  // namespace

TEST_CASE("timestamps of kept days are written as Timestamp::to_chars writes them, and read back", "[json][timestamp]") {
  TimestampWriter writer;
  TimestampReader reader;
  for (const Timestamp& time : timestamps()) {
    char text[Timestamp::max_chars];
    const std::string written(text, writer.write(time, text));
    REQUIRE(written == time.to_string());
    Timestamp read;
    REQUIRE(reader.read(written, read));
    REQUIRE(read == time);
  }
}

TEST_CASE("a timestamp with any other byte is read as Timestamp::parse reads it", "[json][timestamp]") {
  for (const std::string kept : {"", "2025-10-21T00:00:00.000000Z", "2025-10-22T00:00:00.000000Z"}) {
    for (const std::string text : {"2025-10-21T14:32:15.123456Z", "1970-01-01T23:59:59.999999Z", "2025-10-21T19:09:09.100000Z"}) {
      for (std::size_t place = 0; place < text.size(); ++place) {
        for (int byte = 0; byte < 256; ++byte) {
          std::string changed = text;
          changed[place] = static_cast<char>(byte);
          TimestampReader reader;
          Timestamp out;
          if (!kept.empty()) REQUIRE(reader.read(kept, out));
          const Timestamp before = out;
          const auto expected = Timestamp::parse(changed);
          INFO(changed << ", after \"" << kept << '"');
          REQUIRE(reader.read(changed, out) == expected.has_value());
          REQUIRE(out == expected.value_or(before));
        }
      }
    }
  }
}

TEST_CASE("timestamps of any length are read as Timestamp::parse reads them", "[json][timestamp]") {
  const std::string text = "2025-10-21T14:32:15.123456Z";
  TimestampReader reader;
  Timestamp out;
  REQUIRE(reader.read(text, out));
  for (std::size_t size = 0; size < text.size(); ++size) {
    CHECK(reader.read(text.substr(0, size), out) == Timestamp::parse(text.substr(0, size)).has_value());
    CHECK(reader.read(text.substr(size), out) == Timestamp::parse(text.substr(size)).has_value());
  }
  for (const char* other : {"2025-10-21T14:32:15.1234567", "2025-10-21T14:32:15.1+05:30", "2025-10-21T14:32:15.12345Z ",
                            "2025-10-21T24:00:00.000000Z", "2025-10-21T23:60:00.000000Z", "2025-10-21T23:59:60.000000Z"}) {
    const auto expected = Timestamp::parse(other);
    CHECK(reader.read(other, out) == expected.has_value());
    if (expected) CHECK(out == *expected);
  }
}

// SPDX-License-Identifier: MIT
#include <aihow/state/timestamp.hpp>
#include <cstdlib>
#include <ctime>
#include <random>
#include "catch.hpp"

using namespace aihow::state;

namespace {

/// Another time zone for the machine, while it lives.
class LocalZone {
 public:
  explicit LocalZone(const char* name) {
    if (const char* before = std::getenv("TZ")) before_ = before;
    setenv("TZ", name, 1);
    tzset();
  }
  ~LocalZone() {
    if (before_) setenv("TZ", before_->c_str(), 1);
    else unsetenv("TZ");
    tzset();
  }
  LocalZone(const LocalZone&) = delete;
  LocalZone& operator=(const LocalZone&) = delete;

 private:
  std::optional<std::string> before_;
};

Timestamp at(std::string_view text) { return *Timestamp::parse(text); }

}  // namespace

TEST_CASE("a timestamp is written as it was spelled", "[timestamp]") {
  for (const char* text : {"2025-10-21T14:32:15.123456", "2025-10-21T14:32:15", "2025-10-21T14:32:15Z", "2025-10-21T14:32:15.5Z",
                           "2025-10-21T14:32:15.000000Z", "2025-10-21T14:32:15.123456789", "2025-10-21T14:32:15.100000000+00:00",
                           "2025-10-21T14:32:15-00:00", "2025-10-21T14:32:15+05:30", "2025-10-21T14:32:15-23:59", "0001-01-01T00:00:00",
                           "9999-12-31T23:59:59.999999999Z", "2024-02-29T00:00:00", "2000-02-29T00:00:00Z", "1969-12-31T23:59:59.999999Z"}) {
    const auto time = Timestamp::parse(text);
    INFO(text);
    REQUIRE(time);
    CHECK(time->to_string() == text);
  }
}

TEST_CASE("what is no real date and time is refused", "[timestamp]") {
  for (const char* text : {"",
                           "2025",
                           "2025-10-21",
                           "2025-10-21 14:32:15",
                           "2025-10-21T14:32",
                           "2025-10-21T14:32:15.",
                           "2025-10-21T14:32:15.1234567890",
                           "2025-10-21T14:32:15z",
                           "2025-10-21T14:32:15ZZ",
                           "2025-10-21T14:32:15+0530",
                           "2025-10-21T14:32:15+05",
                           "2025-10-21T14:32:15+24:00",
                           "2025-10-21T14:32:15+05:60",
                           "2025-13-01T00:00:00",
                           "2025-00-01T00:00:00",
                           "2025-04-31T00:00:00",
                           "2025-02-29T00:00:00",
                           "1900-02-29T00:00:00",
                           "2025-10-00T00:00:00",
                           "0000-01-01T00:00:00",
                           "2025-10-21T24:00:00",
                           "2025-10-21T23:60:00",
                           "2025-10-21T23:59:60",
                           "-025-10-21T23:59:00",
                           "2025-10-21T14:32:1a",
                           " 2025-10-21T14:32:15",
                           "2025-10-21T14:32:15 ",
                           "20251-10-21T14:32:15",
                           "2025-1-21T14:32:15Z"}) {
    INFO(text);
    CHECK_FALSE(Timestamp::parse(text));
  }
}

TEST_CASE("a zone makes an instant", "[timestamp]") {
  CHECK(at("1970-01-01T00:00:00Z").unix_us() == 0);
  CHECK(at("1970-01-01T00:00:01.000002Z").unix_us() == 1'000'002);
  CHECK(at("1969-12-31T23:59:59.999999Z").unix_us() == -1);
  CHECK(at("2025-10-21T14:32:15+02:00").unix_us() == at("2025-10-21T12:32:15Z").unix_us());
  CHECK(at("2025-10-21T14:32:15-02:30").unix_us() == at("2025-10-21T17:02:15Z").unix_us());
  CHECK(at("2001-09-09T01:46:40Z").unix_us() == 1'000'000'000'000'000);
}

TEST_CASE("without a zone it is local time", "[timestamp]") {
  const LocalZone zone("XXX-3");  // three hours east of Greenwich
  const Timestamp local = at("2025-10-21T14:32:15.25");
  CHECK_FALSE(local.has_zone());
  CHECK(local.unix_us() == at("2025-10-21T11:32:15.25Z").unix_us());
  CHECK(earlier(local, at("2025-10-21T11:32:16Z")));
  CHECK_FALSE(earlier(local, at("2025-10-21T11:32:15Z")));
  CHECK(earlier(at("2025-10-21T14:32:15"), local));
}

TEST_CASE("equal means spelled the same; order goes by the instant", "[timestamp]") {
  CHECK(at("2025-10-21T14:32:15Z") == at("2025-10-21T14:32:15Z"));
  CHECK(at("2025-10-21T14:32:15Z") != at("2025-10-21T14:32:15.0Z"));
  CHECK(at("2025-10-21T14:32:15Z") != at("2025-10-21T14:32:15+00:00"));
  CHECK(at("2025-10-21T14:32:15+00:00") != at("2025-10-21T14:32:15-00:00"));
  CHECK(at("2025-10-21T14:32:15.1234567Z") != at("2025-10-21T14:32:15.1234568Z"));
  CHECK(earlier(at("2025-10-21T15:00:00+02:00"), at("2025-10-21T14:00:00+00:30")));
  CHECK_FALSE(earlier(at("2025-10-21T14:00:00Z"), at("2025-10-21T16:00:00+02:00")));
}

TEST_CASE("new timestamps are RFC 3339 UTC with microseconds", "[timestamp]") {
  CHECK(Timestamp{}.to_string() == "1970-01-01T00:00:00.000000Z");
  CHECK(Timestamp::from_unix_us(1'761'057'135'123'456).to_string() == "2025-10-21T14:32:15.123456Z");
  CHECK(Timestamp::now().to_string().size() == 27);
  CHECK(earlier(at("2025-01-01T00:00:00Z"), Timestamp::now()));
  CHECK(Timestamp::from_civil_us(1'500'000).to_string() == "1970-01-01T00:00:01.500000");
  CHECK(Timestamp::from_civil_us(1'000'000).to_string() == "1970-01-01T00:00:01");
}

TEST_CASE("text and instant agree over all years", "[timestamp]") {
  constexpr std::uint64_t seed = 20251021;
  std::mt19937_64 random(seed);
  const std::int64_t first = at("0001-01-01T00:00:00Z").unix_us(), last = at("9999-12-31T23:59:59.999999Z").unix_us();
  for (int i = 0; i < 20000; ++i) {
    const Timestamp time = Timestamp::from_unix_us(first + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(last - first)));
    const std::string text = time.to_string();
    INFO("seed " << seed << ", " << text);
    REQUIRE(Timestamp::parse(text) == time);
    const std::time_t seconds = (time.unix_us() - ((time.unix_us() % 1'000'000) + 1'000'000) % 1'000'000) / 1'000'000;
    std::tm utc{};
    REQUIRE(gmtime_r(&seconds, &utc) != nullptr);
    char expected[32];
    REQUIRE(std::snprintf(expected, sizeof expected, "%04d-%02d-%02dT%02d:%02d:%02d", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour,
                          utc.tm_min, utc.tm_sec) == 19);
    REQUIRE(text.substr(0, 19) == expected);
  }
}

static_assert(Timestamp::parse("2025-10-21T14:32:15Z").has_value(), "usable at compile time");

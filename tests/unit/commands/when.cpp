// SPDX-License-Identifier: MIT
#include "commands/when.hpp"
#include "catch.hpp"
#include "commands/usage_error.hpp"

using namespace aihow::tool;
using aihow::state::Timestamp;

TEST_CASE("a revision is a whole number from 1 on") {
  CHECK(parse_revision("1") == 1);
  CHECK(parse_revision("18446744073709551615") == UINT64_MAX);
  for (const std::string_view bad : {"", "0", "-1", "+1", "1x", " 1", "1.0", "18446744073709551616"}) CHECK_FALSE(parse_revision(bad));
  CHECK_THROWS_AS(revision_argument("REV", "x"), UsageError);
}

TEST_CASE("a time is written out, a day, or so long ago") {
  const Timestamp now = *Timestamp::parse("2025-10-21T14:32:15Z");
  CHECK(parse_time("2025-10-21T14:32:15.5Z", now) == Timestamp::parse("2025-10-21T14:32:15.5Z"));
  CHECK(parse_time("2025-10-21T14:32:15+02:00", now) == Timestamp::parse("2025-10-21T14:32:15+02:00"));
  CHECK(parse_time("2025-10-21", now) == Timestamp::parse("2025-10-21T00:00:00"));
  CHECK(parse_time("90m", now)->unix_us() == Timestamp::parse("2025-10-21T13:02:15Z")->unix_us());
  CHECK(parse_time("500ms", now)->unix_us() == now.unix_us() - 500'000);
  for (const std::string_view bad : {"", "7", "90", "2025-13-01", "2025-10-2", "m", "-5m", "yesterday"}) {
    INFO(bad);
    CHECK_FALSE(parse_time(bad, now));
  }
  CHECK_THROWS_AS(time_argument("--since", "7"), UsageError);
}

// SPDX-License-Identifier: MIT
#include <aihow/state/uuid.hpp>
#include "catch.hpp"

using namespace aihow::state;

TEST_CASE("a UUID is read in either case and written in lower case", "[uuid]") {
  const auto uuid = Uuid::parse("0190B8A0-1111-4222-8333-44445555ABCD");
  REQUIRE(uuid);
  CHECK(uuid->to_string() == "0190b8a0-1111-4222-8333-44445555abcd");
  CHECK(uuid->bytes[0] == 0x01);
  CHECK(uuid->bytes[15] == 0xCD);
  CHECK(Uuid::parse(uuid->to_string()) == uuid);
}

TEST_CASE("anything but the 36-character form is no UUID", "[uuid]") {
  for (const char* text : {"", "0190b8a0111142228333444455556666", "{0190b8a0-1111-4222-8333-444455556666}", "0190b8a0-1111-4222-8333-44445555666",
                           "0190b8a0-1111-4222-8333-4444555566667", "0190b8a0-1111-4222-8333-44445555666g", "0190b8a0_1111-4222-8333-444455556666",
                           "0190b8a01-111-4222-8333-444455556666", "0190b8a0-1111-4222-8333-4444-5556666"}) {
    INFO(text);
    CHECK_FALSE(Uuid::parse(text));
  }
}

TEST_CASE("the default UUID is nil, and UUIDs are ordered", "[uuid]") {
  CHECK(Uuid{}.is_nil());
  CHECK(Uuid{}.to_string() == "00000000-0000-0000-0000-000000000000");
  CHECK_FALSE(Uuid::parse("00000000-0000-0000-0000-000000000001")->is_nil());
  CHECK(Uuid{} < *Uuid::parse("00000000-0000-0000-0000-000000000001"));
}

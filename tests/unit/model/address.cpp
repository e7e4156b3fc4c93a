// SPDX-License-Identifier: MIT
// Addresses are read as inet_pton(3) reads them.
#include "model/address.hpp"
#include <arpa/inet.h>
#include <array>
#include <random>
#include <string>
#include "catch.hpp"

using namespace aihow::state::detail;

namespace {

bool by_inet_pton(const std::string& text) {
  std::array<unsigned char, 16> bytes{};
  return inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 || inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

}  // namespace

TEST_CASE("what inet_pton reads is an address, and nothing else", "[model][address]") {
  for (const std::string text :
       {"10.0.0.1", "0.0.0.0",  "255.255.255.255", "256.0.0.1", "1.2.3",    "1.2.3.4.5", "1.2.3.4.", ".1.2.3.4", "01.2.3.4", "1.2.3.04",
        "1..3.4",   "1.2.3.4 ", " 1.2.3.4",        "+1.2.3.4",  "-1.2.3.4", "1.2.3.0x4", "",         "a",        "::1",      "fe80::1",
        ":",        "1:2",      "::ffff:1.2.3.4"}) {
    INFO(text);
    CHECK(parse_address(text).has_value() == by_inet_pton(text));
  }
  std::mt19937 random(1);
  constexpr std::string_view characters = "0123456789..::af";
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (std::size_t length = random() % 12; length > 0; --length) text += characters[random() % characters.size()];
    INFO(text);
    REQUIRE(parse_address(text).has_value() == by_inet_pton(text));
  }
}

TEST_CASE("an address is inside a network where its first bits are the network's", "[model][address]") {
  const auto inside = [](const char* address, const char* cidr) { return parse_cidr(cidr)->contains(*parse_address(address)); };
  CHECK(inside("10.1.2.3", "10.0.0.0/8"));
  CHECK_FALSE(inside("11.1.2.3", "10.0.0.0/8"));
  CHECK(inside("255.1.2.3", "0.0.0.0/0"));
  CHECK(inside("10.0.0.7", "10.0.0.7/32"));
  CHECK_FALSE(inside("10.0.0.6", "10.0.0.7/32"));
  CHECK(inside("fd00::1:2", "fd00::/64"));
  CHECK_FALSE(inside("fd00:0:0:1::1", "fd00::/64"));
  CHECK(inside("fd00::8000:0:0:1", "fd00::8000:0:0:0/65"));
  CHECK_FALSE(inside("fd00::1", "fd00::8000:0:0:0/65"));
  CHECK(inside("fd00::1", "fd00::1/128"));
  CHECK_FALSE(inside("fd00::2", "fd00::1/128"));
  CHECK(inside("fd00::2", "::/0"));
  CHECK_FALSE(inside("10.0.0.1", "::/0"));
}

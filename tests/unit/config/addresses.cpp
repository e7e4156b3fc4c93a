// SPDX-License-Identifier: MIT
#include "config/addresses.hpp"
#include "catch.hpp"

using namespace aihow::tool;

TEST_CASE("IPv4 addresses are dotted quads and nothing else", "[config]") {
  CHECK(parse_ipv4("192.168.100.1") == 0xC0A86401U);
  CHECK(format_ipv4(0xC0A86401U) == "192.168.100.1");
  for (const char* text : {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", " 1.2.3.4", "1.2.3.4 ", "::1", "0x1.2.3.4", "localhost"}) {
    INFO(text);
    CHECK_FALSE(parse_ipv4(text));
  }
}

TEST_CASE("subnets lose their host bits", "[config]") {
  const auto subnet = parse_subnet("192.168.100.77/24");
  REQUIRE(subnet);
  CHECK(subnet->cidr() == "192.168.100.0/24");
  CHECK(format_ipv4(subnet->mask()) == "255.255.255.0");
  CHECK(format_ipv4(subnet->broadcast()) == "192.168.100.255");
  CHECK(subnet->is_host(*parse_ipv4("192.168.100.254")));
  CHECK_FALSE(subnet->is_host(*parse_ipv4("192.168.100.255")));
  CHECK_FALSE(subnet->is_host(*parse_ipv4("192.168.100.0")));
  CHECK_FALSE(subnet->is_host(*parse_ipv4("192.168.101.1")));
  for (const char* text : {"", "192.168.100.0", "192.168.100.0/33", "192.168.100.0/-1", "192.168.100.0/", "/24", "fe80::/64", "a/24"}) {
    INFO(text);
    CHECK_FALSE(parse_subnet(text));
  }
}

TEST_CASE("leases come from the larger side of the gateway, in a range that libvirt takes", "[config]") {
  struct Row {
    const char *subnet, *gateway, *first, *last;
  };
  const Row rows[] = {
      {"192.168.100.0/24", "192.168.100.1", "192.168.100.2", "192.168.100.254"},
      {"192.168.100.0/24", "192.168.100.254", "192.168.100.1", "192.168.100.253"},
      {"192.168.100.0/24", "192.168.100.100", "192.168.100.101", "192.168.100.254"},
      {"192.168.100.0/30", "192.168.100.1", "192.168.100.2", "192.168.100.2"},
      {"10.0.0.0/8", "10.0.0.1", "10.0.0.2", "10.0.255.255"},
      {"10.0.0.0/16", "10.0.0.1", "10.0.0.2", "10.0.255.254"},
  };
  for (const Row& row : rows) {
    INFO(row.subnet << " " << row.gateway);
    const Ipv4Range range = default_lease_range(*parse_subnet(row.subnet), *parse_ipv4(row.gateway));
    CHECK(format_ipv4(range.first) == row.first);
    CHECK(format_ipv4(range.last) == row.last);
  }
}

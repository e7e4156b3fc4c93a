// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <algorithm>
#include "config/read_cluster.hpp"

namespace aihow::tool {
namespace {

constexpr int widest_prefix = 8, narrowest_prefix = 30;  ///< a gateway and one more host

std::optional<std::uint32_t> as_ipv4(Report& report, const Value& value) {
  constexpr std::string_view expected = "an IPv4 address, 192.168.100.1";
  const std::optional<std::string> text = as_text(report, value, expected);
  if (!text) return std::nullopt;
  const std::optional<std::uint32_t> address = parse_ipv4(*text);
  if (!address) report.expected(value, expected);
  return address;
}

/// A host of the subnet, where that is known. An absent value was noted.
std::optional<std::uint32_t> as_host(Report& report, const Value& value, const std::optional<Ipv4Subnet>& subnet) {
  if (!value) return std::nullopt;
  const std::optional<std::uint32_t> address = as_ipv4(report, value);
  if (!address || !subnet || subnet->is_host(*address)) return address;
  report.problem(value, fmt::format("expected a host of the subnet, {} to {}, found {}", format_ipv4(subnet->first_host()),
                                    format_ipv4(subnet->last_host()), format_ipv4(*address)));
  return std::nullopt;
}

std::optional<Ipv4Subnet> read_subnet(Report& report, const Value& value, std::string_view expected) {
  if (!value) return std::nullopt;
  const std::optional<std::string> text = as_text(report, value, expected);
  if (!text) return std::nullopt;
  const std::optional<Ipv4Subnet> subnet = parse_subnet(*text);
  if (subnet && subnet->prefix >= widest_prefix && subnet->prefix <= narrowest_prefix) return subnet;
  report.expected(value, expected);
  return std::nullopt;
}

/// What the kernel takes for a device, without what shells, libvirt (`%d`) and XML readers make something of.
bool is_bridge(std::string_view name) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";
  return !name.empty() && name.size() <= 15 && name.find_first_not_of(letters) == std::string_view::npos && name[0] != '-' && name[0] != '.';
}

std::string read_bridge(Report& report, const Value& value, std::string_view expected) {
  if (!value) return {};
  std::optional<std::string> text = as_text(report, value, expected);
  if (!text) return {};
  if (!is_bridge(*text)) report.expected(value, expected);
  return *text;
}

void read_leases(Report& report, Section& network, NetworkReading& out) {
  const Value range = network.get("dhcp_range");
  if (!range) {
    if (!out.subnet || !out.gateway) return;
    const Ipv4Range leases = default_lease_range(*out.subnet, *out.gateway);
    out.config.dhcp_start = format_ipv4(leases.first);
    out.config.dhcp_end = format_ipv4(leases.last);
    return;
  }
  Section section(report, range);
  const Value start_value = section.require("start", "an IPv4 address"), end_value = section.require("end", "an IPv4 address");
  const std::optional<std::uint32_t> start = as_host(report, start_value, out.subnet), end = as_host(report, end_value, out.subnet);
  if (!start || !end) return;
  if (*start > *end) {
    report.problem(start_value, fmt::format("expected a start that is not behind the end, found {} to {}", format_ipv4(*start), format_ipv4(*end)));
  } else if (!same_lease_block(*start, *end)) {
    report.problem(start_value, "start and end differ in their first two numbers; libvirt leases no range of more than 65536 addresses");
  }
  out.config.dhcp_start = format_ipv4(*start);
  out.config.dhcp_end = format_ipv4(*end);
}

}  // namespace

NetworkReading read_network(Reading& reading, Section& network) {
  NetworkReading out;
  Report& report = reading.report;
  static const std::string subnet_words = fmt::format("an IPv4 subnet with a prefix of {} to {}, 192.168.100.0/24", widest_prefix, narrowest_prefix);
  constexpr std::string_view bridge_words = "a bridge name: 1 to 15 of the letters, digits, _, - and ., the first one a letter, digit or _";

  out.subnet = read_subnet(report, network.require("subnet", subnet_words), subnet_words);
  out.config.bridge = read_bridge(report, network.require("bridge", bridge_words), bridge_words);
  if (const Value gateway = network.get("gateway")) out.gateway = as_host(report, gateway, out.subnet);
  else if (out.subnet) out.gateway = out.subnet->first_host();
  if (const Value servers = network.get("dns_servers"))
    for (const Value& server : as_list(report, servers, "a list of IPv4 addresses"))
      if (const auto address = as_ipv4(report, server)) out.config.dns_servers.push_back(format_ipv4(*address));
  read_leases(report, network, out);

  if (out.subnet) {
    out.config.subnet = out.subnet->cidr();
    out.config.netmask = format_ipv4(out.subnet->mask());
  }
  if (out.gateway) out.config.gateway = format_ipv4(*out.gateway);
  return out;
}

}  // namespace aihow::tool

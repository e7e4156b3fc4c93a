// SPDX-License-Identifier: MIT
#include "config/addresses.hpp"
#include <algorithm>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/network_v4.hpp>

namespace aihow::tool {

std::optional<std::uint32_t> parse_ipv4(std::string_view text) {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address_v4(std::string(text), error);
  return error ? std::nullopt : std::optional<std::uint32_t>(address.to_uint());
}

std::string format_ipv4(std::uint32_t address) { return boost::asio::ip::address_v4(address).to_string(); }

std::string Ipv4Subnet::cidr() const { return format_ipv4(network) + "/" + std::to_string(prefix); }

std::optional<Ipv4Subnet> parse_subnet(std::string_view text) {
  boost::system::error_code error;
  const auto subnet = boost::asio::ip::make_network_v4(std::string(text), error);
  if (error) return std::nullopt;
  return Ipv4Subnet{subnet.canonical().address().to_uint(), subnet.prefix_length()};
}

Ipv4Range default_lease_range(const Ipv4Subnet& subnet, std::uint32_t gateway) {
  const Ipv4Range below{subnet.first_host(), gateway - 1}, above{gateway + 1, subnet.last_host()};
  const std::uint32_t below_size = gateway - subnet.first_host(), above_size = subnet.last_host() - gateway;
  Ipv4Range range = below_size > above_size ? below : above;
  if (!same_lease_block(range.first, range.last)) range.last = range.first | 0xFFFFU;
  return range;
}

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
// IPv4 arithmetic for the network of a cluster.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace aihow::tool {

/// An IPv4 address as a number in host order; nullopt: not a dotted quad.
std::optional<std::uint32_t> parse_ipv4(std::string_view text);
std::string format_ipv4(std::uint32_t address);

struct Ipv4Subnet {
  std::uint32_t network = 0;  ///< its first address
  int prefix = 0;

  std::uint32_t mask() const noexcept { return prefix == 0 ? 0 : ~std::uint32_t{0} << (32 - prefix); }
  std::uint32_t broadcast() const noexcept { return network | ~mask(); }
  std::uint32_t first_host() const noexcept { return network + 1; }
  std::uint32_t last_host() const noexcept { return broadcast() - 1; }
  bool contains(std::uint32_t address) const noexcept { return (address & mask()) == network; }
  bool is_host(std::uint32_t address) const noexcept { return contains(address) && address != network && address != broadcast(); }
  std::string cidr() const;
};

/// `192.168.100.0/24`; host bits are dropped. nullopt: not an address and a prefix of 0 to 32.
std::optional<Ipv4Subnet> parse_subnet(std::string_view text);

struct Ipv4Range {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

/// The hosts of a subnet that may be leased when the file names no range: all but the gateway. A range is one run of addresses that share
/// their first two bytes (libvirt's limit), so it is the larger side of the gateway, within 65,536 addresses.
Ipv4Range default_lease_range(const Ipv4Subnet& subnet, std::uint32_t gateway);

/// Whether libvirt takes both for one range: see above.
constexpr bool same_lease_block(std::uint32_t first, std::uint32_t last) noexcept { return first >> 16U == last >> 16U; }

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
// Addresses and networks as numbers, to be compared.
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace aihow::state::inline v0::detail {

/// An IPv4 or IPv6 address, in host order; IPv4 in the upper half of `high`.
struct Address {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  int bits = 0;  ///< 32 or 128
  auto operator<=>(const Address&) const = default;
};

/// A dotted quad or an IPv6 literal, as inet_pton(3) reads them.
std::optional<Address> parse_address(std::string_view text) noexcept;

/// `address/prefix`.
struct Network {
  Address address;
  int prefix = 0;

  bool contains(const Address& other) const noexcept {
    if (other.bits != address.bits) return false;
    const auto differs = [](std::uint64_t a, std::uint64_t b, int bits) { return bits > 0 && (a ^ b) >> (64 - (bits < 64 ? bits : 64)) != 0; };
    return !differs(address.high, other.high, prefix) && !differs(address.low, other.low, prefix - 64);
  }
};

std::optional<Network> parse_cidr(std::string_view text) noexcept;

}  // namespace aihow::state::inline v0::detail

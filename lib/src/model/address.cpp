// SPDX-License-Identifier: MIT
#include "model/address.hpp"
#include <arpa/inet.h>
#include <algorithm>
#include <array>
#include <charconv>

namespace aihow::state::inline v0::detail {
namespace {

std::uint64_t from_network_order(const unsigned char* bytes) noexcept {
  std::uint64_t out = 0;
  for (int i = 0; i < 8; ++i) out = out << 8 | bytes[i];
  return out;
}

/// Four decimal numbers without leading zeros: what inet_pton(3) reads too, without a copy that ends with NUL.
std::optional<Address> parse_dotted_quad(std::string_view text) noexcept {
  std::uint64_t value = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (int i = 0; i < 4; ++i) {
    if (i != 0 && (at == end || *at++ != '.')) return std::nullopt;
    std::uint8_t part = 0;
    const auto [after, error] = std::from_chars(at, end, part);
    if (error != std::errc{} || (*at == '0' && after != at + 1)) return std::nullopt;
    value = value << 8 | part;
    at = after;
  }
  if (at != end) return std::nullopt;
  return Address{value << 32, 0, 32};
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) noexcept {
  if (text.find(':') == std::string_view::npos) return parse_dotted_quad(text);
  std::array<char, INET6_ADDRSTRLEN> copy{};
  if (text.size() >= copy.size() || text.find('\0') != std::string_view::npos) return std::nullopt;
  std::copy(text.begin(), text.end(), copy.begin());
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET6, copy.data(), bytes.data()) != 1) return std::nullopt;
  return Address{from_network_order(bytes.data()), from_network_order(bytes.data() + 8), 128};
}

std::optional<Network> parse_cidr(std::string_view text) noexcept {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto digits = text.substr(slash + 1);
  const auto address = parse_address(text.substr(0, slash));
  Network out;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.prefix);
  const bool spelled = error == std::errc{} && end == digits.data() + digits.size() && (digits.size() == 1 || digits.front() != '0');
  if (!address || !spelled || out.prefix < 0 || out.prefix > address->bits) return std::nullopt;
  out.address = *address;
  return out;
}

}  // namespace aihow::state::inline v0::detail

// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "libvirt/host_look.hpp"

using namespace aihow::libvirt;

namespace {

SeenDomain domain_with(std::vector<NetworkCard> cards, int state = VIR_DOMAIN_RUNNING) {
  SeenDomain out;
  DomainFacts facts;
  facts.cards = std::move(cards);
  out.facts = std::make_shared<const DomainFacts>(std::move(facts));
  out.listed.status.state = state;
  return out;
}

SeenNetwork network_with(const std::string& name, std::optional<std::vector<Lease>> leases) {
  SeenNetwork out;
  out.listed.status.name = name;
  out.leases = std::move(leases);
  return out;
}

using Address = std::optional<std::optional<std::string>>;
const Address none = std::optional<std::string>();
const Address unknown = std::nullopt;
Address is(const std::string& text) { return std::optional<std::string>(text); }

}  // namespace

TEST_CASE("a VM's address is its card's lease", "[libvirt][observer]") {
  const auto domain = domain_with({{"52:54:00:00:00:01", "net"}});
  CHECK(address_of(domain,
                   {network_with("net", {{{"52:54:00:00:00:02", "10.0.0.2", "", false, 1}, {"52:54:00:00:00:01", "10.0.0.1", "", false, 1}}})}) ==
        is("10.0.0.1"));
  CHECK(address_of(domain, {network_with("net", std::vector<Lease>())}) == none);
  CHECK(address_of(domain, {network_with("net", std::nullopt)}) == unknown);
  CHECK(address_of(domain, {network_with("other", {{{"52:54:00:00:00:01", "10.0.0.1", "", false, 1}}})}) == unknown);
  CHECK(address_of(domain, {}) == unknown);
}

TEST_CASE("IPv4 comes before IPv6, the newest lease before older ones, the first card before the second", "[libvirt][observer]") {
  const auto domain = domain_with({{"m1", "net"}, {"m2", "net"}});
  CHECK(address_of(domain,
                   {network_with("net", {{{"m1", "fd00::1", "", true, 9}, {"m1", "10.0.0.1", "", false, 1}, {"m2", "10.0.0.2", "", false, 5}}})}) ==
        is("10.0.0.1"));
  CHECK(address_of(domain, {network_with("net", {{{"m1", "10.0.0.1", "", false, 1}, {"m1", "10.0.0.9", "", false, 5}}})}) == is("10.0.0.9"));
  CHECK(address_of(domain, {network_with("net", {{{"m1", "10.0.0.1", "", false, 0}, {"m1", "10.0.0.9", "", false, 5}}})}) == is("10.0.0.1"));
  CHECK(address_of(domain, {network_with("net", {{{"m2", "10.0.0.2", "", false, 5}}})}) == is("10.0.0.2"));
  CHECK(address_of(domain, {network_with("net", {{{"m1", "fe80::1", "", true, 9}}})}) == none);
  CHECK(address_of(domain, {network_with("net", {{{"m1", "nonsense", "", false, 9}}})}) == none);
  CHECK(address_of(domain, {network_with("net", {{{"m1", "fd00::1", "", true, 9}}})}) == is("fd00::1"));
}

TEST_CASE("the agent's answer is for cards without a lease", "[libvirt][observer]") {
  auto domain = domain_with({{"m1", "net"}});
  domain.agent = std::vector<InterfaceAddress>{{"docker0", "m9", "172.17.0.1"}, {"eth0", "m1", "fe80::1"}, {"eth0", "m1", "10.0.0.7"}};
  CHECK(address_of(domain, {network_with("net", std::nullopt)}) == is("10.0.0.7"));
  CHECK(address_of(domain, {network_with("net", {{{"m1", "10.0.0.1", "", false, 1}}})}) == is("10.0.0.1"));
  domain.agent = std::vector<InterfaceAddress>();
  CHECK(address_of(domain, {}) == none);
}

TEST_CASE("a VM that is off has no address, whatever lease is left", "[libvirt][observer]") {
  const std::vector<SeenNetwork> networks{network_with("net", {{{"m1", "10.0.0.1", "", false, 1}}})};
  CHECK(address_of(domain_with({{"m1", "net"}}, VIR_DOMAIN_SHUTOFF), networks) == none);
  CHECK(address_of(domain_with({{"m1", "net"}}, VIR_DOMAIN_CRASHED), {}) == none);
  CHECK(address_of(domain_with({{"m1", "net"}}, VIR_DOMAIN_PAUSED), networks) == is("10.0.0.1"));
}

// SPDX-License-Identifier: MIT
#include <aihow/state/vm_state.hpp>
#include <algorithm>
#include "catch.hpp"
#include "error_of.hpp"
#include "test_node.hpp"

using namespace aihow::libvirt;
using aihow::state::errc;
using aihow::state::Error;
using Catch::Matchers::Contains;

namespace {

const Uuid uuid_1 = *Uuid::parse("00000000-0000-4000-8000-000000000001");
const Uuid uuid_2 = *Uuid::parse("00000000-0000-4000-8000-000000000002");

/// The names of a list, sorted.
template <class Objects>
std::vector<std::string> names(const Objects& objects) {
  std::vector<std::string> out;
  for (const auto& object : objects) out.push_back(object.name);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

TEST_CASE("the bulk call reports every domain with state, sizes and autostart", "[libvirt]") {
  TemporaryFolder folder;
  TestNode node;
  node.domains = {{"up", uuid_1, 1, 4, 8 * 1024 * 1024, {}, {}}, {"off", uuid_2, 5, 1, 1024 * 1024, {}, {}}};
  const auto hypervisor = Hypervisor::open(node.write(folder));
  hypervisor.find_domain("off")->set_autostart(true);
  auto domains = hypervisor.domains();
  REQUIRE(names(domains) == std::vector<std::string>{"off", "up"});
  std::sort(domains.begin(), domains.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  CHECK(domains[0].uuid == uuid_2);
  CHECK(domains[0].state == 5);
  CHECK(domains[0].autostart);
  CHECK(domains[1].state == 1);
  CHECK(domains[1].vcpus == 4);
  CHECK(domains[1].max_memory_kib == 8 * 1024 * 1024);
  CHECK_FALSE(domains[1].autostart);
  CHECK(hypervisor.alive());
}

TEST_CASE("a domain lives its life", "[libvirt]") {
  TemporaryFolder folder;
  const auto hypervisor = Hypervisor::open(TestNode{}.write(folder));
  CHECK_FALSE(hypervisor.find_domain("vm"));
  CHECK_FALSE(hypervisor.find_domain(uuid_1));
  const Domain domain = hypervisor.define_domain(domain_xml({"vm", uuid_1, 0, 2, 2 * 1024 * 1024, {}, {}}));
  CHECK(domain.name() == "vm");
  CHECK(domain.uuid() == uuid_1);
  CHECK(domain.status().state == 5);
  domain.start();
  CHECK(domain.status().state == 1);
  CHECK(reason_to_string(domain.status().state, domain.status().reason) == "booted");
  domain.suspend();
  CHECK(domain.status().state == 3);
  domain.resume();
  domain.reboot();
  CHECK(domain.status().state == 1);
  domain.shutdown();
  CHECK(domain.status().state == 5);
  CHECK(reason_to_string(domain.status().state, domain.status().reason) == "shutdown");
  domain.start();
  domain.destroy();
  CHECK(reason_to_string(domain.status().state, domain.status().reason) == "destroyed");
  CHECK_FALSE(domain.has_managed_save());
  CHECK_THAT(domain.xml(), Contains("<name>vm</name>"));
  CHECK_THAT(domain.xml(true), Contains("<name>vm</name>"));
  domain.set_autostart(true);
  CHECK(domain.status().autostart);
  CHECK(hypervisor.find_domain(uuid_1)->name() == "vm");
  domain.undefine();
  CHECK_FALSE(hypervisor.find_domain("vm"));
  CHECK(error_of([&] { domain.start(); }).code() == errc::not_found);
}

TEST_CASE("a network lives its life", "[libvirt]") {
  TemporaryFolder folder;
  const auto hypervisor = Hypervisor::open(TestNode{}.write(folder));
  const TestNetwork wanted{"net", uuid_1, "virbr7", "192.168.77.1", "255.255.255.0", {}};
  CHECK_FALSE(hypervisor.find_network("net"));
  CHECK_FALSE(hypervisor.find_network(uuid_1));
  const Network network = hypervisor.define_network(network_xml(wanted));
  CHECK_FALSE(network.status().active);
  CHECK(names(hypervisor.networks()) == std::vector<std::string>{"net"});
  CHECK_FALSE(hypervisor.networks().at(0).active);
  network.start();
  CHECK(network.status().active);
  CHECK(network.status().bridge == "virbr7");
  CHECK(hypervisor.networks().at(0).active);
  CHECK(hypervisor.networks().at(0).bridge == "virbr7");
  network.set_autostart(true);
  CHECK_THAT(network.xml(), Contains("virbr7"));
  CHECK(error_of([&] { network.leases(); }).code() == errc::unsupported);
  CHECK(error_of([&] { network.start(); }).code() == errc::conflict);
  network.destroy();
  network.undefine();
  CHECK(hypervisor.networks().empty());
  CHECK(error_of([&] { network.xml(); }).code() == errc::not_found);
}

TEST_CASE("a pool and its volumes live their lives", "[libvirt]") {
  TemporaryFolder folder;
  const auto hypervisor = Hypervisor::open(TestNode{}.write(folder));
  CHECK_FALSE(hypervisor.find_pool("pool"));
  CHECK_FALSE(hypervisor.find_pool(uuid_1));
  const Pool pool = hypervisor.define_pool(pool_xml({"pool", uuid_1, "/nowhere/pool", {}}));
  CHECK_FALSE(pool.status().active);
  pool.build();
  pool.start();
  pool.refresh();
  pool.set_autostart(true);
  CHECK(pool.status().active);
  CHECK(names(hypervisor.pools()) == std::vector<std::string>{"pool"});
  CHECK(hypervisor.pools().at(0).active);
  CHECK_THAT(pool.xml(), Contains("/nowhere/pool"));
  CHECK_FALSE(pool.find_volume("disk"));
  const Volume made = pool.create_volume(volume_xml({"disk", 3}));
  CHECK(made.path() == "/nowhere/pool/disk");
  CHECK(made.status().capacity_bytes == std::uint64_t{3} << 30);
  CHECK_THAT(made.xml(), Contains("disk"));
  CHECK_THAT(error_of([&] { pool.create_volume(volume_xml({"disk", 3})); }).what(), Contains("cannot create volume disk"));
  CHECK(names(pool.volumes()) == std::vector<std::string>{"disk"});
  CHECK(pool.volumes().at(0).path == "/nowhere/pool/disk");
  CHECK(pool.find_volume("disk")->path() == made.path());
  CHECK(hypervisor.find_volume_by_path("/nowhere/pool/disk")->name() == "disk");
  CHECK_FALSE(hypervisor.find_volume_by_path("/nowhere/pool/other"));
  made.remove();
  CHECK(pool.volumes().empty());
  CHECK(error_of([&] { made.status(); }).code() == errc::not_found);
  pool.destroy();
  CHECK(error_of([&] { pool.volumes(); }).code() == errc::conflict);
  pool.remove_directory();
  pool.undefine();
  CHECK(hypervisor.pools().empty());
}

TEST_CASE("an error has libvirt's message, the object, the hypervisor and advice", "[libvirt]") {
  TemporaryFolder folder;
  TestNode node;
  node.domains = {{"up", uuid_1, 1, 1, 1024 * 1024, {}, {}}};
  const std::string uri = node.write(folder);
  const auto hypervisor = Hypervisor::open(uri);
  const Error running = error_of([&] { hypervisor.find_domain("up")->start(); });
  CHECK_THAT(running.what(), Contains("cannot start domain up at " + uri));
  CHECK_THAT(running.what(), Contains("already running"));

  const Network network = hypervisor.define_network(network_xml({"net", uuid_1, "virbr7", "192.168.77.1", "255.255.255.0", {}}));
  network.start();
  const Error active = error_of([&] { network.start(); });
  CHECK(active.code() == errc::conflict);
  CHECK_THAT(active.what(), Contains("cannot start network net at " + uri) && Contains("already running") && Contains("look at its present state"));

  const Error taken = error_of([&] { hypervisor.define_domain(domain_xml({"up", uuid_2, 0, 1, 1024 * 1024, {}, {}})); });
  CHECK(taken.code() == errc::conflict);
  CHECK_THAT(taken.what(), Contains("cannot define domain up"));

  CHECK(error_of([&] { hypervisor.define_domain("<domain"); }).code() == errc::invalid);
  CHECK(error_of([&] { hypervisor.define_domain(std::string_view("<domain/>\0", 10)); }).code() == errc::invalid);
  CHECK(error_of([&] { hypervisor.define_pool("<pool/>"); }).code() == errc::invalid);
  CHECK(error_of([&] { hypervisor.find_domain("up")->wake(); }).code() == errc::unsupported);
}

TEST_CASE("a name with a NUL character finds nothing", "[libvirt]") {
  TemporaryFolder folder;
  TestNode node;
  node.domains = {{"up", uuid_1, 1, 1, 1024 * 1024, {}, {}}};
  const auto hypervisor = Hypervisor::open(node.write(folder));
  const std::string_view name("up\0", 3);
  CHECK_FALSE(hypervisor.find_domain(name));
  CHECK_FALSE(hypervisor.find_volume_by_path(name));
}

TEST_CASE("opening fails with the kind of failure", "[libvirt]") {
  CHECK(error_of([] { Hypervisor::open("bad uri:"); }).code() == errc::invalid);
  CHECK(error_of([] { Hypervisor::open(std::string_view("test:///\0x", 10)); }).code() == errc::invalid);
  const Error absent = error_of([] { Hypervisor::open("test+unix:///default?socket=/nonexistent/socket"); });
  CHECK(absent.code() == errc::unreachable);
  CHECK_THAT(absent.what(), Contains("cannot connect to test+unix:///default?socket=/nonexistent/socket"));
  CHECK_THAT(absent.what(), Contains("No such file or directory"));
  CHECK_THAT(absent.what(), Contains("systemctl status libvirtd"));
}

TEST_CASE("each call is traced before and after", "[libvirt]") {
  TemporaryFolder folder;
  TestNode node;
  node.domains = {{"up", uuid_1, 1, 1, 1024 * 1024, {}, {}}};
  std::vector<std::string> lines;
  HypervisorOptions options;
  options.trace = [&](std::string_view line) { lines.emplace_back(line); };
  const std::string uri = node.write(folder);
  {
    const auto hypervisor = Hypervisor::open(uri, options);
    const auto domain = hypervisor.find_domain("up");
    REQUIRE_THROWS(domain->start());
    domain->destroy();
  }
  REQUIRE(lines.size() == 10);
  CHECK(lines[0] == "call virConnectOpen " + uri);
  CHECK_THAT(lines[1], Catch::Matchers::StartsWith("done virConnectOpen " + uri + " (") && Catch::Matchers::EndsWith(" ms)"));
  CHECK(lines[2] == "call virDomainLookupByName up");
  CHECK(lines[4] == "call virDomainCreate up");
  CHECK_THAT(lines[5], Catch::Matchers::StartsWith("failed virDomainCreate up: cannot start domain up"));
  CHECK(lines[6] == "call virDomainDestroy up");
  CHECK_THAT(lines[7], Catch::Matchers::StartsWith("done virDomainDestroy up ("));
  CHECK(lines[8] == "call virConnectClose " + uri);
  CHECK_THAT(lines[9], Catch::Matchers::StartsWith("done virConnectClose"));
}

TEST_CASE("handles outlive the connection that made them", "[libvirt]") {
  TemporaryFolder folder;
  TestNode node;
  node.domains = {{"up", uuid_1, 1, 1, 1024 * 1024, {}, {}}};
  const Domain domain = *Hypervisor::open(node.write(folder)).find_domain("up");
  CHECK(domain.status().state == 1);
}

TEST_CASE("the host's devices and capabilities are there", "[libvirt]") {
  const auto hypervisor = Hypervisor::open("test:///default");
  CHECK_THAT(hypervisor.capabilities_xml(), Contains("<capabilities>"));
  CHECK(hypervisor.pci_devices().empty());
}

TEST_CASE("addresses come from the guest agent, without loopback", "[libvirt]") {
  const auto hypervisor = Hypervisor::open("test:///default");
  const auto addresses = hypervisor.find_domain("test")->agent_addresses();
  REQUIRE(addresses.size() == 1);
  CHECK(addresses[0].mac == "aa:bb:cc:dd:ee:ff");
  CHECK(addresses[0].address == "192.168.122.3");
}

// SPDX-License-Identifier: MIT
#include "libvirt/object_xml.hpp"
#include <aihow/state/error.hpp>
#include "catch.hpp"

using namespace aihow::libvirt;

TEST_CASE("a domain's disks, cards, host devices and agent are read", "[libvirt][xml]") {
  const DomainFacts facts = domain_facts(R"(<domain><devices>
    <disk type='file' device='disk'><source file='/pool/a.qcow2'/></disk>
    <disk type='file' device='cdrom'><source file='/pool/seed.iso'/></disk>
    <disk type='block' device='disk'><source dev='/dev/sdx'/></disk>
    <disk type='network' device='disk'><source protocol='rbd' name='p/i'/></disk>
    <disk type='file'><source file='/pool/b.qcow2'/></disk>
    <interface type='network'><mac address='52:54:00:AB:CD:EF'/><source network='net'/></interface>
    <interface type='hostdev'><mac address='52:54:00:00:00:01'/><source><address type='pci' domain='0x0000' bus='0x03' slot='0x10' function='0x2'/></source></interface>
    <hostdev mode='subsystem' type='pci'><source><address domain='0x0000' bus='0xc1' slot='0x00' function='0x0'/></source></hostdev>
    <hostdev mode='subsystem' type='usb'><source><vendor id='0x1'/></source></hostdev>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
  </devices></domain>)");
  CHECK(facts.disks == std::vector<std::string>{"/pool/a.qcow2", "/dev/sdx", "/pool/b.qcow2"});
  REQUIRE(facts.cards.size() == 2);
  CHECK(facts.cards[0].mac == "52:54:00:ab:cd:ef");
  CHECK(facts.cards[0].network == "net");
  CHECK(facts.pci == std::vector<std::string>{"0000:03:10.2", "0000:c1:00.0"});
  CHECK(facts.has_agent);
  CHECK_FALSE(facts.mark);
  CHECK_FALSE(domain_facts("<domain><devices><channel><target name='other'/></channel></devices></domain>").has_agent);
  CHECK(domain_facts("<domain/>").disks.empty());
  CHECK_THROWS_AS(domain_facts("nothing"), aihow::state::Error);
}

TEST_CASE("a network's subnet is told as CIDR", "[libvirt][xml]") {
  const auto subnet = [](const std::string& inner) { return network_facts("<network><bridge name='virbr1'/>" + inner + "</network>").subnet; };
  CHECK(subnet("<ip address='192.168.100.1' netmask='255.255.255.0'/>") == "192.168.100.0/24");
  CHECK(subnet("<ip address='10.1.2.3' prefix='16'/>") == "10.1.0.0/16");
  CHECK(subnet("<ip family='ipv6' address='fd00:1::1' prefix='64'/>") == "fd00:1::/64");
  CHECK(subnet("<ip family='ipv6' address='fd00:1::1' prefix='64'/><ip address='10.1.2.3' prefix='8'/>") == "10.0.0.0/8");
  CHECK(subnet("").empty());
  CHECK(subnet("<ip address='nonsense' prefix='8'/>").empty());
  CHECK(subnet("<ip address='10.0.0.1' netmask='255.0.255.0'/>").empty());
  CHECK(subnet("<ip address='10.0.0.1'/>").empty());
  CHECK(subnet("<ip address='fd00::1' prefix='129'/>").empty());
  CHECK(network_facts("<network><bridge name='virbr1'/></network>").bridge == "virbr1");
}

TEST_CASE("a pool's path is its target", "[libvirt][xml]") {
  CHECK(pool_path("<pool><target><path>/pool</path></target></pool>") == "/pool");
  CHECK(pool_path("<pool/>").empty());
}

TEST_CASE("display devices are told by their class", "[libvirt][xml]") {
  CHECK(is_display_device("<device><capability type='pci'><class>0x030200</class></capability></device>"));
  CHECK_FALSE(is_display_device("<device><capability type='pci'><class>0x020000</class></capability></device>"));
  CHECK_FALSE(is_display_device("<device><capability type='usb'/></device>"));
}

TEST_CASE("sizes are rounded to the nearest GiB", "[libvirt]") {
  constexpr std::uint64_t gib = 1024 * 1024;
  CHECK(gib_from_kib(0) == 0);
  CHECK(gib_from_kib(1) == 1);
  CHECK(gib_from_kib(4 * gib) == 4);
  CHECK(gib_from_kib(4 * gib + gib / 2 - 1) == 4);
  CHECK(gib_from_kib(4 * gib + gib / 2) == 5);
  CHECK(gib_from_kib(UINT64_MAX) == INT32_MAX);
  CHECK(gib_from_bytes(0) == 0);
  CHECK(gib_from_bytes(20 * gib * 1024) == 20);
  CHECK(gib_from_bytes(UINT64_MAX) > 0);
}

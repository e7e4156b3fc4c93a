// SPDX-License-Identifier: MIT
#include "libvirt/object_xml.hpp"
#include <fmt/format.h>
#include <aihow/state/error.hpp>
#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <limits>
#include <pugixml.hpp>
#include "libvirt/lower.hpp"

namespace aihow::libvirt::inline v0 {
namespace {

namespace ip = boost::asio::ip;

/// `<address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>`. pugixml reads 0x as hexadecimal.
std::string pci_address(pugi::xml_node address) {
  return fmt::format("{:04x}:{:02x}:{:02x}.{:x}", address.attribute("domain").as_uint(), address.attribute("bus").as_uint(),
                     address.attribute("slot").as_uint(), address.attribute("function").as_uint());
}

/// A passthrough device, also as an interface (`<interface type='hostdev'>`).
void add_host_device(std::vector<std::string>& out, pugi::xml_node device) {
  const pugi::xml_node source = device.child("source");
  const pugi::xml_node address = source.child("address");
  const std::string_view type = device.name() == std::string_view("hostdev") ? device.attribute("type").value() : address.attribute("type").value();
  if (type == "pci" && address) out.push_back(pci_address(address));
}

std::string cidr(pugi::xml_node node) {
  boost::system::error_code error;
  const ip::address address = ip::make_address(node.attribute("address").value(), error);
  if (error) return {};
  const unsigned prefix = node.attribute("prefix").as_uint(std::numeric_limits<unsigned>::max());
  if (address.is_v6()) return prefix <= 128 ? ip::network_v6(address.to_v6(), static_cast<unsigned short>(prefix)).canonical().to_string() : "";
  if (prefix <= 32) return ip::network_v4(address.to_v4(), static_cast<unsigned short>(prefix)).canonical().to_string();
  const auto mask = ip::make_address_v4(node.attribute("netmask").value(), error);
  if (error) return {};
  try {
    return ip::network_v4(address.to_v4(), mask).canonical().to_string();
  } catch (const std::invalid_argument&) {
    return {};  // a mask with holes
  }
}

}  // namespace

void load_xml(pugi::xml_document& document, std::string_view text) {
  const auto result = document.load_buffer(text.data(), text.size());
  if (!result || !document.document_element()) {
    throw state::Error(state::errc::invalid, fmt::format("libvirt's answer is no XML: {} at byte {}", result.description(), result.offset));
  }
}

DomainFacts domain_facts(std::string_view xml) {
  pugi::xml_document document;
  load_xml(document, xml);
  const pugi::xml_node domain = document.document_element();
  DomainFacts out;
  out.mark = read_mark(domain);
  for (const pugi::xml_node device : domain.child("devices").children()) {
    const std::string_view name = device.name();
    if (name == "disk") {
      const std::string_view kind = device.attribute("device").as_string("disk");
      if (kind != "disk" && kind != "lun") continue;
      const pugi::xml_node source = device.child("source");
      const std::string_view path = source.attribute("file") ? source.attribute("file").value() : source.attribute("dev").value();
      if (!path.empty()) out.disks.emplace_back(path);
    } else if (name == "interface") {
      out.cards.push_back({lower(device.child("mac").attribute("address").value()), device.child("source").attribute("network").value()});
      add_host_device(out.pci, device);
    } else if (name == "hostdev") {
      add_host_device(out.pci, device);
    } else if (name == "channel") {
      out.has_agent = out.has_agent || device.child("target").attribute("name").value() == std::string_view("org.qemu.guest_agent.0");
    }
  }
  return out;
}

NetworkFacts network_facts(std::string_view xml) {
  pugi::xml_document document;
  load_xml(document, xml);
  const pugi::xml_node network = document.document_element();
  NetworkFacts out;
  out.mark = read_mark(network);
  out.bridge = network.child("bridge").attribute("name").value();
  std::string ipv6;
  for (const pugi::xml_node address : network.children("ip")) {
    const bool is_ipv6 = address.attribute("family").value() == std::string_view("ipv6");
    std::string& subnet = is_ipv6 ? ipv6 : out.subnet;
    if (subnet.empty()) subnet = cidr(address);
  }
  if (out.subnet.empty()) out.subnet = ipv6;
  return out;
}

std::string pool_path(std::string_view xml) {
  pugi::xml_document document;
  load_xml(document, xml);
  return document.document_element().child("target").child("path").text().get();
}

bool is_display_device(std::string_view node_device_xml) {
  pugi::xml_document document;
  load_xml(document, node_device_xml);
  for (const pugi::xml_node capability : document.document_element().children("capability")) {
    if (capability.attribute("type").value() != std::string_view("pci")) continue;
    return (capability.child("class").text().as_uint() >> 16) == 0x03;
  }
  return false;
}

std::int32_t gib_from_kib(std::uint64_t kib) noexcept {
  if (kib == 0) return 0;
  constexpr std::uint64_t gib = std::uint64_t{1} << 20;
  const std::uint64_t rounded = kib / gib + (kib % gib >= gib / 2 ? 1 : 0);
  return static_cast<std::int32_t>(std::clamp<std::uint64_t>(rounded, 1, std::numeric_limits<std::int32_t>::max()));
}

std::int64_t gib_from_bytes(std::uint64_t bytes) noexcept {
  constexpr std::uint64_t gib = std::uint64_t{1} << 30;
  return static_cast<std::int64_t>(bytes / gib + (bytes % gib >= gib / 2 ? 1 : 0));
}

}  // namespace aihow::libvirt::inline v0

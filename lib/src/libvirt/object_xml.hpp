// SPDX-License-Identifier: MIT
// What we read out of libvirt's XML. Pure.
#pragma once
#include <aihow/libvirt/mark.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pugi {
class xml_document;
}

namespace aihow::libvirt::inline v0 {

/// Throws Error invalid where the text is no XML.
void load_xml(pugi::xml_document& document, std::string_view text);

/// As read_mark(), of a parsed domain or network.
std::optional<Mark> read_mark(pugi::xml_node object);

struct NetworkCard {
  std::string mac;      ///< lower case
  std::string network;  ///< the libvirt network that it is in; empty: none
};

/// What a domain's XML says beyond its status.
struct DomainFacts {
  std::optional<Mark> mark;
  std::vector<std::string> disks;  ///< paths of its disks, in order; without CD-ROMs and floppies
  std::vector<NetworkCard> cards;  ///< in order
  std::vector<std::string> pci;    ///< host devices of PCI, as `0000:01:00.0`
  bool has_agent = false;          ///< it has a channel for the guest agent
};
DomainFacts domain_facts(std::string_view xml);

struct NetworkFacts {
  std::optional<Mark> mark;
  std::string subnet;  ///< CIDR of the first IPv4 address, else of the first IPv6 one; empty: none
  std::string bridge;
};
NetworkFacts network_facts(std::string_view xml);

/// The target path of a pool; empty: it has none.
std::string pool_path(std::string_view xml);

/// Is a device of the host, by its XML, a PCI device of display class (0x03…)?
bool is_display_device(std::string_view node_device_xml);

/// KiB in GiB, rounded to nearest, at least 1; 0 stays 0 (not known).
std::int32_t gib_from_kib(std::uint64_t kib) noexcept;
/// Bytes in GiB, rounded to nearest.
std::int64_t gib_from_bytes(std::uint64_t bytes) noexcept;

}  // namespace aihow::libvirt::inline v0

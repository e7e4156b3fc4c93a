// SPDX-License-Identifier: MIT
// Settings: what a domain's or network's XML says of the keys of the configuration, so that what exists can be held against what is wanted.
// XML that was built from a configuration and XML that libvirt gives back are read by the same rules. Pure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace aihow::tool {

struct Setting {
  std::string field;  ///< the configuration's key: `cpu_model`, `dhcp_range` …
  std::string value;  ///< in words for people; equal where the XML means the same
  bool operator==(const Setting&) const = default;
};
using Settings = std::vector<Setting>;

/// Always the same fields in the same order. What the state records as well (cores, memory) is not among them. Of the definition, not of the
/// running domain, to which libvirt adds much.
Settings domain_settings(std::string_view domain_xml);

Settings network_settings(std::string_view network_xml);

/// The address that a network reserves for a MAC address; empty: none.
std::string reserved_address(std::string_view network_xml, std::string_view mac);

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
#include "config/read_devices.hpp"
#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <set>

namespace aihow::tool {
namespace {

constexpr std::array<std::string_view, 5> device_types = {"gpu", "audio", "network", "storage", "other"};
constexpr std::string_view address_words = "a PCI address, 0000:01:00.0";
constexpr std::string_view hex_digits = "0123456789abcdef";

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// Domain, bus, slot (5 bits) and function (3 bits); `h` stands for any hex digit.
bool is_pci_address(std::string_view text) {
  constexpr std::string_view form = "hhhh:hh:hh.h";
  if (text.size() != form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i)
    if (form[i] == 'h' ? hex_digits.find(text[i]) == std::string_view::npos : text[i] != form[i]) return false;
  return text[8] <= '1' && text[11] <= '7';
}

std::optional<std::string> read_pci_id(Section& section, std::string_view key) {
  constexpr std::string_view expected = "4 hex digits, 10de";
  const Value value = section.get(key);
  if (!value) return std::nullopt;
  std::optional<std::string> text = as_scalar(section.report(), value, expected);
  if (!text) return std::nullopt;
  text = lower(*text);
  if (text->size() == 4 && text->find_first_not_of(hex_digits) == std::string::npos) return text;
  section.report().expected(value, expected);
  return std::nullopt;
}

std::optional<PassthroughDevice> read_device(Report& report, const Value& item, std::set<std::string>& seen) {
  Section section(report, item);
  if (!section) return std::nullopt;
  PassthroughDevice out;
  const Value address = section.require("pci_address", address_words);
  if (const auto text = address ? as_scalar(report, address, address_words) : std::nullopt) {
    out.pci_address = lower(*text);
    if (!is_pci_address(out.pci_address)) report.expected(address, address_words);
    else if (!seen.insert(out.pci_address).second)
      report.problem(address, fmt::format("the device {} is listed twice for one node", out.pci_address));
  }
  if (section.require("device_type", listed(device_types))) out.type = section.one_of("device_type", device_types).value_or("");
  out.vendor_id = read_pci_id(section, "vendor_id");
  out.device_id = read_pci_id(section, "device_id");
  out.iommu_group = section.integer("iommu_group", 0, std::numeric_limits<std::int32_t>::max());
  return out;
}

std::string read_host_path(Report& report, const Value& value) {
  constexpr std::string_view expected = "an absolute directory of the host";
  if (!value) return {};
  std::optional<std::string> text = as_text(report, value, expected);
  if (text && !text->starts_with('/')) report.expected(value, expected);
  return text.value_or("");
}

std::string read_tag(Report& report, const Value& value, std::set<std::string>& seen) {
  constexpr std::size_t longest = 35;  // struct virtio_fs_config holds 36 bytes; QEMU asks for one less
  const std::string expected = fmt::format("a tag of 1 to {} bytes", longest);
  if (!value) return {};
  std::optional<std::string> text = as_text(report, value, expected);
  if (!text) return {};
  if (text->empty() || text->size() > longest) report.expected(value, expected);
  else if (!seen.insert(*text).second) report.problem(value, fmt::format("the tag {} is used twice for one node", quoted(*text)));
  return *text;
}

VirtiofsMount read_mount(Report& report, const Value& item, std::set<std::string>& tags) {
  Section section(report, item);
  VirtiofsMount out;
  out.tag = read_tag(report, section.require("tag", "a tag"), tags);
  out.host_path = read_host_path(report, section.require("host_path", "an absolute directory of the host"));
  if (const Value point = section.require("mount_point", "a directory of the guest")) {
    out.mount_point = as_text(report, point, "a directory of the guest").value_or("-");
    if (out.mount_point.empty()) report.expected(point, "a directory of the guest");
  }
  const auto scalar = [&](std::string_view key) {
    const Value value = section.get(key);
    return value ? as_scalar(report, value, "a string").value_or("") : std::string();
  };
  out.owner = scalar("owner");
  out.group = scalar("group");
  out.mode = scalar("mode");
  out.options = scalar("options");
  return out;
}

}  // namespace

std::vector<PassthroughDevice> read_passthrough(Report& report, const Value& value) {
  Section section(report, value);
  std::vector<PassthroughDevice> out;
  std::set<std::string> seen;
  const bool enabled = section.boolean("enabled").value_or(false);
  if (const Value devices = section.get("devices"))
    for (const Value& item : as_list(report, devices, "a list of devices"))
      if (auto device = read_device(report, item, seen)) out.push_back(std::move(*device));
  if (!enabled) out.clear();
  return out;
}

std::vector<VirtiofsMount> read_mounts(Report& report, const Value& value) {
  std::vector<VirtiofsMount> out;
  std::set<std::string> tags;
  for (const Value& item : as_list(report, value, "a list of mounts")) out.push_back(read_mount(report, item, tags));
  return out;
}

}  // namespace aihow::tool

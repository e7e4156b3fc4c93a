// SPDX-License-Identifier: MIT
#include "provision/settings.hpp"
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <pugixml.hpp>

namespace aihow::tool {
namespace {

constexpr const char* none = "none";

pugi::xml_document parse(std::string_view xml) {
  pugi::xml_document document;
  document.load_buffer(xml.data(), xml.size());
  return document;
}

std::string list(std::vector<std::string> words, bool sorted = true) {
  if (words.empty()) return none;
  if (sorted) std::sort(words.begin(), words.end());
  return fmt::format("{}", fmt::join(words, ", "));
}

/// Whether KVM is used; the test driver has domains of its own type.
std::string kvm(pugi::xml_node domain) {
  const std::string_view type = domain.attribute("type").value();
  return type == "kvm" ? "true" : type == "qemu" ? "false" : std::string(type);
}

/// libvirt writes the model that it takes by itself into the definition, and marks it unchecked.
std::string cpu_model(pugi::xml_node cpu) {
  std::string mode = cpu.attribute("mode").value();
  if (mode.empty()) return "default";
  if (mode != "custom") return mode;
  const bool own_choice = std::string_view(cpu.attribute("check").value()) == "none";
  return own_choice ? "default" : cpu.child("model").text().as_string("default");
}

bool is_virtualization(std::string_view feature) { return feature == "vmx" || feature == "svm"; }

std::string nested(pugi::xml_node cpu) {
  for (const auto& feature : cpu.children("feature")) {
    if (std::string_view(feature.attribute("policy").value()) == "optional" && is_virtualization(feature.attribute("name").value())) return "true";
  }
  return "false";
}

std::string cpu_features(pugi::xml_node cpu) {
  std::vector<std::string> out;
  for (const auto& feature : cpu.children("feature")) {
    const std::string_view policy = feature.attribute("policy").value();
    const std::string name = feature.attribute("name").value();
    if (policy == "require") out.push_back("+" + name);
    if (policy == "disable") out.push_back("-" + name);
  }
  return list(std::move(out));
}

std::string cpu_topology(pugi::xml_node cpu) {
  const auto topology = cpu.child("topology");
  if (!topology) return none;
  return fmt::format("{} sockets, {} cores, {} threads", topology.attribute("sockets").value(), topology.attribute("cores").value(),
                     topology.attribute("threads").value());
}

std::string hugepages(pugi::xml_node backing) {
  const auto pages = backing.child("hugepages");
  if (!pages) return none;
  const auto page = pages.child("page");
  if (!page) return "of the default size";
  const std::string_view unit = page.attribute("unit").value();
  const unsigned long long size = page.attribute("size").as_ullong() * (unit == "GiB" ? 1024 * 1024 : unit == "MiB" ? 1024 : 1);
  return fmt::format("of {} KiB", size);
}

std::string pinning(pugi::xml_node tune) {
  std::vector<std::string> out;
  for (const auto& pin : tune.children("vcpupin"))
    out.push_back(fmt::format("{} on {}", pin.attribute("vcpu").value(), pin.attribute("cpuset").value()));
  return list(std::move(out), false);
}

std::string passthrough(pugi::xml_node devices) {
  std::vector<std::string> out;
  for (const auto& device : devices.children("hostdev")) {
    const auto address = device.child("source").child("address");
    const auto part = [&](const char* name) { return address.attribute(name).as_uint(); };
    if (std::string_view(device.attribute("type").value()) != "pci") continue;
    out.push_back(fmt::format("{:04x}:{:02x}:{:02x}.{:x}", part("domain"), part("bus"), part("slot"), part("function")));
  }
  return list(std::move(out));
}

std::string mounts(pugi::xml_node devices) {
  std::vector<std::string> out;
  for (const auto& mount : devices.children("filesystem"))
    out.push_back(fmt::format("{} as {}", mount.child("source").attribute("dir").value(), mount.child("target").attribute("dir").value()));
  return list(std::move(out));
}

std::string dns_servers(pugi::xml_node network) {
  std::vector<std::string> out;
  for (const auto& forwarder : network.child("dns").children("forwarder")) out.emplace_back(forwarder.attribute("addr").value());
  return list(std::move(out), false);
}

}  // namespace

Settings domain_settings(std::string_view domain_xml) {
  const auto document = parse(domain_xml);
  const auto domain = document.child("domain");
  const auto cpu = domain.child("cpu");
  const auto backing = domain.child("memoryBacking");
  const auto devices = domain.child("devices");
  const std::string_view source = backing.child("source").attribute("type").value();
  return {{"enable_kvm", kvm(domain)},
          {"enable_nested", nested(cpu)},
          {"cpu_model", cpu_model(cpu)},
          {"cpu_features", cpu_features(cpu)},
          {"cpu_topology", cpu_topology(cpu)},
          {"hugepages", hugepages(backing)},
          {"memory_backing", source.empty() ? "default" : std::string(source)},
          {"cpu_pinning", pinning(domain.child("cputune"))},
          {"pcie_passthrough", passthrough(devices)},
          {"virtio_fs_mounts", mounts(devices)}};
}

Settings network_settings(std::string_view network_xml) {
  const auto document = parse(network_xml);
  const auto network = document.child("network");
  const auto ip = network.child("ip");
  const auto range = ip.child("dhcp").child("range");
  return {{"gateway", ip.attribute("address").value()},
          {"dhcp_range", range ? fmt::format("{} to {}", range.attribute("start").value(), range.attribute("end").value()) : none},
          {"dns_servers", dns_servers(network)}};
}

std::string reserved_address(std::string_view network_xml, std::string_view mac) {
  const auto document = parse(network_xml);
  for (const auto& host : document.select_nodes("/network/ip/dhcp/host")) {
    if (std::string_view(host.node().attribute("mac").value()) == mac) return host.node().attribute("ip").value();
  }
  return {};
}

}  // namespace aihow::tool

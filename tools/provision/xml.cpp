// SPDX-License-Identifier: MIT
#include "provision/xml.hpp"
#include <fmt/format.h>
#include <aihow/state/json.hpp>
#include <algorithm>
#include <pugixml.hpp>
#include <sstream>
#include "output/utf8.hpp"
#include "provision/identity.hpp"

namespace aihow::tool {
namespace {

pugi::xml_node child(pugi::xml_node parent, const char* name) { return parent.append_child(name); }

/// XML has no spelling for most control characters (pugixml writes one that libvirt refuses), and a NUL would end the text.
const char* checked(const std::string& text) {
  for (std::string_view rest = text; !rest.empty();) {
    const Utf8Char c = next_char(rest);
    if (!c.valid || c.code < 0x20 || c.code == 0x7F || c.code == 0xFFFE || c.code == 0xFFFF) {
      throw state::Error(state::errc::invalid,
                         fmt::format("libvirt cannot have {} as a name or path: it has a character that is no text", state::json_quote(text)));
    }
    rest.remove_prefix(c.bytes);
  }
  return text.c_str();
}

void attribute(pugi::xml_node node, const char* name, const std::string& text) { node.append_attribute(name).set_value(checked(text)); }

pugi::xml_node text_child(pugi::xml_node parent, const char* name, const std::string& text) {
  auto node = child(parent, name);
  node.text().set(checked(text));
  return node;
}

struct Attribute {
  const char* name;
  std::string value;
};
pugi::xml_node child(pugi::xml_node parent, const char* name, std::initializer_list<Attribute> attributes) {
  auto node = child(parent, name);
  for (const Attribute& each : attributes) attribute(node, each.name, each.value);
  return node;
}

std::string print(const pugi::xml_document& document) {
  std::ostringstream out;
  document.save(out, "  ", pugi::format_indent | pugi::format_no_declaration);
  return out.str();
}

void add_mark(pugi::xml_node object, const libvirt::Mark& mark) { libvirt::write_mark(child(object, "metadata"), mark); }

bool needs_shared_memory(const NodeConfig& node) { return !node.mounts.empty(); }  // virtiofsd maps the guest's memory

void add_memory_backing(pugi::xml_node domain, const DomainSpec& spec) {
  const auto& acceleration = spec.cluster.acceleration;
  const bool hugepages = acceleration.enable_hugepages || acceleration.memory_backing == "hugepages";
  const bool memfd = acceleration.memory_backing == "memfd" || needs_shared_memory(spec.node);
  if (!hugepages && !memfd) return;
  auto backing = child(domain, "memoryBacking");
  if (hugepages) {
    auto pages = child(backing, "hugepages");
    if (!acceleration.hugepage_size.empty()) {
      child(pages, "page",
            {{"size", acceleration.hugepage_size.substr(0, acceleration.hugepage_size.size() - 1)},
             {"unit", acceleration.hugepage_size.back() == 'G' ? "GiB" : "MiB"}});
    }
  }
  if (memfd) child(backing, "source", {{"type", "memfd"}});
  if (needs_shared_memory(spec.node)) child(backing, "access", {{"mode", "shared"}});
}

void add_pinning(pugi::xml_node domain, const DomainSpec& spec, const HostInfo& host) {
  if (!spec.cluster.acceleration.cpu_pinning) return;
  auto tune = child(domain, "cputune");
  for (int vcpu = 0; vcpu < spec.node.cpu_cores; ++vcpu) {
    child(tune, "vcpupin", {{"vcpu", std::to_string(vcpu)}, {"cpuset", std::to_string((spec.first_host_cpu + vcpu) % std::max(1, host.cpus))}});
  }
}

void add_cpu(pugi::xml_node domain, const DomainSpec& spec) {
  const auto& acceleration = spec.cluster.acceleration;
  std::string model = acceleration.cpu_model.value_or(acceleration.enable_kvm ? "host-model" : "");
  if (model == "host") model = "host-passthrough";
  const bool nested = acceleration.enable_nested && acceleration.enable_kvm;
  auto topology = acceleration.cpu_topology;
  // One topology stands for all nodes of a cluster, whose cores may differ; libvirt refuses one that does not give the domain's CPUs.
  if (topology && topology->sockets * topology->cores * topology->threads != spec.node.cpu_cores) topology.reset();
  if (model.empty() && acceleration.cpu_features.empty() && !topology) return;

  auto cpu = child(domain, "cpu");
  if (model == "qemu64" || (model.empty() && !acceleration.cpu_features.empty())) {
    cpu.append_attribute("mode").set_value("custom");
    cpu.append_attribute("match").set_value("exact");
    cpu.append_attribute("check").set_value("partial");  // "none" is what libvirt writes for the model that it takes by itself
    text_child(cpu, "model", "qemu64").append_attribute("fallback").set_value("forbid");
  } else if (!model.empty()) {
    attribute(cpu, "mode", model);
  }
  if (topology) {
    child(
        cpu, "topology",
        {{"sockets", std::to_string(topology->sockets)}, {"cores", std::to_string(topology->cores)}, {"threads", std::to_string(topology->threads)}});
  }
  for (const CpuFeature& feature : acceleration.cpu_features) {
    child(cpu, "feature", {{"policy", feature.require ? "require" : "disable"}, {"name", feature.name}});
  }
  if (nested) {
    // Whichever of the two the host has; "optional" leaves out the other.
    for (const char* name : {"vmx", "svm"}) child(cpu, "feature", {{"policy", "optional"}, {"name", name}});
  }
}

void add_disk(pugi::xml_node devices, const DomainSpec& spec) {
  auto disk = child(devices, "disk", {{"type", "file"}, {"device", "disk"}});
  child(disk, "driver", {{"name", "qemu"}, {"type", "qcow2"}, {"discard", "unmap"}});
  child(disk, "source", {{"file", spec.volume_path}});
  // The chain is spelled out to its end, so that nobody probes what an image claims to be.
  auto backing = child(disk, "backingStore", {{"type", "file"}});
  child(backing, "format", {{"type", "qcow2"}});
  child(backing, "source", {{"file", spec.backing_file}});
  child(backing, "backingStore");
  child(disk, "target", {{"dev", "vda"}, {"bus", "virtio"}});
}

void add_passthrough(pugi::xml_node devices, const PassthroughDevice& device) {
  auto hostdev = child(devices, "hostdev", {{"mode", "subsystem"}, {"type", "pci"}, {"managed", "yes"}});
  const std::string& pci = device.pci_address;  // dddd:bb:ss.f, checked when it was read
  child(child(hostdev, "source"), "address",
        {{"domain", "0x" + pci.substr(0, 4)},
         {"bus", "0x" + pci.substr(5, 2)},
         {"slot", "0x" + pci.substr(8, 2)},
         {"function", "0x" + pci.substr(11)}});
}

void add_mount(pugi::xml_node devices, const VirtiofsMount& mount) {
  auto filesystem = child(devices, "filesystem", {{"type", "mount"}, {"accessmode", "passthrough"}});
  child(filesystem, "driver", {{"type", "virtiofs"}});
  child(filesystem, "source", {{"dir", mount.host_path}});
  child(filesystem, "target", {{"dir", mount.tag}});
}

void add_devices(pugi::xml_node domain, const DomainSpec& spec, const HostInfo& host) {
  auto devices = child(domain, "devices");
  add_disk(devices, spec);
  auto interface = child(devices, "interface", {{"type", "network"}});
  child(interface, "mac", {{"address", spec.mac}});
  child(interface, "source", {{"network", spec.cluster.network_name()}});
  child(interface, "model", {{"type", "virtio"}});
  child(child(devices, "serial", {{"type", "pty"}}), "target", {{"port", "0"}});
  child(child(devices, "console", {{"type", "pty"}}), "target", {{"type", "serial"}, {"port", "0"}});
  if (host.domain_type != "test") {
    child(child(devices, "channel", {{"type", "unix"}}), "target", {{"type", "virtio"}, {"name", "org.qemu.guest_agent.0"}});
    auto rng = child(devices, "rng", {{"model", "virtio"}});
    text_child(rng, "backend", "/dev/urandom").append_attribute("model").set_value("random");
  }
  for (const PassthroughDevice& device : spec.node.devices) add_passthrough(devices, device);
  for (const VirtiofsMount& mount : spec.node.mounts) add_mount(devices, mount);
}

}  // namespace

HostInfo read_host_info(std::string_view uri, std::string_view capabilities_xml) {
  HostInfo out;
  pugi::xml_document document;
  document.load_buffer(capabilities_xml.data(), capabilities_xml.size());
  const auto capabilities = document.child("capabilities");
  out.cpus = static_cast<int>(capabilities.select_nodes("host/topology/cells/cell/cpus/cpu").size());
  if (uri.starts_with("test")) {
    out.domain_type = "test";
    out.machine.clear();
    if (const auto arch = capabilities.select_node("guest/arch/@name").attribute()) out.arch = arch.value();
  } else if (const std::string arch = capabilities.select_node("host/cpu/arch").node().text().as_string(); !arch.empty()) {
    out.arch = arch;
    if (arch != "x86_64") out.machine.clear();
  }
  return out;
}

std::string domain_xml(const DomainSpec& spec, const HostInfo& host) {
  const auto& acceleration = spec.cluster.acceleration;
  pugi::xml_document document;
  auto domain = document.append_child("domain");
  attribute(domain, "type", !host.domain_type.empty() ? host.domain_type : acceleration.enable_kvm ? "kvm" : "qemu");
  text_child(domain, "name", spec.cluster.domain_name(spec.node.name));
  text_child(domain, "uuid", spec.mark.uuid.to_string());
  add_mark(domain, spec.mark);
  text_child(domain, "memory", std::to_string(spec.node.memory_gb)).append_attribute("unit").set_value("GiB");
  add_memory_backing(domain, spec);
  text_child(domain, "vcpu", std::to_string(spec.node.cpu_cores));
  add_pinning(domain, spec, host);
  auto os = child(domain, "os");
  auto type = text_child(os, "type", "hvm");
  attribute(type, "arch", host.arch);
  if (!host.machine.empty()) attribute(type, "machine", host.machine);
  child(os, "boot", {{"dev", "hd"}});
  auto features = child(domain, "features");
  child(features, "acpi");
  child(features, "apic");
  if (host.domain_type != "test") add_cpu(domain, spec);
  child(domain, "clock", {{"offset", "utc"}});
  text_child(domain, "on_poweroff", "destroy");
  text_child(domain, "on_reboot", "restart");
  text_child(domain, "on_crash", "destroy");
  add_devices(domain, spec, host);
  return print(document);
}

std::string network_xml(const ClusterConfig& cluster, const libvirt::Mark& mark) {
  pugi::xml_document document;
  auto network = document.append_child("network");
  text_child(network, "name", cluster.network_name());
  text_child(network, "uuid", mark.uuid.to_string());
  add_mark(network, mark);
  child(network, "forward", {{"mode", "nat"}});
  child(network, "bridge", {{"name", cluster.network.bridge}, {"stp", "on"}, {"delay", "0"}});
  if (!cluster.network.dns_servers.empty()) {
    auto dns = child(network, "dns");
    for (const std::string& server : cluster.network.dns_servers) child(dns, "forwarder", {{"addr", server}});
  }
  auto ip = child(network, "ip", {{"address", cluster.network.gateway}, {"netmask", cluster.network.netmask}});
  auto dhcp = child(ip, "dhcp");
  child(dhcp, "range", {{"start", cluster.network.dhcp_start}, {"end", cluster.network.dhcp_end}});
  for (const NodeConfig& node : cluster.nodes) {
    if (node.ip) child(dhcp, "host", {{"mac", mac_address(mark.lineage, node.name)}, {"name", node.name}, {"ip", *node.ip}});
  }
  return print(document);
}

std::string dhcp_host_xml(const state::Uuid& lineage, const NodeConfig& node) {
  pugi::xml_document document;
  auto host = document.append_child("host");
  attribute(host, "mac", mac_address(lineage, node.name));
  attribute(host, "name", node.name);
  attribute(host, "ip", node.ip.value_or(""));
  return print(document);
}

std::string pool_xml(const ClusterConfig& cluster, const state::Uuid& uuid) {
  pugi::xml_document document;
  auto pool = document.append_child("pool");
  pool.append_attribute("type").set_value("dir");
  text_child(pool, "name", cluster.pool_name);
  text_child(pool, "uuid", uuid.to_string());
  text_child(child(pool, "target"), "path", cluster.pool_path);
  return print(document);
}

std::string volume_xml(const std::string& file_name, std::int64_t size_gb, const std::string& backing_file) {
  pugi::xml_document document;
  auto volume = document.append_child("volume");
  text_child(volume, "name", file_name);
  text_child(volume, "capacity", std::to_string(size_gb)).append_attribute("unit").set_value("GiB");
  text_child(volume, "allocation", "0");
  child(child(volume, "target"), "format", {{"type", "qcow2"}});
  auto backing = child(volume, "backingStore");
  text_child(backing, "path", backing_file);
  child(backing, "format", {{"type", "qcow2"}});
  return print(document);
}

}  // namespace aihow::tool

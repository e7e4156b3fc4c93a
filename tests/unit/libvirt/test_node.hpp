// SPDX-License-Identifier: MIT
// A node file for libvirt's test driver, made of chosen domains and networks. Each connection to it is a world of its own.
#pragma once
#include <unistd.h>
#include <aihow/libvirt/hypervisor.hpp>
#include <aihow/libvirt/mark.hpp>
#include <aihow/state/identity.hpp>
#include <filesystem>
#include <fstream>
#include <pugixml.hpp>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace aihow::libvirt::inline v0 {

/// A folder that goes with its object.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "aihow-libvirt-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::filesystem::path path;
};

struct TestDomain {
  std::string name;
  Uuid uuid;
  int run_state = 0;  ///< virDomainState; 0: as the driver likes (running)
  int vcpus = 2;
  std::uint64_t memory_kib = 2 * 1024 * 1024;
  std::vector<Mark> marks;
  std::string devices;
  bool transient = false;
};

struct TestNetwork {
  std::string name;
  Uuid uuid;
  std::string bridge = "virbr9";
  std::string address = "192.168.77.1";
  std::string netmask = "255.255.255.0";
  std::vector<Mark> marks;
};

struct TestVolume {
  std::string name;
  std::uint64_t gib = 20;
};
struct TestPool {
  std::string name;
  Uuid uuid;
  std::string path;
  std::vector<TestVolume> volumes;
};

inline pugi::xml_node add(pugi::xml_node parent, const char* name, const std::string& text = {}) {
  pugi::xml_node node = parent.append_child(name);
  if (!text.empty()) node.text().set(text.c_str());
  return node;
}
inline void add_marks(pugi::xml_node parent, const std::vector<Mark>& marks) {
  if (marks.empty()) return;
  pugi::xml_node metadata = parent.append_child("metadata");
  for (const Mark& mark : marks) write_mark(metadata, mark);
}
inline std::string text_of(const pugi::xml_document& document) {
  std::ostringstream out;
  document.save(out, "", pugi::format_raw);
  return out.str();
}

inline void add_domain(pugi::xml_node parent, const TestDomain& domain) {
  pugi::xml_node node = parent.append_child("domain");
  node.append_attribute("type").set_value("test");
  if (domain.run_state != 0 || domain.transient) node.append_attribute("xmlns:test").set_value("http://libvirt.org/schemas/domain/test/1.0");
  add(node, "name", domain.name);
  add(node, "uuid", domain.uuid.to_string());
  add(node, "memory", std::to_string(domain.memory_kib));
  add(node, "vcpu", std::to_string(domain.vcpus));
  add(add(node, "os"), "type", "hvm");
  add_marks(node, domain.marks);
  pugi::xml_node devices = add(node, "devices");
  devices.append_buffer(domain.devices.data(), domain.devices.size());
  if (domain.run_state != 0) add(node, "test:runstate", std::to_string(domain.run_state));
  if (domain.transient) add(node, "test:transient");
}
inline std::string domain_xml(const TestDomain& domain) {
  pugi::xml_document document;
  add_domain(document, domain);
  return text_of(document);
}

inline void add_network(pugi::xml_node parent, const TestNetwork& network) {
  pugi::xml_node node = parent.append_child("network");
  add(node, "name", network.name);
  add(node, "uuid", network.uuid.to_string());
  add_marks(node, network.marks);
  add(node, "bridge").append_attribute("name").set_value(network.bridge.c_str());
  pugi::xml_node ip = add(node, "ip");
  ip.append_attribute("address").set_value(network.address.c_str());
  ip.append_attribute("netmask").set_value(network.netmask.c_str());
}
inline std::string network_xml(const TestNetwork& network) {
  pugi::xml_document document;
  add_network(document, network);
  return text_of(document);
}

inline void add_pool(pugi::xml_node parent, const TestPool& pool, bool with_volumes) {
  pugi::xml_node node = parent.append_child("pool");
  node.append_attribute("type").set_value("dir");
  add(node, "name", pool.name);
  add(node, "uuid", pool.uuid.to_string());
  add(add(node, "target"), "path", pool.path);
  if (!with_volumes) return;
  for (const TestVolume& volume : pool.volumes) {
    pugi::xml_node child = add(node, "volume");
    child.append_attribute("type").set_value("file");
    add(child, "name", volume.name);
    add(child, "capacity", std::to_string(volume.gib * 1024 * 1024 * 1024));
    add(add(child, "target"), "path", pool.path + "/" + volume.name);
  }
}
inline std::string pool_xml(const TestPool& pool) {
  pugi::xml_document document;
  add_pool(document, pool, false);
  return text_of(document);
}
inline std::string volume_xml(const TestVolume& volume) {
  pugi::xml_document document;
  pugi::xml_node node = document.append_child("volume");
  add(node, "name", volume.name);
  add(node, "capacity", std::to_string(volume.gib * 1024 * 1024 * 1024));
  return text_of(document);
}

struct TestNode {
  std::vector<TestDomain> domains;
  std::vector<TestNetwork> networks;
  std::vector<TestPool> pools;

  /// Writes the file and returns the connection URI.
  std::string write(const TemporaryFolder& folder, const std::string& name = "node.xml") const {
    pugi::xml_document document;
    pugi::xml_node node = document.append_child("node");
    for (const TestDomain& domain : domains) add_domain(node, domain);
    for (const TestNetwork& network : networks) add_network(node, network);
    for (const TestPool& pool : pools) add_pool(node, pool, true);
    const std::filesystem::path path = folder.path / name;
    std::ofstream file(path);
    document.save(file);
    if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
    return "test://" + path.string();
  }
};

/// The mark of a cluster's own object, UUID included.
inline Mark own_mark(const Uuid& lineage, const std::string& cluster, ObjectKind kind, const std::string& name) {
  Mark out;
  out.kind = kind;
  out.lineage = lineage;
  out.cluster = cluster;
  out.type = "hpc";
  out.name = name;
  out.uuid = state::object_uuid(lineage, kind, name);
  return out;
}

inline const Uuid lineage_a = *Uuid::parse("11111111-2222-4333-8444-555555555555");
inline const Uuid lineage_b = *Uuid::parse("99999999-8888-4777-8666-555555555555");

}  // namespace aihow::libvirt::inline v0

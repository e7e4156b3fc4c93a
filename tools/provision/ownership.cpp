// SPDX-License-Identifier: MIT
#include "provision/ownership.hpp"
#include <fmt/format.h>
#include <algorithm>
#include <pugixml.hpp>

namespace aihow::tool {
namespace {

using state::errc;
using state::Error;
using state::ObjectKind;
using state::Uuid;

template <class Objects>
auto by_uuid(const Objects& objects, const Uuid& uuid) -> decltype(objects.data()) {
  const auto found = std::find_if(objects.begin(), objects.end(), [&](const auto& object) { return object.uuid == uuid; });
  return found == objects.end() ? nullptr : &*found;
}
template <class Objects>
auto by_name(const Objects& objects, std::string_view name) -> decltype(objects.data()) {
  const auto found = std::find_if(objects.begin(), objects.end(), [&](const auto& object) { return object.name == name; });
  return found == objects.end() ? nullptr : &*found;
}

void require_mark(std::string_view kind, const std::string& name, const Uuid& uuid, const Uuid& lineage, const std::string& xml) {
  if (libvirt::ownership(libvirt::read_mark(xml), uuid, lineage) == libvirt::Ownership::ours) return;
  throw Error(errc::invalid,
              fmt::format("the {} {} has this cluster's UUID {} and not its mark: somebody has changed its metadata. It is left alone; "
                          "restore the metadata or undefine it",
                          kind, name, uuid.to_string()));
}

}  // namespace

Inventory::Inventory(const libvirt::Hypervisor& hypervisor)
    : domains_(hypervisor.domains()), networks_(hypervisor.networks()), pools_(hypervisor.pools()) {}

const libvirt::DomainStatus* Inventory::domain(const Uuid& uuid) const { return by_uuid(domains_, uuid); }
const libvirt::DomainStatus* Inventory::domain(std::string_view name) const { return by_name(domains_, name); }
const libvirt::NetworkStatus* Inventory::network(const Uuid& uuid) const { return by_uuid(networks_, uuid); }
const libvirt::NetworkStatus* Inventory::network(std::string_view name) const { return by_name(networks_, name); }
const libvirt::PoolStatus* Inventory::pool(const Uuid& uuid) const { return by_uuid(pools_, uuid); }
const libvirt::PoolStatus* Inventory::pool(std::string_view name) const { return by_name(pools_, name); }

std::optional<libvirt::Domain> own_domain(const libvirt::Hypervisor& hypervisor, const Uuid& lineage, const std::string& vm) {
  auto domain = hypervisor.find_domain(state::object_uuid(lineage, ObjectKind::vm, vm));
  if (domain) require_mark("domain", domain->name(), domain->uuid(), lineage, domain->xml(true));
  return domain;
}

std::optional<libvirt::Network> own_network(const libvirt::Hypervisor& hypervisor, const Uuid& lineage, const std::string& network) {
  auto found = hypervisor.find_network(state::object_uuid(lineage, ObjectKind::network, network));
  if (found) require_mark("network", found->name(), found->uuid(), lineage, found->xml());
  return found;
}

std::optional<libvirt::Pool> own_pool(const libvirt::Hypervisor& hypervisor, const Uuid& lineage, const std::string& pool) {
  return hypervisor.find_pool(state::object_uuid(lineage, ObjectKind::pool, pool));  // libvirt drops metadata on pools: the UUID is all
}

std::string describe_foreign(std::string_view kind, std::string_view name, const Uuid& uuid, const std::optional<libvirt::Mark>& mark) {
  const auto whose = mark ? fmt::format("it carries the mark of the {} cluster {} (lineage {})", mark->type, mark->cluster, mark->lineage.to_string())
                          : std::string("it carries no mark");
  return fmt::format("{} {}: one of that name exists and is not this cluster's: UUID {}, {}", kind, name, uuid.to_string(), whose);
}

std::vector<std::string> disk_paths(std::string_view domain_xml) {
  pugi::xml_document document;
  document.load_buffer(domain_xml.data(), domain_xml.size());
  std::vector<std::string> out;
  for (const auto& found : document.select_nodes("/domain/devices/disk/source/@file")) out.emplace_back(found.attribute().value());
  return out;
}

std::string pool_directory(std::string_view pool_xml) {
  pugi::xml_document document;
  document.load_buffer(pool_xml.data(), pool_xml.size());
  return document.select_node("/pool/target/path").node().text().as_string();
}

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <aihow/libvirt/hypervisor.hpp>
#include <algorithm>
#include <pugixml.hpp>
#include "libvirt/connection.hpp"
#include "libvirt/listing.hpp"
#include "libvirt/strings.hpp"

namespace aihow::libvirt::inline v0 {
namespace {

constexpr CallSite autostart_site{"virConnectListAllDomains", "list the domains with autostart of"};
constexpr CallSite bridges_site{"virNetworkGetBridgeName", "ask for the bridges of"};
constexpr CallSite domain_by_name_site{"virDomainLookupByName", "look for domain"};
constexpr CallSite domain_by_uuid_site{"virDomainLookupByUUID", "look for domain"};
constexpr CallSite network_by_name_site{"virNetworkLookupByName", "look for network"};
constexpr CallSite network_by_uuid_site{"virNetworkLookupByUUID", "look for network"};
constexpr CallSite pool_by_name_site{"virStoragePoolLookupByName", "look for pool"};
constexpr CallSite pool_by_uuid_site{"virStoragePoolLookupByUUID", "look for pool"};
constexpr CallSite volume_by_path_site{"virStorageVolLookupByPath", "look for volume"};
constexpr CallSite define_domain_site{"virDomainDefineXML", "define domain", true, true};
constexpr CallSite define_network_site{"virNetworkDefineXML", "define network", true, true};
constexpr CallSite define_pool_site{"virStoragePoolDefineXML", "define pool", true, true};
constexpr CallSite capabilities_site{"virConnectGetCapabilities", "ask for the capabilities of"};
constexpr CallSite devices_site{"virConnectListAllNodeDevices", "list the devices of"};

/// The functions that differ between kinds of objects.
template <class Object>
struct Kind;
template <>
struct Kind<Domain> {
  using Pointer = virDomainPtr;
  static constexpr int absent = VIR_ERR_NO_DOMAIN;
  static constexpr auto release = &Api::virDomainFree;
  static constexpr auto name = &Api::virDomainGetName;
  static constexpr auto uuid = &Api::virDomainGetUUID;
  static constexpr auto by_name = &Api::virDomainLookupByName;
  static constexpr auto by_uuid = &Api::virDomainLookupByUUID;
};
template <>
struct Kind<Network> {
  using Pointer = virNetworkPtr;
  static constexpr int absent = VIR_ERR_NO_NETWORK;
  static constexpr auto release = &Api::virNetworkFree;
  static constexpr auto name = &Api::virNetworkGetName;
  static constexpr auto uuid = &Api::virNetworkGetUUID;
  static constexpr auto by_name = &Api::virNetworkLookupByName;
  static constexpr auto by_uuid = &Api::virNetworkLookupByUUID;
};
template <>
struct Kind<Pool> {
  using Pointer = virStoragePoolPtr;
  static constexpr int absent = VIR_ERR_NO_STORAGE_POOL;
  static constexpr auto release = &Api::virStoragePoolFree;
  static constexpr auto name = &Api::virStoragePoolGetName;
  static constexpr auto uuid = &Api::virStoragePoolGetUUID;
  static constexpr auto by_name = &Api::virStoragePoolLookupByName;
  static constexpr auto by_uuid = &Api::virStoragePoolLookupByUUID;
};

template <class Object>
Object describe(const Caller& caller, typename Kind<Object>::Pointer owned) {
  const Api& api = caller.api();
  auto handle = caller.own(owned, api.*Kind<Object>::release);
  std::string name = text_or_empty((api.*Kind<Object>::name)(owned));
  const Uuid uuid = uuid_of(caller, owned, api.*Kind<Object>::uuid);
  return Access::named<Object>(caller.connection, std::move(handle), std::move(name), uuid);
}

template <class Object>
std::optional<Object> found_or_absent(const Caller& caller, typename Kind<Object>::Pointer found) {
  if (found == nullptr && caller.last_code() == Kind<Object>::absent) return std::nullopt;
  return describe<Object>(caller, caller.check(found));
}

template <class Object>
std::optional<Object> find(Connection& connection, const CallSite& site, std::string_view name) {
  if (has_nul(name)) return std::nullopt;
  return connection.call(site, std::string(name), [name = std::string(name)](const Caller& caller) {
    return found_or_absent<Object>(caller, (caller.api().*Kind<Object>::by_name)(caller.handle(), name.c_str()));
  });
}

template <class Object>
std::optional<Object> find(Connection& connection, const CallSite& site, const Uuid& uuid) {
  return connection.call(site, uuid.to_string(), [uuid](const Caller& caller) {
    return found_or_absent<Object>(caller, (caller.api().*Kind<Object>::by_uuid)(caller.handle(), uuid.bytes.data()));
  });
}

template <class Object, class Define>
Object define(Connection& connection, const CallSite& site, std::string_view xml, Define define_one) {
  std::string text = checked_xml(xml);
  std::string name = name_in_xml(text);
  return connection.call(site, std::move(name), [text = std::move(text), define_one](const Caller& caller) {
    return describe<Object>(caller, caller.check(define_one(caller, text.c_str())));
  });
}

/// `pci_0000_01_00_0` as `0000:01:00.0`; empty where it is no PCI device's name.
std::string pci_address(std::string_view device) {
  constexpr std::string_view prefix = "pci_";
  if (!device.starts_with(prefix) || device.size() != prefix.size() + 12) return {};
  std::string out(device.substr(prefix.size()));
  out[4] = out[7] = ':';
  out[10] = '.';
  return out;
}

}  // namespace

std::string name_in_xml(const std::string& xml) {
  pugi::xml_document document;
  if (!document.load_buffer(xml.data(), xml.size())) return {};
  return document.document_element().child("name").text().get();
}

Hypervisor Hypervisor::open(std::string_view uri, HypervisorOptions options, const state::Context& context) {
  const CallScope scope(context);
  return Hypervisor(Connection::open(std::string(uri), std::move(options)));
}

const std::string& Hypervisor::uri() const noexcept { return connection_->uri(); }

bool Hypervisor::alive() const {
  // It looks at the socket and asks nobody, so it needs no bound.
  return connection_->api().virConnectIsAlive(connection_->handle()) == 1;
}

std::vector<DomainStatus> Hypervisor::domains() const {
  const auto listed = list_domains(*connection_);
  const auto autostart = connection_->call(autostart_site, uri(), [](const Caller& caller) {
    std::vector<Uuid> out;
    virDomainPtr* found = nullptr;
    const int count = caller.check(caller.api().virConnectListAllDomains(caller.handle(), &found, VIR_CONNECT_LIST_DOMAINS_AUTOSTART));
    const std::unique_ptr<virDomainPtr, Free> list(found);
    for (int i = 0; i < count; ++i) {
      const auto handle = caller.own(found[i], caller.api().virDomainFree);
      out.push_back(uuid_of(caller, found[i], caller.api().virDomainGetUUID));
    }
    std::sort(out.begin(), out.end());
    return out;
  });
  std::vector<DomainStatus> out;
  out.reserve(listed.size());
  for (const ListedDomain& one : listed) {
    out.push_back(one.status);
    out.back().autostart = std::binary_search(autostart.begin(), autostart.end(), one.status.uuid);
  }
  return out;
}

std::vector<NetworkStatus> Hypervisor::networks() const {
  const auto listed = list_networks(*connection_);
  if (listed.empty()) return {};
  return connection_->call(bridges_site, uri(), [listed](const Caller& caller) {
    std::vector<NetworkStatus> out;
    out.reserve(listed.size());
    for (const ListedNetwork& one : listed) {
      out.push_back(one.status);
      // Not every network has a bridge.
      out.back().bridge = take(caller.api().virNetworkGetBridgeName(static_cast<virNetworkPtr>(Access::handle(one.network).get())));
    }
    return out;
  });
}

std::vector<PoolStatus> Hypervisor::pools() const {
  std::vector<PoolStatus> out;
  for (ListedPool& one : list_pools(*connection_)) out.push_back(std::move(one.status));
  return out;
}

std::optional<Domain> Hypervisor::find_domain(std::string_view name) const { return find<Domain>(*connection_, domain_by_name_site, name); }
std::optional<Domain> Hypervisor::find_domain(const Uuid& uuid) const { return find<Domain>(*connection_, domain_by_uuid_site, uuid); }
std::optional<Network> Hypervisor::find_network(std::string_view name) const { return find<Network>(*connection_, network_by_name_site, name); }
std::optional<Network> Hypervisor::find_network(const Uuid& uuid) const { return find<Network>(*connection_, network_by_uuid_site, uuid); }
std::optional<Pool> Hypervisor::find_pool(std::string_view name) const { return find<Pool>(*connection_, pool_by_name_site, name); }
std::optional<Pool> Hypervisor::find_pool(const Uuid& uuid) const { return find<Pool>(*connection_, pool_by_uuid_site, uuid); }

std::optional<Volume> Hypervisor::find_volume_by_path(std::string_view path) const {
  if (has_nul(path)) return std::nullopt;
  return connection_->call(volume_by_path_site, std::string(path), [path = std::string(path)](const Caller& caller) {
    const virStorageVolPtr found = caller.api().virStorageVolLookupByPath(caller.handle(), path.c_str());
    if (found == nullptr && caller.last_code() == VIR_ERR_NO_STORAGE_VOL) return std::optional<Volume>();
    auto handle = caller.own(caller.check(found), caller.api().virStorageVolFree);
    return std::optional<Volume>(Access::volume(caller.connection, std::move(handle), text_or_empty(caller.api().virStorageVolGetName(found)), path));
  });
}

Domain Hypervisor::define_domain(std::string_view xml) const {
  return define<Domain>(*connection_, define_domain_site, xml,
                        [](const Caller& caller, const char* text) { return caller.api().virDomainDefineXML(caller.handle(), text); });
}
Network Hypervisor::define_network(std::string_view xml) const {
  return define<Network>(*connection_, define_network_site, xml,
                         [](const Caller& caller, const char* text) { return caller.api().virNetworkDefineXML(caller.handle(), text); });
}
Pool Hypervisor::define_pool(std::string_view xml) const {
  return define<Pool>(*connection_, define_pool_site, xml,
                      [](const Caller& caller, const char* text) { return caller.api().virStoragePoolDefineXML(caller.handle(), text, 0); });
}

std::string Hypervisor::capabilities_xml() const {
  return connection_->call(capabilities_site, uri(),
                           [](const Caller& caller) { return take(caller.check(caller.api().virConnectGetCapabilities(caller.handle()))); });
}

std::vector<std::string> Hypervisor::pci_devices() const {
  return connection_->call(devices_site, uri(), [](const Caller& caller) {
    std::vector<std::string> out;
    virNodeDevicePtr* found = nullptr;
    const int count = caller.check(caller.api().virConnectListAllNodeDevices(caller.handle(), &found, VIR_CONNECT_LIST_NODE_DEVICES_CAP_PCI_DEV));
    const std::unique_ptr<virNodeDevicePtr, Free> list(found);
    for (int i = 0; i < count; ++i) {
      const auto handle = caller.own(found[i], caller.api().virNodeDeviceFree);
      if (std::string address = pci_address(text_or_empty(caller.api().virNodeDeviceGetName(found[i]))); !address.empty()) {
        out.push_back(std::move(address));
      }
    }
    std::sort(out.begin(), out.end());
    return out;
  });
}

}  // namespace aihow::libvirt::inline v0

// SPDX-License-Identifier: MIT
#include "libvirt/inventory.hpp"
#include <algorithm>
#include <cerrno>
#include <deque>
#include "libvirt/interfaces.hpp"
#include "libvirt/strings.hpp"

namespace aihow::libvirt::inline v0 {
namespace {

using state::errc;
using state::Error;

constexpr CallSite domain_xml_site{"virDomainGetXMLDesc", "read domain"};
constexpr CallSite network_xml_site{"virNetworkGetXMLDesc", "read network"};
constexpr CallSite agent_site{"virDomainInterfaceAddresses", "ask the guest agent of domain"};
constexpr CallSite volume_site{"virStorageVolGetInfo", "ask for volume"};
constexpr CallSite device_site{"virNodeDeviceGetXMLDesc", "read the host's device"};

// A daemon serves five calls of one client at once by default (max_client_requests).
constexpr std::size_t at_once = 5;

/// Starts a call for each item and hands each pending call to `finish` in order, a few of them on their way at any time.
template <class Item, class Start, class Finish>
void in_flight(const std::vector<Item>& items, const Start& start, const Finish& finish) {
  std::deque<decltype(start(items.front()))> pending;
  for (const Item& item : items) {
    if (pending.size() == at_once) {
      finish(pending.front());
      pending.pop_front();
    }
    pending.push_back(start(item));
  }
  for (auto& call : pending) finish(call);
}

/// What the call returns; nullopt where the object is gone.
template <class Pending>
auto unless_gone(Pending& pending) -> std::optional<decltype(pending.finish())> {
  try {
    return pending.finish();
  } catch (const Error& error) {
    if (error.code() != errc::not_found) throw;
    return std::nullopt;
  }
}

template <class T, class Object>
auto start_reading(Connection& connection, const CallSite& site, const Object& object, char* (*Api::*read)(T*, unsigned)) {
  return connection.start(site, object.name(), [handle = Access::handle(object), read](const Caller& caller) {
    return take(caller.check((caller.api().*read)(static_cast<T*>(handle.get()), 0)));
  });
}

}  // namespace

std::vector<std::optional<DomainFacts>> read_domains(Connection& connection, const std::vector<Domain>& domains) {
  std::vector<std::optional<DomainFacts>> out;
  out.reserve(domains.size());
  in_flight(
      domains, [&](const Domain& domain) { return start_reading(connection, domain_xml_site, domain, &Api::virDomainGetXMLDesc); },
      [&](auto& pending) {
        const auto xml = unless_gone(pending);
        out.push_back(xml ? std::optional(domain_facts(*xml)) : std::nullopt);
      });
  return out;
}

std::vector<std::optional<NetworkFacts>> read_networks(Connection& connection, const std::vector<Network>& networks) {
  std::vector<std::optional<NetworkFacts>> out;
  out.reserve(networks.size());
  in_flight(
      networks, [&](const Network& network) { return start_reading(connection, network_xml_site, network, &Api::virNetworkGetXMLDesc); },
      [&](auto& pending) {
        const auto xml = unless_gone(pending);
        out.push_back(xml ? std::optional(network_facts(*xml)) : std::nullopt);
      });
  return out;
}

std::vector<std::optional<std::vector<InterfaceAddress>>> ask_agents(Connection& connection, const std::vector<Domain>& domains,
                                                                     std::chrono::milliseconds patience) {
  std::vector<std::optional<std::vector<InterfaceAddress>>> out;
  out.reserve(domains.size());
  in_flight(
      domains,
      [&](const Domain& domain) {
        return connection.start(agent_site, domain.name(), [handle = Access::handle(domain)](const Caller& caller) {
          return agent_interfaces(caller, static_cast<virDomainPtr>(handle.get()));
        });
      },
      [&](auto& pending) {
        try {
          out.emplace_back(pending.finish(std::min(connection.options().timeout, patience)));
        } catch (const Error& error) {
          if (error.code() == errc::cancelled || error.code() == errc::out_of_memory) throw;
          out.emplace_back(std::nullopt);
        }
      });
  return out;
}

std::vector<std::optional<std::uint64_t>> ask_capacities(Connection& connection, const std::vector<Volume>& volumes) {
  std::vector<std::optional<std::uint64_t>> out;
  out.reserve(volumes.size());
  in_flight(
      volumes,
      [&](const Volume& volume) {
        return connection.start(volume_site, volume.name(), [handle = Access::handle(volume)](const Caller& caller) {
          virStorageVolInfo info{};
          if (caller.api().virStorageVolGetInfo(static_cast<virStorageVolPtr>(handle.get()), &info) < 0) {
            // libvirt's list is as old as the pool's last refresh: the file may have been deleted since.
            const LibvirtError error = caller.last_error();
            if (error.code == VIR_ERR_SYSTEM_ERROR && error.number == ENOENT) return std::optional<std::uint64_t>();
            caller.fail();
          }
          return std::optional<std::uint64_t>(info.capacity);
        });
      },
      [&](auto& pending) { out.push_back(unless_gone(pending).value_or(std::nullopt)); });
  return out;
}

std::vector<bool> are_displays(Connection& connection, const std::vector<std::string>& pci) {
  std::vector<bool> out;
  out.reserve(pci.size());
  in_flight(
      pci,
      [&](const std::string& address) {
        std::string name = "pci_" + address;
        std::replace_if(
            name.begin(), name.end(), [](char c) { return c == ':' || c == '.'; }, '_');
        return connection.start(device_site, name, [name](const Caller& caller) {
          const virNodeDevicePtr device = caller.check(caller.api().virNodeDeviceLookupByName(caller.handle(), name.c_str()));
          const auto handle = caller.own(device, caller.api().virNodeDeviceFree);
          return take(caller.check(caller.api().virNodeDeviceGetXMLDesc(device, 0)));
        });
      },
      [&](auto& pending) {
        const auto xml = unless_gone(pending);
        out.push_back(xml && is_display_device(*xml));
      });
  return out;
}

}  // namespace aihow::libvirt::inline v0

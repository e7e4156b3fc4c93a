// SPDX-License-Identifier: MIT
#include "libvirt/combine.hpp"
#include <fmt/format.h>
#include <algorithm>
#include <set>
#include "model/address.hpp"

namespace aihow::libvirt::inline v0 {
namespace {

using state::NetworkObservation;
using state::Observation;
using state::PoolObservation;
using state::VmObservation;

struct Place {
  const HostLook* host = nullptr;
  const SeenDomain* domain = nullptr;
};

VmObservation observe_vm(const state::VMInfo& vm, const Place& place) {
  const SeenDomain& domain = *place.domain;
  const DomainStatus& status = domain.listed.status;
  VmObservation out;
  out.name = vm.name;
  out.state = state::vm_state_from_libvirt(status.state);
  out.state_reason = reason_to_string(status.state, status.reason);
  out.domain_name = status.name;
  out.domain_uuid = status.uuid;
  out.hypervisor = place.host->uri;
  if (status.vcpus > 0) out.cpu_cores = status.vcpus;
  if (status.max_memory_kib > 0) out.memory_gb = gib_from_kib(status.max_memory_kib);
  out.gpu_count = domain.gpus;
  out.volumes = domain.facts->disks;
  out.ip_address = address_of(domain, place.host->networks);
  return out;
}

/// Where a VM's domain is: at its own hypervisor before another, running before not.
std::unordered_map<const state::VMInfo*, Place> places(const std::vector<HostLook>& looks, const std::string& default_uri) {
  std::unordered_map<const state::VMInfo*, Place> out;
  const auto rank = [&](const state::VMInfo& vm, const Place& place) {
    const std::string& home = vm.hypervisor.empty() ? default_uri : vm.hypervisor;
    return (is_active(place.domain->listed.status.state) ? 2 : 0) + (place.host->uri == home ? 1 : 0);
  };
  for (const HostLook& host : looks) {
    for (const SeenDomain& domain : host.domains) {
      if (domain.vm == nullptr) continue;
      const Place place{&host, &domain};
      const auto [at, is_new] = out.emplace(domain.vm, place);
      if (!is_new && rank(*domain.vm, place) > rank(*domain.vm, at->second)) at->second = place;
    }
  }
  return out;
}

void add_vms(Observation& out, const StateIndex& index, const std::vector<HostLook>& looks, const std::string& default_uri) {
  const auto found = places(looks, default_uri);
  for (const state::VMInfo& vm : index.state().vms) {
    const std::string& home = vm.hypervisor.empty() ? default_uri : vm.hypervisor;
    const auto host = std::find_if(looks.begin(), looks.end(), [&](const HostLook& look) { return look.uri == home; });
    const bool is_silent = host == looks.end() || host->unreachable;
    if (const auto at = found.find(&vm); at != found.end()) {
      // A definition that it left elsewhere says nothing of it as long as it may run at home.
      if (!is_silent || at->second.host->uri == home || is_active(at->second.domain->listed.status.state))
        out.vms.push_back(observe_vm(vm, at->second));
      continue;
    }
    if (is_silent) continue;
    VmObservation& absent = out.vms.emplace_back();
    absent.name = vm.name;
    absent.hypervisor = home;
    absent.ip_address = std::optional<std::string>();
  }
}

/// The recorded text of a network where the found one means the same (`10.0.0.1/24`, `10.0.0.0/24`).
std::string in_own_spelling(const std::string& recorded, const std::string& found) {
  const auto one = state::detail::parse_cidr(recorded);
  const auto other = state::detail::parse_cidr(found);
  return one && other && one->prefix == other->prefix && one->contains(other->address) ? recorded : found;
}

void add_networks(Observation& out, const StateIndex& index, const std::vector<HostLook>& looks, bool all_answered) {
  for (const state::NetworkInfo& network : index.state().networks) {
    NetworkObservation seen;
    seen.name = network.name;
    std::set<std::string> addresses;
    bool leases_known = true;
    for (const HostLook& host : looks) {
      for (const SeenNetwork& one : host.networks) {
        if (one.network != &network) continue;
        seen.exists = true;
        seen.active = seen.active || one.listed.status.active;
        seen.uuid = one.listed.status.uuid;
        if (one.facts) {
          seen.subnet = in_own_spelling(network.subnet, one.facts->subnet);
          seen.bridge = one.facts->bridge;
        }
        leases_known = leases_known && one.leases.has_value();
        if (!one.leases) continue;
        for (const Lease& lease : *one.leases) addresses.insert(lease.address);
      }
    }
    if (!seen.exists && !all_answered) continue;
    if (leases_known) seen.active_ips = std::vector<std::string>(addresses.begin(), addresses.end());
    out.networks.push_back(std::move(seen));
  }
}

void add_pools(Observation& out, const StateIndex& index, const std::vector<HostLook>& looks, bool all_answered) {
  for (const state::PoolInfo& pool : index.state().pools) {
    PoolObservation seen;
    seen.name = pool.name;
    for (const HostLook& host : looks) {
      for (const SeenPool& one : host.pools) {
        if (one.pool != &pool) continue;
        seen.exists = true;
        seen.active = seen.active || one.listed.status.active;
        seen.uuid = one.listed.status.uuid;
        seen.path = one.path;
      }
    }
    if (seen.exists || all_answered) out.pools.push_back(std::move(seen));
  }
}

void add_volumes(Observation& out, const StateIndex& index, const std::vector<HostLook>& looks, bool all_answered) {
  std::unordered_map<const state::VolumeInfo*, SeenVolume> found;
  for (const HostLook& host : looks) {
    for (const SeenVolume& one : host.volumes) {
      const auto [at, is_new] = found.emplace(one.volume, one);
      if (!is_new && one.exists) at->second = one;
    }
  }
  for (const state::VolumeInfo& volume : index.state().volumes) {
    const auto at = found.find(&volume);
    if (at == found.end() || (!at->second.exists && !all_answered)) continue;
    out.volumes.push_back({volume.name, at->second.exists, at->second.size_gb});
  }
}

void add_strange_domains(Observation& out, const StateIndex& index, const HostLook& host) {
  const state::ClusterState& state = index.state();
  std::unordered_map<std::string_view, const state::VMInfo*> by_domain_name;
  for (const state::VMInfo& vm : state.vms) {
    if (!vm.domain_name.empty()) by_domain_name.emplace(vm.domain_name, &vm);
  }
  for (const SeenDomain& domain : host.domains) {
    if (domain.vm != nullptr) continue;
    const DomainStatus& status = domain.listed.status;
    const auto& mark = domain.facts->mark;
    std::string why;
    bool own = false;
    if (index.is_clone(mark, status.uuid)) {
      why = fmt::format("domain {} at {} carries the mark of VM {} under another UUID ({}): a copy that is not the cluster's own, left alone",
                        status.name, host.uri, mark->name, status.uuid.to_string());
    } else if (index.is_ours(mark, status.uuid)) {
      own = true;
      why = fmt::format("domain {} at {} carries the cluster's mark as VM {}, which the state does not know", status.name, host.uri, mark->name);
    } else if (const auto namesake = by_domain_name.find(status.name); namesake != by_domain_name.end()) {
      why = fmt::format("domain {} at {} has the name of VM {}'s domain and another UUID ({}): it is not the cluster's own, left alone", status.name,
                        host.uri, namesake->second->name, status.uuid.to_string());
    } else {
      continue;
    }
    out.strangers.push_back({ObjectKind::vm, status.name, status.uuid, std::move(why), own});
  }
}

void add_strange_networks(Observation& out, const StateIndex& index, const HostLook& host) {
  for (const SeenNetwork& network : host.networks) {
    if (network.network != nullptr) continue;
    const NetworkStatus& status = network.listed.status;
    const std::optional<Mark> mark = network.facts ? network.facts->mark : std::nullopt;
    std::string why;
    bool own = false;
    if (index.is_clone(mark, status.uuid)) {
      why = fmt::format("network {} at {} carries the mark of network {} under another UUID ({}): a copy that is not the cluster's own, left alone",
                        status.name, host.uri, mark->name, status.uuid.to_string());
    } else if (index.is_ours(mark, status.uuid)) {
      own = true;
      why = fmt::format("network {} at {} carries the cluster's mark, and the state does not know it", status.name, host.uri);
    } else if (state::find_by_name(index.state().networks, status.name) != nullptr) {
      why = fmt::format("network {} at {} has the name of a network of the cluster and another UUID ({}): it is not the cluster's own, left alone",
                        status.name, host.uri, status.uuid.to_string());
    } else {
      continue;
    }
    out.strangers.push_back({ObjectKind::network, status.name, status.uuid, std::move(why), own});
  }
}

void add_strange_pools(Observation& out, const StateIndex& index, const HostLook& host) {
  for (const SeenPool& pool : host.pools) {
    const PoolStatus& status = pool.listed.status;
    if (pool.pool != nullptr || state::find_by_name(index.state().pools, status.name) == nullptr) continue;
    out.strangers.push_back({ObjectKind::pool, status.name, status.uuid,
                             fmt::format("pool {} at {} has the name of a pool of the cluster and another UUID ({}): it is not the cluster's own, "
                                         "left alone",
                                         status.name, host.uri, status.uuid.to_string()),
                             false});
  }
}

}  // namespace

Observation combine(const StateIndex& index, const std::vector<HostLook>& looks, const std::string& default_uri, const state::Timestamp& when) {
  Observation out;
  out.when = when;
  for (const HostLook& host : looks) {
    if (host.unreachable) out.unreachable.push_back({host.uri, *host.unreachable});
  }
  const bool all_answered = out.unreachable.empty();
  add_vms(out, index, looks, default_uri);
  add_networks(out, index, looks, all_answered);
  add_pools(out, index, looks, all_answered);
  add_volumes(out, index, looks, all_answered);
  for (const HostLook& host : looks) {
    add_strange_domains(out, index, host);
    add_strange_networks(out, index, host);
    add_strange_pools(out, index, host);
  }
  return out;
}

}  // namespace aihow::libvirt::inline v0

// SPDX-License-Identifier: MIT
#include "libvirt/host_look.hpp"
#include <aihow/state/error.hpp>
#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <limits>
#include <set>
#include <unordered_set>

namespace aihow::libvirt::inline v0 {
namespace {

using namespace std::chrono_literals;
using state::errc;
using state::Error;

// A guest agent that is well answers in milliseconds.
constexpr std::chrono::milliseconds agent_patience = 2s;

bool stops_all(const Error& error) { return error.code() == errc::cancelled || error.code() == errc::out_of_memory; }

std::set<std::string_view> networks_of(const std::vector<SeenDomain>& domains) {
  std::set<std::string_view> out;
  for (const SeenDomain& domain : domains) {
    if (domain.vm == nullptr) continue;
    for (const NetworkCard& card : domain.facts->cards) out.insert(card.network);
  }
  return out;
}

bool can_be_used(const boost::asio::ip::address& address) { return address.is_v4() || !address.to_v6().is_link_local(); }

}  // namespace

bool is_active(int state) noexcept { return state != VIR_DOMAIN_SHUTOFF && state != VIR_DOMAIN_CRASHED && state != VIR_DOMAIN_NOSTATE; }

Host::Host(Hypervisor hypervisor) : uri_(hypervisor.uri()), options_(Access::connection(hypervisor)->options()), hypervisor_(std::move(hypervisor)) {}

Connection& Host::connect() {
  // A connection with a call that hangs is left to it: calls beside it are slow at times (see the keep-alive interval).
  if (!hypervisor_ || !hypervisor_->alive() || Access::connection(*hypervisor_)->abandoned() > 0) {
    hypervisor_.reset();
    hypervisor_ = Hypervisor::open(uri_, options_);
  }
  return *Access::connection(*hypervisor_);
}

HostLook Host::look(const StateIndex& index, bool full) {
  // A daemon that was restarted shows only when it is asked: once more, over a new connection.
  for (const bool last : {false, true}) {
    try {
      return ask(index, full);
    } catch (const Error& error) {
      if (stops_all(error)) throw;
      const bool lost = hypervisor_ && !hypervisor_->alive();
      // One that hangs is left with the calls that hang in it.
      if (error.code() == errc::unreachable) hypervisor_.reset();
      if (last || !lost) {
        HostLook out;
        out.uri = uri_;
        out.unreachable = error.what();
        return out;
      }
    }
  }
  return {};  // not reached
}

HostLook Host::ask(const StateIndex& index, bool full) {
  Connection& connection = connect();
  HostLook out;
  out.uri = uri_;
  ask_domains(connection, index, full, out);
  ask_networks(connection, index, full, out);
  ask_pools(connection, index, full, out);
  count_gpus(connection, out);
  ask_guest_agents(connection, out);
  return out;
}

void Host::ask_domains(Connection& connection, const StateIndex& index, bool full, HostLook& out) {
  auto listed = list_domains(connection);
  std::vector<KnownDomain*> known;
  known.reserve(listed.size());
  std::vector<Domain> unread;
  std::vector<KnownDomain*> unread_of;
  for (const ListedDomain& one : listed) {
    KnownDomain& entry = domains_[one.status.uuid];
    known.push_back(&entry);
    const bool same = entry.id == one.id && entry.vcpus == one.status.vcpus && entry.memory_kib == one.status.max_memory_kib;
    if (entry.facts && same && !full) continue;
    entry = {one.id, one.status.vcpus, one.status.max_memory_kib, nullptr};
    unread.push_back(one.domain);
    unread_of.push_back(&entry);
  }
  const auto facts = read_domains(connection, unread);
  for (std::size_t i = 0; i < unread.size(); ++i) {
    if (facts[i]) unread_of[i]->facts = std::make_shared<const DomainFacts>(*facts[i]);
  }
  ++looks_;
  out.domains.reserve(listed.size());
  for (std::size_t i = 0; i < listed.size(); ++i) {
    if (!known[i]->facts) continue;  // it went away between the two calls
    known[i]->look = looks_;
    SeenDomain& seen = out.domains.emplace_back();
    seen.vm = index.vm_of(listed[i].status.uuid, known[i]->facts->mark);
    seen.facts = known[i]->facts;
    seen.listed = std::move(listed[i]);
  }
  std::erase_if(domains_, [&](const auto& entry) { return entry.second.look != looks_; });
}

void Host::ask_networks(Connection& connection, const StateIndex& index, bool full, HostLook& out) {
  auto listed = list_networks(connection);
  std::vector<Network> unread;
  for (const ListedNetwork& one : listed) {
    if (full) networks_.erase(one.status.uuid);
    if (!networks_.contains(one.status.uuid)) unread.push_back(one.network);
  }
  const auto facts = read_networks(connection, unread);
  for (std::size_t i = 0; i < unread.size(); ++i) {
    if (facts[i]) networks_.emplace(unread[i].uuid(), *facts[i]);
  }

  const auto used = networks_of(out.domains);
  for (ListedNetwork& one : listed) {
    SeenNetwork& seen = out.networks.emplace_back();
    if (const auto known = networks_.find(one.status.uuid); known != networks_.end()) seen.facts = known->second;
    seen.network = index.network_of(one.status.uuid, one.status.name);
    if (seen.network != nullptr || used.contains(one.status.name)) {
      try {
        seen.leases = one.status.active ? one.network.leases() : std::vector<Lease>();
      } catch (const Error& error) {
        // A driver without leases (unsupported), or a network that went away, says nothing about the hypervisor.
        if (stops_all(error) || error.code() == errc::unreachable) throw;
      }
    }
    seen.listed = std::move(one);
  }
  std::erase_if(networks_, [&](const auto& known) {
    return std::none_of(out.networks.begin(), out.networks.end(), [&](const SeenNetwork& seen) { return seen.listed.status.uuid == known.first; });
  });
}

void Host::ask_pools(Connection& connection, const StateIndex& index, bool full, HostLook& out) {
  std::vector<Volume> unknown;
  std::vector<std::size_t> unknown_at;
  const auto found = [&](const state::VolumeInfo& volume, const Volume& handle) {
    SeenVolume& seen = out.volumes.emplace_back(SeenVolume{&volume, true, 0});
    const auto known = volume_sizes_.find(handle.path());
    if (known != volume_sizes_.end() && !full) {
      seen.size_gb = known->second;
    } else {
      unknown.push_back(handle);
      unknown_at.push_back(out.volumes.size() - 1);
    }
  };

  std::unordered_set<const state::PoolInfo*> recorded;
  for (ListedPool& one : list_pools(connection)) {
    SeenPool& pool = out.pools.emplace_back();
    pool.pool = index.pool_of(one.status.uuid, one.status.name);
    pool.listed = std::move(one);
    if (pool.pool == nullptr) continue;
    recorded.insert(pool.pool);
    if (full) pool.path = pool_path(pool.listed.pool.xml());
    if (!pool.listed.status.active) continue;
    std::unordered_map<std::string, Volume> volumes;
    try {
      for (ListedVolume& volume : list_volumes(connection, pool.listed.pool)) volumes.emplace(std::move(volume.key), std::move(volume.volume));
    } catch (const Error& error) {
      if (error.code() == errc::not_found || error.code() == errc::conflict) continue;  // it was stopped meanwhile
      throw;
    }
    for (const state::VolumeInfo& volume : index.state().volumes) {
      if (volume.pool != pool.pool->name) continue;
      const auto at = volumes.find(volume.path);
      if (at == volumes.end()) out.volumes.push_back({&volume, false, 0});
      else found(volume, at->second);
    }
  }
  // Volumes that are recorded without a pool can only be looked for one by one; that libvirt does not know one says nothing of the file.
  for (const state::VolumeInfo& volume : index.state().volumes) {
    if (state::find_by_name(index.state().pools, volume.pool) != nullptr || volume.path.empty()) continue;
    if (const auto handle = hypervisor_->find_volume_by_path(volume.path)) found(volume, *handle);
  }

  const auto capacities = ask_capacities(connection, unknown);
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    SeenVolume& seen = out.volumes[unknown_at[i]];
    seen.exists = capacities[i].has_value();
    volume_sizes_.erase(unknown[i].path());
    if (!seen.exists) continue;
    seen.size_gb = gib_from_bytes(*capacities[i]);
    volume_sizes_.emplace(unknown[i].path(), seen.size_gb);
  }
}

void Host::count_gpus(Connection& connection, HostLook& out) {
  std::vector<std::string> unknown;
  for (const SeenDomain& domain : out.domains) {
    if (domain.vm == nullptr || domain.facts->mark) continue;
    for (const std::string& address : domain.facts->pci) {
      if (displays_.emplace(address, false).second) unknown.push_back(address);
    }
  }
  try {
    const auto answers = are_displays(connection, unknown);
    for (std::size_t i = 0; i < unknown.size(); ++i) displays_[unknown[i]] = answers[i];
  } catch (const Error&) {
    for (const std::string& address : unknown) displays_.erase(address);
    throw;
  }
  for (SeenDomain& domain : out.domains) {
    const auto& mark = domain.facts->mark;
    domain.gpus = static_cast<std::int32_t>(std::count_if(domain.facts->pci.begin(), domain.facts->pci.end(), [&](const std::string& address) {
      if (mark) return std::find(mark->gpus.begin(), mark->gpus.end(), address) != mark->gpus.end();
      const auto known = displays_.find(address);
      return known != displays_.end() && known->second;
    }));
  }
}

void Host::ask_guest_agents(Connection& connection, HostLook& out) {
  std::vector<Domain> domains;
  std::vector<SeenDomain*> asked;
  for (SeenDomain& domain : out.domains) {
    if (domain.vm == nullptr || domain.listed.status.state != VIR_DOMAIN_RUNNING || !domain.facts->has_agent) continue;
    if (const auto leased = address_of(domain, out.networks); leased && *leased) continue;
    domains.push_back(domain.listed.domain);
    asked.push_back(&domain);
  }
  auto answers = ask_agents(connection, domains, agent_patience);
  for (std::size_t i = 0; i < asked.size(); ++i) asked[i]->agent = std::move(answers[i]);
}

std::optional<std::optional<std::string>> address_of(const SeenDomain& domain, const std::vector<SeenNetwork>& networks) {
  if (!is_active(domain.listed.status.state)) return std::optional<std::string>();
  // The first card's before the second's, IPv4 before IPv6, the newest lease first.
  struct Best {
    std::string address;
    std::int64_t expires = 0;
    bool ipv6 = false;
  };
  std::optional<Best> best;
  const auto offer = [&](const std::string& text, std::int64_t expires) {
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(text, error);
    if (error || !can_be_used(address)) return;
    if (expires == 0) expires = std::numeric_limits<std::int64_t>::max();
    const bool better = !best || (best->ipv6 && address.is_v4()) || (best->ipv6 == address.is_v6() && expires > best->expires);
    if (better) best = Best{text, expires, address.is_v6()};
  };

  bool asked = domain.agent.has_value();
  for (const NetworkCard& card : domain.facts->cards) {
    for (const SeenNetwork& network : networks) {
      if (network.listed.status.name != card.network || !network.leases) continue;
      asked = true;
      for (const Lease& lease : *network.leases) {
        if (lease.mac == card.mac) offer(lease.address, lease.expires);
      }
    }
    if (best) return std::optional(best->address);
  }
  if (domain.agent) {
    for (const NetworkCard& card : domain.facts->cards) {
      for (const InterfaceAddress& address : *domain.agent) {
        if (address.mac == card.mac) offer(address.address, 0);
      }
      if (best) return std::optional(best->address);
    }
  }
  if (asked) return std::optional<std::string>();
  return std::nullopt;
}

}  // namespace aihow::libvirt::inline v0

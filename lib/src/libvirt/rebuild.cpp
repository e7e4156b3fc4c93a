// SPDX-License-Identifier: MIT
// Finding clusters by their marks, and making a cluster's state again from what libvirt has.
#include <fmt/format.h>
#include <aihow/libvirt/observer.hpp>
#include <aihow/state/cluster_state.hpp>
#include <aihow/state/error.hpp>
#include <aihow/state/identity.hpp>
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include "libvirt/inventory.hpp"
#include "libvirt/listing.hpp"

namespace aihow::libvirt::inline v0 {
namespace {

using state::ClusterState;
using state::errc;
using state::Error;

struct OwnDomain {
  ListedDomain listed;
  DomainFacts facts;
  const Mark& mark() const { return *facts.mark; }
};
struct OwnNetwork {
  ListedNetwork listed;
  NetworkFacts facts;
  const Mark& mark() const { return *facts.mark; }
};
/// What has a mark that its UUID does not fit.
struct Misfit {
  std::string cluster;  ///< that the mark names
  state::Stranger object;
};
struct Marked {
  std::vector<OwnDomain> domains;
  std::vector<OwnNetwork> networks;
  std::vector<Misfit> misfits;
};

/// Does an object's mark agree with the UUID that it has? (A clone's does not.)
bool agrees(const std::optional<Mark>& mark, ObjectKind kind, const Uuid& uuid) {
  return mark && mark->kind == kind && ownership(mark, uuid, mark->lineage) == Ownership::ours;
}

Misfit misfit(const Mark& mark, ObjectKind kind, const std::string& name, const Uuid& uuid, const std::string& uri) {
  return {mark.cluster,
          {kind, name, uuid,
           fmt::format(
               "{} {} at {} carries a mark as {} {} of the cluster {}, and its UUID ({}) does not follow from that and the lineage {}: a copy, or a "
               "mark that was edited; it was left out",
               to_string(kind), name, uri, to_string(mark.kind), mark.name, mark.cluster, uuid.to_string(), mark.lineage.to_string())}};
}

/// All objects with a mark, of whatever cluster.
Marked marked_objects(Connection& connection) {
  Marked out;
  auto domains = list_domains(connection);
  std::vector<Domain> handles;
  handles.reserve(domains.size());
  for (const ListedDomain& one : domains) handles.push_back(one.domain);
  auto domain_facts = read_domains(connection, handles);
  for (std::size_t i = 0; i < domains.size(); ++i) {
    if (!domain_facts[i] || !domain_facts[i]->mark) continue;
    if (agrees(domain_facts[i]->mark, ObjectKind::vm, domains[i].status.uuid))
      out.domains.push_back({std::move(domains[i]), std::move(*domain_facts[i])});
    else out.misfits.push_back(misfit(*domain_facts[i]->mark, ObjectKind::vm, domains[i].status.name, domains[i].status.uuid, connection.uri()));
  }
  auto networks = list_networks(connection);
  std::vector<Network> network_handles;
  network_handles.reserve(networks.size());
  for (const ListedNetwork& one : networks) network_handles.push_back(one.network);
  auto network_facts = read_networks(connection, network_handles);
  for (std::size_t i = 0; i < networks.size(); ++i) {
    if (!network_facts[i] || !network_facts[i]->mark) continue;
    const NetworkStatus& status = networks[i].status;
    if (agrees(network_facts[i]->mark, ObjectKind::network, status.uuid))
      out.networks.push_back({std::move(networks[i]), std::move(*network_facts[i])});
    else out.misfits.push_back(misfit(*network_facts[i]->mark, ObjectKind::network, status.name, status.uuid, connection.uri()));
  }
  return out;
}

// Controllers come first, as in a configuration.
constexpr std::array<std::string_view, 2> leading_roles{"controller", "control_plane"};
bool leads(const std::string& role) { return std::find(leading_roles.begin(), leading_roles.end(), role) != leading_roles.end(); }

state::VMInfo vm_of(const OwnDomain& domain, const std::string& uri, const state::Timestamp& now) {
  const DomainStatus& status = domain.listed.status;
  const Mark& mark = domain.mark();
  state::VMInfo out;
  out.name = mark.name;
  out.cpu_cores = std::max(status.vcpus, 1);
  out.memory_gb = std::max(gib_from_kib(status.max_memory_kib), 1);
  out.state = state::vm_state_from_libvirt(status.state);
  out.state_reason = reason_to_string(status.state, status.reason);
  const auto is_gpu = [&](const std::string& address) { return std::find(mark.gpus.begin(), mark.gpus.end(), address) != mark.gpus.end(); };
  out.gpu_count = static_cast<std::int32_t>(std::count_if(domain.facts.pci.begin(), domain.facts.pci.end(), is_gpu));
  out.volumes = domain.facts.disks;
  if (mark.created_at) out.created_at = *mark.created_at;
  out.last_seen = now;
  out.role = mark.role;
  out.auto_start = mark.auto_start;
  out.domain_name = status.name;
  out.domain_uuid = status.uuid;
  out.hypervisor = uri;
  return out;
}

std::optional<state::VolumeInfo> volume_of(const Mark& mark) {
  if (mark.volume.empty() || mark.volume_path.empty()) return std::nullopt;
  state::VolumeInfo out;
  out.name = mark.volume;
  out.path = mark.volume_path;
  out.size_gb = mark.volume_size_gb;
  out.format = "qcow2";
  out.pool = mark.pool;
  out.backing_file = mark.backing_file;
  return out;
}

std::vector<std::string> leased_addresses(const OwnNetwork& network) {
  if (!network.listed.status.active) return {};
  std::set<std::string> out;
  try {
    for (const Lease& lease : network.listed.network.leases()) out.insert(lease.address);
  } catch (const Error& error) {
    // The next refresh asks again, if the driver has leases at all.
    if (error.code() != errc::unsupported && error.code() != errc::not_found && error.code() != errc::io) throw;
  }
  return {out.begin(), out.end()};
}

/// The cluster's pools: those of its own UUID, and those that its marks name.
std::vector<state::PoolInfo> pools_of(Connection& connection, const Uuid& lineage, const std::vector<const Mark*>& marks) {
  std::map<std::string, bool> named;  // and whether the directory was made with it
  for (const Mark* mark : marks) {
    if (!mark->pool.empty()) named[mark->pool] = named[mark->pool] || mark->pool_owns_directory;
  }
  std::vector<state::PoolInfo> out;
  for (const ListedPool& listed : list_pools(connection)) {
    const PoolStatus& status = listed.status;
    const bool owned = status.uuid == state::object_uuid(lineage, ObjectKind::pool, status.name);
    const auto mark = named.find(status.name);
    if (!owned && mark == named.end()) continue;
    state::PoolInfo& pool = out.emplace_back();
    pool.name = status.name;
    pool.uuid = status.uuid;
    pool.path = pool_path(listed.pool.xml());
    pool.owned = owned;
    pool.owns_directory = owned && mark != named.end() && mark->second;
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}

}  // namespace

std::vector<FoundCluster> find_clusters(const Hypervisor& hypervisor, const state::Context& context) {
  const CallScope scope(context);
  const Marked marked = marked_objects(*Access::connection(hypervisor));
  std::map<std::pair<std::string, Uuid>, FoundCluster> found;
  const auto cluster_of = [&](const Mark& mark) -> FoundCluster& {
    FoundCluster& cluster = found[{mark.cluster, mark.lineage}];
    cluster.name = mark.cluster;
    cluster.lineage = mark.lineage;
    if (cluster.type.empty()) cluster.type = mark.type;
    return cluster;
  };
  for (const OwnDomain& domain : marked.domains) ++cluster_of(domain.mark()).domains;
  for (const OwnNetwork& network : marked.networks) ++cluster_of(network.mark()).networks;
  std::vector<FoundCluster> out;
  out.reserve(found.size());
  for (auto& [key, cluster] : found) out.push_back(std::move(cluster));
  return out;
}

Rebuilt rebuild(const Hypervisor& hypervisor, const FoundCluster& cluster, const state::Context& context) {
  const CallScope scope(context);
  Connection& connection = *Access::connection(hypervisor);
  Marked marked = marked_objects(connection);
  const auto is_other = [&](const auto& object) { return object.mark().lineage != cluster.lineage || object.mark().cluster != cluster.name; };
  std::erase_if(marked.domains, is_other);
  std::erase_if(marked.networks, is_other);
  std::sort(marked.domains.begin(), marked.domains.end(), [](const OwnDomain& a, const OwnDomain& b) {
    return std::make_tuple(!leads(a.mark().role), std::cref(a.mark().name)) < std::make_tuple(!leads(b.mark().role), std::cref(b.mark().name));
  });
  std::sort(marked.networks.begin(), marked.networks.end(), [](const auto& a, const auto& b) { return a.mark().name < b.mark().name; });

  const auto now = state::Timestamp::now();
  Rebuilt rebuilt;
  for (Misfit& one : marked.misfits) {
    if (one.cluster == cluster.name) rebuilt.left_out.push_back(std::move(one.object));
  }
  std::sort(rebuilt.left_out.begin(), rebuilt.left_out.end(),
            [](const auto& a, const auto& b) { return std::tie(a.kind, a.name) < std::tie(b.kind, b.name); });
  ClusterState& out = rebuilt.state;
  out.cluster_name = cluster.name;
  out.cluster_type = cluster.type;
  out.lineage = cluster.lineage;
  out.last_modified = now;
  std::vector<const Mark*> marks;
  for (const OwnDomain& domain : marked.domains) {
    marks.push_back(&domain.mark());
    out.vms.push_back(vm_of(domain, hypervisor.uri(), now));
    auto volume = volume_of(domain.mark());
    if (volume && state::find_by_name(out.volumes, volume->name) == nullptr) out.volumes.push_back(std::move(*volume));
  }
  for (const OwnNetwork& network : marked.networks) {
    marks.push_back(&network.mark());
    state::NetworkInfo& info = out.networks.emplace_back();
    info.name = network.mark().name;
    info.subnet = network.facts.subnet;
    info.bridge = network.facts.bridge;
    info.uuid = network.listed.status.uuid;
    info.active_ips = leased_addresses(network);
  }
  out.pools = pools_of(connection, cluster.lineage, marks);
  out.created_at = now;
  for (const Mark* mark : marks) {
    if (mark->created_at && earlier(*mark->created_at, out.created_at)) out.created_at = *mark->created_at;
  }
  out.status = derive_status(out.vms);
  return rebuilt;
}

DomainRecords read_own_domain(const Hypervisor& hypervisor, const ClusterState& state, std::string_view domain_name, const state::Context& context) {
  const CallScope scope(context);
  Connection& connection = *Access::connection(hypervisor);
  auto listed = list_domains(connection);
  const auto found = std::find_if(listed.begin(), listed.end(), [&](const ListedDomain& one) { return one.status.name == domain_name; });
  const std::string where = fmt::format("domain {} at {}", domain_name, hypervisor.uri());
  if (found == listed.end()) throw Error(errc::not_found, fmt::format("there is no {}; `virsh list --all` shows what there is", where));
  const auto facts = read_domains(connection, {found->domain}).front();
  if (!facts) throw Error(errc::not_found, fmt::format("{} went away while it was read", where));
  const auto refuse = [&](const std::string& why) { return Error(errc::invalid, fmt::format("{} {}: it is left alone", where, why)); };
  switch (ownership(facts->mark, found->status.uuid, state.lineage.value_or(Uuid{}))) {
    case Ownership::ours:
      break;
    case Ownership::unmarked:
      throw refuse(fmt::format("carries no cluster's mark, so it is not known to be one of {}'s", state.cluster_name));
    case Ownership::clone:
      throw refuse(fmt::format("carries the mark of VM {} under another UUID ({}): a copy that is not the cluster's own", facts->mark->name,
                               found->status.uuid.to_string()));
    case Ownership::foreign:
      throw refuse(
          fmt::format("is of the {} cluster {} of another lineage ({})", facts->mark->type, facts->mark->cluster, facts->mark->lineage.to_string()));
  }
  const OwnDomain own{std::move(*found), *facts};
  return {vm_of(own, hypervisor.uri(), state::Timestamp::now()), volume_of(own.mark())};
}

}  // namespace aihow::libvirt::inline v0

// SPDX-License-Identifier: MIT
// The observer that asks libvirt, and the search for clusters by their marks.
#pragma once
#include <aihow/libvirt/hypervisor.hpp>
#include <aihow/libvirt/mark.hpp>
#include <aihow/state/event_source.hpp>
#include <aihow/state/observer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace aihow::libvirt::inline v0 {

struct ObserverOptions {
  std::string uri = "qemu:///system";  ///< for VMs that name no hypervisor of their own
  HypervisorOptions hypervisor{};      ///< timeout: for each answer, cut to the context's deadline
  bool full = false;                   ///< read every domain's XML, not only of new and changed ones
};

/// An observer over libvirt. It connects when asked, keeps connections, and connects anew where one has died. One bulk call for all domains of
/// a hypervisor, one lease query per network, one volume list per pool, one XML read per domain that is new, changed, or not known.
/// Addresses come from the networks' leases by MAC, then from the guest agent where a lease is lacking and the domain has an agent.
/// Only domains that are the cluster's own (Ownership::ours, or recorded in the state by the UUID they have) are observed as its VMs.
std::unique_ptr<state::Observer> make_observer(ObserverOptions options);

/// The same over a connection that is open already (its URI is the only one asked).
std::unique_ptr<state::Observer> make_observer(Hypervisor hypervisor, ObserverOptions options);

/// libvirt's events of the hypervisors that a state's VMs name (`options.uri`: of those that name none), each over a connection of its own that is
/// made again, after pauses from 200 ms to 10 s, where it broke. `options.full` means nothing here.
std::unique_ptr<state::EventSource> make_event_source(ObserverOptions options);

/// A cluster that libvirt's marks tell of.
struct FoundCluster {
  std::string name;
  std::string type;
  Uuid lineage;
  std::size_t domains = 0;
  std::size_t networks = 0;
};

/// All clusters whose marks a hypervisor carries; clones (marks under another UUID) do not count. Sorted by name, then lineage.
/// It asks several times: all of it within the context's deadline. Throws Error as Hypervisor does, and cancelled.
std::vector<FoundCluster> find_clusters(const Hypervisor& hypervisor, const state::Context& context = {});

/// A state that was made again, and what was not taken into it.
struct Rebuilt {
  state::ClusterState state;
  /// Domains and networks whose mark names the cluster, and whose UUID does not follow from that mark: copies, or marks that were edited. By kind,
  /// then name.
  std::vector<state::Stranger> left_out;
};

/// Makes the state of a cluster again from libvirt alone: its marked domains and networks, its pool, the volumes that its domains use. Domains
/// without an address, times that no mark tells … are left at their defaults. Revision 0; the lineage is the marks'. Throws as find_clusters().
Rebuilt rebuild(const Hypervisor& hypervisor, const FoundCluster& cluster, const state::Context& context = {});

/// A domain as the records of a state.
struct DomainRecords {
  state::VMInfo vm;
  std::optional<state::VolumeInfo> volume;  ///< the disk that its mark names
};

/// What a state would say of a domain of its cluster that it does not know. Throws as find_clusters(), Error not_found (no such domain), invalid
/// where it is not the cluster's own: it carries no mark, another lineage's, or a copied one.
DomainRecords read_own_domain(const Hypervisor& hypervisor, const state::ClusterState& state, std::string_view domain_name,
                              const state::Context& context = {});

}  // namespace aihow::libvirt::inline v0

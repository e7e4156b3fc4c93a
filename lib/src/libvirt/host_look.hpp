// SPDX-License-Identifier: MIT
// HostLook: what one hypervisor says of a cluster, and Host: the connection that asks it.
#pragma once
#include <aihow/libvirt/observer.hpp>
#include <aihow/state/model.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>
#include "libvirt/inventory.hpp"
#include "libvirt/listing.hpp"

namespace aihow::libvirt::inline v0 {

/// The state's objects by what a hypervisor tells of them. Shared by the threads that ask. The state must outlive it.
class StateIndex {
 public:
  explicit StateIndex(const state::ClusterState& state);
  const state::ClusterState& state() const noexcept { return *state_; }

  /// The VM that a domain is: recorded under its UUID, or marked as ours under the VM's name.
  const state::VMInfo* vm_of(const Uuid& uuid, const std::optional<Mark>& mark) const;
  const state::NetworkInfo* network_of(const Uuid& uuid, const std::string& name) const;
  const state::PoolInfo* pool_of(const Uuid& uuid, const std::string& name) const;
  bool is_ours(const std::optional<Mark>& mark, const Uuid& uuid) const;
  bool is_clone(const std::optional<Mark>& mark, const Uuid& uuid) const;

 private:
  const state::ClusterState* state_;
  std::map<Uuid, const state::VMInfo*> by_uuid_;
  std::unordered_map<std::string_view, const state::VMInfo*> by_name_;
};

struct SeenDomain {
  ListedDomain listed;
  std::shared_ptr<const DomainFacts> facts;
  const state::VMInfo* vm = nullptr;  ///< nullptr: none of the state's
  std::int32_t gpus = 0;
  std::optional<std::vector<InterfaceAddress>> agent;  ///< nullopt: not asked, or no answer
};
struct SeenNetwork {
  ListedNetwork listed;
  std::optional<NetworkFacts> facts;  ///< nullopt: it went away meanwhile
  const state::NetworkInfo* network = nullptr;
  std::optional<std::vector<Lease>> leases;  ///< nullopt: not asked, or the driver has none
};
struct SeenVolume {
  const state::VolumeInfo* volume = nullptr;
  bool exists = false;
  std::int64_t size_gb = 0;
};
struct SeenPool {
  ListedPool listed;
  const state::PoolInfo* pool = nullptr;
  std::optional<std::string> path;  ///< nullopt: not asked
};
struct HostLook {
  std::string uri;
  std::optional<std::string> unreachable;  ///< why; then all below is empty
  std::vector<SeenDomain> domains;         ///< all of the hypervisor's
  std::vector<SeenNetwork> networks;       ///< all
  std::vector<SeenPool> pools;             ///< all
  std::vector<SeenVolume> volumes;         ///< those of the state that it can tell about
};

/// One hypervisor, asked again and again. Threads: one at a time.
class Host {
 public:
  Host(std::string uri, HypervisorOptions options) : uri_(std::move(uri)), options_(std::move(options)) {}
  explicit Host(Hypervisor hypervisor);

  /// Throws Error cancelled, out_of_memory; a hypervisor that cannot be asked is in the answer.
  HostLook look(const StateIndex& index, bool full);

 private:
  struct KnownDomain {
    int id = -1;
    std::int32_t vcpus = 0;
    std::uint64_t memory_kib = 0;
    std::shared_ptr<const DomainFacts> facts;  ///< nullptr: not read yet
    std::uint64_t look = 0;                    ///< the last that saw it
  };

  Connection& connect();
  HostLook ask(const StateIndex& index, bool full);
  void ask_domains(Connection& connection, const StateIndex& index, bool full, HostLook& out);
  void ask_networks(Connection& connection, const StateIndex& index, bool full, HostLook& out);
  void ask_pools(Connection& connection, const StateIndex& index, bool full, HostLook& out);
  void count_gpus(Connection& connection, HostLook& out);
  void ask_guest_agents(Connection& connection, HostLook& out);

  std::string uri_;
  HypervisorOptions options_;
  std::optional<Hypervisor> hypervisor_;
  std::map<Uuid, KnownDomain> domains_;
  std::uint64_t looks_ = 0;
  std::map<Uuid, NetworkFacts> networks_;
  std::unordered_map<std::string, std::int64_t> volume_sizes_;  ///< GiB, by path
  std::unordered_map<std::string, bool> displays_;              ///< by PCI address
};

/// The address that leases and agent give a domain. Outer nullopt: nobody could be asked; inner: it has none.
std::optional<std::optional<std::string>> address_of(const SeenDomain& domain, const std::vector<SeenNetwork>& networks);

/// Is there a guest in memory in this virDomainState?
bool is_active(int state) noexcept;

}  // namespace aihow::libvirt::inline v0

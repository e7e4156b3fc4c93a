// SPDX-License-Identifier: MIT
// Which of a hypervisor's objects are the cluster's own. Never by name alone.
#pragma once
#include <aihow/libvirt/hypervisor.hpp>
#include <aihow/libvirt/mark.hpp>
#include <aihow/state/identity.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aihow::tool {

/// All domains, networks and pools of a hypervisor, in three calls.
class Inventory {
 public:
  explicit Inventory(const libvirt::Hypervisor& hypervisor);

  const std::vector<libvirt::DomainStatus>& domains() const noexcept { return domains_; }

  const libvirt::DomainStatus* domain(const state::Uuid& uuid) const;
  const libvirt::DomainStatus* domain(std::string_view name) const;
  const libvirt::NetworkStatus* network(const state::Uuid& uuid) const;
  const libvirt::NetworkStatus* network(std::string_view name) const;
  const libvirt::PoolStatus* pool(const state::Uuid& uuid) const;
  const libvirt::PoolStatus* pool(std::string_view name) const;

 private:
  std::vector<libvirt::DomainStatus> domains_;
  std::vector<libvirt::NetworkStatus> networks_;
  std::vector<libvirt::PoolStatus> pools_;
};

/// The cluster's own domain of a VM, network, pool: nullopt where libvirt has none. Throws Error invalid where an object has the UUID and not
/// the mark that goes with it.
std::optional<libvirt::Domain> own_domain(const libvirt::Hypervisor& hypervisor, const state::Uuid& lineage, const std::string& vm);
std::optional<libvirt::Network> own_network(const libvirt::Hypervisor& hypervisor, const state::Uuid& lineage, const std::string& network);
std::optional<libvirt::Pool> own_pool(const libvirt::Hypervisor& hypervisor, const state::Uuid& lineage, const std::string& pool);

/// What is wrong with an object of the cluster's name that has another UUID, as a sentence: whose it is, as far as its mark tells.
std::string describe_foreign(std::string_view kind, std::string_view name, const state::Uuid& uuid, const std::optional<libvirt::Mark>& mark);

/// Paths of the disk images that a domain's XML names.
std::vector<std::string> disk_paths(std::string_view domain_xml);
/// The directory of a pool's XML.
std::string pool_directory(std::string_view pool_xml);

}  // namespace aihow::tool

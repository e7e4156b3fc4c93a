// SPDX-License-Identifier: MIT
// What bulk calls list, with handles, so that nothing has to be looked up to go on.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>
#include "libvirt/connection.hpp"

namespace aihow::libvirt::inline v0 {

struct ListedDomain {
  DomainStatus status;
  int id = -1;  ///< libvirt's number of the running instance; -1: not running
  Domain domain;
};
struct ListedNetwork {
  NetworkStatus status;  ///< without the bridge
  Network network;
};
struct ListedPool {
  PoolStatus status;
  Pool pool;
};
struct ListedVolume {
  std::string key;  ///< the path, in pools of files
  Volume volume;    ///< with the key for its path
};

/// All domains. One call where the driver has statistics in bulk and all of them; where a domain holds that call up, once more without what
/// needs the domain's help; where statistics lack vCPUs or memory, those are asked for domain by domain (in one go on the worker).
std::vector<ListedDomain> list_domains(Connection& connection);

/// All networks and pools: two calls each, one for the active, one for the others.
std::vector<ListedNetwork> list_networks(Connection& connection);
std::vector<ListedPool> list_pools(Connection& connection);

/// One call. Throws Error conflict where the pool is not active.
std::vector<ListedVolume> list_volumes(Connection& connection, const Pool& pool);

}  // namespace aihow::libvirt::inline v0

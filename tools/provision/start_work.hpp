// SPDX-License-Identifier: MIT
// StartWork: what `start` has to do, decided by what is there.
#pragma once
#include <optional>
#include <string>
#include <vector>
#include "config/model.hpp"
#include "provision/operations.hpp"
#include "provision/power.hpp"

namespace aihow::tool {

struct VmWork {
  const NodeConfig* node = nullptr;
  bool make_volume = false;
  bool discard_volume = false;  ///< a half-made one of a run that was killed lies there: deleted first
  bool define = false;
  bool reserve = false;  ///< it is to be defined, and the network that exists has no reservation for its fixed address yet
  PowerOn power = PowerOn::none;
  std::string backing_file;  ///< of the volume, as it is or will be
  int first_host_cpu = 0;

  bool idle() const noexcept { return !make_volume && !define && power == PowerOn::none; }
};

struct StartWork {
  state::Uuid lineage;
  bool make_network = false;
  bool start_network = false;
  bool make_pool = false;
  bool start_pool = false;
  bool pool_owned = true;            ///< false: a pool of that name was there before; it is used, never removed
  bool pool_owns_directory = false;  ///< its directory is made by us, now or before
  std::vector<VmWork> vms;           ///< one per node, in the configuration's order
};

/// Looks at everything that the configuration names. Throws OperationFailed that lists what stands in the way (a foreign domain, network or disk
/// of the same name, an unsafe pool path), before anything is made. `existing`: the cluster's state, nullptr where there is none.
StartWork decide_start(World& world, const libvirt::Hypervisor& hypervisor, const ClusterConfig& config, const state::ClusterState* existing,
                       const state::Uuid& lineage);

/// The intent: the state with every object of the configuration, `pending: create` on those that will be made. Pure.
void record_intent(state::ClusterState& next, const ClusterConfig& config, const StartWork& work, const std::string& uri);

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
// Waiting until the VMs of a cluster have addresses.
#pragma once
#include <chrono>
#include <string>
#include <vector>
#include "provision/operations.hpp"

namespace aihow::tool {

struct WaitResult {
  state::SnapshotPtr snapshot;
  std::vector<std::string> without;  ///< names of VMs that still have none; empty: all have
  bool cancelled = false;            ///< the stop token ended the wait
};

/// Refreshes the state every second until every VM that should run has an address, or `patience` ends. Ends early where those without an
/// address do not run, or the stop token asks: the cluster is made by then, and stays.
WaitResult wait_for_addresses(World& world, const libvirt::Hypervisor& hypervisor, const state::Operation& operation, std::chrono::seconds patience);

}  // namespace aihow::tool

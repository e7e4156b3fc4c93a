// SPDX-License-Identifier: MIT
// The plan: what `start` would make of a configuration, and where what exists differs from it. Pure.
#pragma once
#include <aihow/state/cluster_state.hpp>
#include <cstdint>
#include <string>
#include <vector>
#include "config/model.hpp"
#include "provision/operations.hpp"

namespace aihow::tool {

enum class PlanAction : std::uint8_t { create, start, keep };
constexpr const char* to_string(PlanAction action) noexcept {
  return action == PlanAction::create ? "create" : action == PlanAction::start ? "start" : "keep";
}

struct PlanItem {
  PlanAction action = PlanAction::create;
  state::ObjectKind kind = state::ObjectKind::vm;
  std::string name;    ///< in the state: `compute-01`, `compute-01-disk`, `C-network`, `C-pool`
  std::string detail;  ///< `2 cores, 4 GiB, 20 GiB disk, 192.168.100.10`
};

struct ClusterPlan {
  std::string cluster;
  std::string type;
  std::vector<PlanItem> items;  ///< in the order in which they are made: network, pool, volumes, VMs
  std::vector<ConfigDifference> differences;
};

/// `existing`: the cluster's state, nullptr where there is none.
ClusterPlan plan_cluster(const ClusterConfig& config, const state::ClusterState* existing);

}  // namespace aihow::tool

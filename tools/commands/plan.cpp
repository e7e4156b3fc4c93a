// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include "commands/configuration.hpp"
#include "commands/plan_view.hpp"
#include "commands/same_cluster.hpp"
#include "provision/differences.hpp"
#include "provision/subject.hpp"

namespace aihow::tool {
namespace {

/// A plan can be made without libvirt: then only what the state records is compared, and that is said.
void ask_libvirt(Session& session, state::ClusterStateManager& manager, const ClusterConfig& cluster, const state::ClusterState& existing,
                 ClusterPlan& plan) {
  try {
    const World world = session.world(manager);
    require_operable(existing, world.uri, manager.location());
    add_differences_in_libvirt(world.connect(), world.uri, cluster, existing, plan.differences);
  } catch (const state::Error& error) {
    session.console().notice(fmt::format("only what the state records was compared with the configuration, not what libvirt has: {}", error.what()));
  }
}

}  // namespace

ExitCode run_plan_clusters(Session& session) {
  const ConfigFile file = load_config(session.arguments().at(0));
  tell_warnings(session, file);
  state::ClusterStateManager manager = session.open_state();
  const state::SnapshotPtr snapshot = manager.snapshot();
  const std::vector<const ClusterConfig*> clusters = clusters_named(file, session.cluster_name());
  if (snapshot != nullptr) require_one_of(snapshot->state, clusters, manager.location());

  std::vector<ClusterPlan> plans;
  for (const ClusterConfig* cluster : clusters) {
    const bool exists = snapshot != nullptr && is_same_cluster(snapshot->state, *cluster);
    plans.push_back(plan_cluster(*cluster, exists ? &snapshot->state : nullptr));
    if (exists) ask_libvirt(session, manager, *cluster, snapshot->state, plans.back());
  }
  session.show(PlanView(std::move(plans)));
  return ExitCode::done;
}

}  // namespace aihow::tool

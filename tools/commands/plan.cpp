// SPDX-License-Identifier: MIT
#include "commands/configuration.hpp"
#include "commands/plan_view.hpp"
#include "commands/same_cluster.hpp"

namespace aihow::tool {

ExitCode run_plan_clusters(Session& session) {
  const ConfigFile file = load_config(session.arguments().at(0));
  tell_warnings(session, file);
  state::ClusterStateManager manager = session.open_state();
  const state::SnapshotPtr snapshot = manager.snapshot();
  const std::vector<const ClusterConfig*> clusters = clusters_named(file, session.cluster_name());
  if (snapshot != nullptr) require_one_of(snapshot->state, clusters, manager.location());

  std::vector<ClusterPlan> plans;
  for (const ClusterConfig* cluster : clusters) {
    plans.push_back(plan_cluster(*cluster, snapshot != nullptr && is_same_cluster(snapshot->state, *cluster) ? &snapshot->state : nullptr));
  }
  session.show(PlanView(std::move(plans)));
  return ExitCode::done;
}

}  // namespace aihow::tool

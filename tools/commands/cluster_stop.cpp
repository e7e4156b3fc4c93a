// SPDX-License-Identifier: MIT
#include "commands/cluster_view.hpp"
#include "commands/configuration.hpp"

namespace aihow::tool {

ExitCode run_cluster_stop(Session& session) {
  const StopOptions options{.shutdown_timeout = session.shutdown_timeout()};
  const auto configuration = maybe_configuration(session);
  state::ClusterStateManager manager = session.open_state();
  World world = session.world(manager);
  ClusterFacts facts;
  facts.snapshot = stop_cluster(world, session.command().group, configuration ? &configuration->cluster() : nullptr, session.cluster_name(), options);
  facts.location = manager.location();
  session.show(ClusterView(std::move(facts)));
  return ExitCode::done;
}

}  // namespace aihow::tool

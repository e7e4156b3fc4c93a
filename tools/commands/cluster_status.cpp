// SPDX-License-Identifier: MIT
#include "commands/cluster_view.hpp"
#include "commands/configuration.hpp"

namespace aihow::tool {

ExitCode run_cluster_status(Session& session) {
  const auto configuration = maybe_configuration(session);
  const std::string name = configuration ? configuration->cluster().name : session.cluster_name();
  const auto min_interval = duration_option(session.line(), Option::min_interval).value_or(std::chrono::milliseconds{0});
  state::ClusterStateManager manager = session.open_state();
  World world = session.world(manager);
  state::Refresh refresh = cluster_status(world, session.command().group, name, min_interval);
  for (const std::string& change : sentences(refresh.differences)) session.console().notice(change);
  for (const state::Stranger& stranger : refresh.observation.strangers) session.console().warning(stranger.why);

  const std::vector<state::Unreachable> unreachable = refresh.observation.unreachable;
  ClusterFacts facts;
  facts.snapshot = refresh.snapshot;
  facts.location = manager.location();
  facts.operation = manager.operation_holder();
  facts.changes = std::move(refresh.differences);
  facts.unreachable = unreachable;
  facts.strangers = std::move(refresh.observation.strangers);
  session.show(ClusterView(std::move(facts)));

  return session.tell_unreachable(unreachable, "what is shown of its VMs is what was last known");
}

}  // namespace aihow::tool

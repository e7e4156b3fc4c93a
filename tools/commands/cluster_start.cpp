// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <utility>
#include "commands/cluster_view.hpp"
#include "commands/configuration.hpp"

namespace aihow::tool {

ExitCode run_cluster_start(Session& session) {
  const CommandLine& line = session.line();
  StartOptions options;
  options.wait = seconds_option(line, Option::wait);
  options.trust_image = line.has(Option::trust_image);
  options.skip_host_checks = line.has(Option::skip_host_checks);
  options.skip_pcie_validation = line.has(Option::skip_pcie_validation);

  const Configuration configuration(session);
  state::ClusterStateManager manager = session.open_state();
  World world = session.world(manager);
  StartResult result = start_cluster(world, configuration.cluster(), options);

  const bool complete = result.differences.empty() && result.without_address.empty() && !result.cancelled;
  ClusterFacts facts;
  facts.snapshot = result.snapshot;
  facts.location = manager.location();
  facts.differences = result.differences;
  facts.without_address = result.without_address;
  session.show(ClusterView(std::move(facts)));

  if (!result.differences.empty()) {
    std::string text = fmt::format("the configuration differs from what exists, and start does not change it ({}):", result.differences.size());
    for (const ConfigDifference& difference : result.differences) text += "\n" + difference.sentence();
    session.console().error(text);
  }
  if (!result.without_address.empty() || result.cancelled) {
    std::string text = result.cancelled ? "cancelled when everything was made: the cluster runs on" : "the wait ended";
    const char* before = "; without an address: ";
    for (const std::string& name : result.without_address) {
      const state::VMInfo* vm = find_by_name(result.snapshot->state.vms, name);
      text += fmt::format("{}{} ({})", std::exchange(before, ", "), name, to_string(vm == nullptr ? state::VMState::UNDEFINED : vm->state));
    }
    session.console().error(fmt::format("{}; 'ai-how {} status' shows how it goes on", text, session.command().group));
  }
  return complete ? ExitCode::done : ExitCode::failed;
}

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include "commands/configuration.hpp"
#include "commands/same_cluster.hpp"
#include "commands/validation_view.hpp"
#include "provision/host_checks.hpp"

namespace aihow::tool {
namespace {

// The state of one of the file's clusters is brought up to date, where there is one and libvirt answers.
void refresh_state(const Session& session, const std::vector<const ClusterConfig*>& clusters, Validation& result) {
  state::ClusterStateManager manager = session.open_state();
  const state::SnapshotPtr before = manager.snapshot();
  if (before == nullptr) return;
  const ClusterConfig& cluster = require_one_of(before->state, clusters, manager.location());
  World world = session.world(manager);
  state::Refresh refresh = cluster_status(world, cluster.type, cluster.name);
  for (const state::Unreachable& hypervisor : refresh.observation.unreachable) {
    session.console().warning(fmt::format("{} does not answer, so the state is not up to date: {}", hypervisor.hypervisor, hypervisor.why));
  }
  result.state_location = manager.location();
  result.changes = std::move(refresh.differences);
}

}  // namespace

ExitCode run_validate(Session& session) {
  const CommandLine& line = session.line();
  Validation result;
  result.path = session.arguments().at(0);
  ConfigFile file;
  try {
    file = load_config(result.path);
    if (line.has(Option::strict) && !file.warnings.empty()) throw ConfigError(file.path, file.warnings);
  } catch (const ConfigError& error) {
    result.problems = error.problems();
    if (session.options().output == OutputForm::json || session.options().output == OutputForm::yaml) session.show(ValidationView(result));
    throw;
  }
  result.warnings = file.warnings;
  for (const ConfigProblem& warning : file.warnings) {
    session.console().warning(fmt::format("{}:{}:{}: {}: {}", file.path, warning.line, warning.column, warning.where, warning.message));
  }
  const std::vector<const ClusterConfig*> clusters = clusters_named(file, session.cluster_name());
  for (const ClusterConfig* cluster : clusters) result.clusters.push_back({cluster->name, cluster->type, cluster->nodes.size()});

  if (!line.has(Option::skip_host_checks)) {
    HostCheckOptions checks;
    checks.skip_pcie = line.has(Option::skip_pcie_validation);
    checks.trust_image = line.has(Option::trust_image);
    for (const ClusterConfig* cluster : clusters) {
      for (HostProblem& problem : check_host(*cluster, checks)) result.host_problems.push_back(std::move(problem));
    }
    refresh_state(session, clusters, result);
  }
  for (const HostProblem& problem : result.host_problems) {
    session.console().error(fmt::format("{}: {}: {}", file.path, problem.where, problem.message));
  }
  const bool valid = result.valid();
  session.show(ValidationView(std::move(result)));
  return valid ? ExitCode::done : ExitCode::failed;
}

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <algorithm>
#include <array>
#include "commands/cluster_view.hpp"
#include "commands/session.hpp"

namespace aihow::tool {
namespace {

struct Row {
  std::string_view name;
  VmAction action;
};
constexpr std::array actions{Row{"start", VmAction::start}, Row{"stop", VmAction::stop}, Row{"restart", VmAction::restart},
                             Row{"pause", VmAction::pause}, Row{"resume", VmAction::resume}};

}  // namespace

ExitCode run_vm_action(Session& session) {
  const auto action = std::find_if(actions.begin(), actions.end(), [&](const auto& row) { return row.name == session.command().name; });
  state::ClusterStateManager manager = session.open_state();
  World world = session.world(manager);
  const StopOptions options{.shutdown_timeout = session.shutdown_timeout()};
  session.show(VmView(vm_action(world, session.arguments().at(0), action->action, options)));
  return ExitCode::done;
}

ExitCode run_vm_status(Session& session) {
  const std::string& name = session.arguments().at(0);
  state::ClusterStateManager manager = session.open_state();
  const state::SnapshotPtr before = require_state(manager);
  World world = session.world(manager);
  const state::Refresh refresh = cluster_status(world, before->state.cluster_type, before->state.cluster_name);
  const state::VMInfo* vm = find_by_name(refresh.snapshot->state.vms, name);
  if (vm == nullptr) {
    std::vector<std::string_view> known;
    for (const state::VMInfo& other : refresh.snapshot->state.vms) known.push_back(other.name);
    throw state::Error(state::errc::not_found, fmt::format("cluster {} has no VM '{}'; it has {}", refresh.snapshot->state.cluster_name, name,
                                                           known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "))));
  }
  session.show(VmView(*vm));
  if (!vm->unreachable_since) return ExitCode::done;
  session.console().error(fmt::format("{} does not answer; what is shown is what was last known", vm->hypervisor));
  return ExitCode::system;
}

}  // namespace aihow::tool

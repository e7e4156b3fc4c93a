// SPDX-License-Identifier: MIT
#include "commands/session.hpp"
#include <fmt/format.h>
#include <aihow/state/error.hpp>
#include "provision/subject.hpp"

namespace aihow::tool {

std::chrono::seconds Session::shutdown_timeout() const {
  return seconds_option(line_, Option::shutdown_timeout).value_or(StopOptions{}.shutdown_timeout);
}

state::ClusterStateManager Session::open_state() const {
  state::ManagerOptions options;
  options.lock_timeout = options_.lock_timeout;
  options.program = "ai-how " + full_name(command_);
  options.notice = [&console = console_](std::string_view text) { console.notice(text); };
  return state::ClusterStateManager(options_.state, std::move(options));
}

libvirt::HypervisorOptions Session::hypervisor_options() const {
  return {.timeout = options_.timeout, .trace = [&console = console_](std::string_view text) { console.trace(text); }};
}

std::string Session::uri_for(state::ClusterStateManager& manager) const {
  if (options_.connect_given) return options_.connect;
  const auto newest = manager.snapshot();
  std::string uri = newest ? recorded_hypervisor(newest->state).value_or(options_.connect) : options_.connect;
  if (uri != options_.connect) console_.trace(fmt::format("the state's machines are on {}: it is asked, not {}", uri, options_.connect));
  return uri;
}

libvirt::ObserverOptions Session::observer_options(state::ClusterStateManager& manager) const {
  return {.uri = uri_for(manager), .hypervisor = hypervisor_options(), .full = line_.has(Option::full)};
}

World Session::world(state::ClusterStateManager& manager) const {
  std::string uri = uri_for(manager);
  auto connect = [uri, options = hypervisor_options()] { return libvirt::Hypervisor::open(uri, options); };
  return {.manager = manager, .connect = std::move(connect), .uri = uri, .reporter = console_, .stop = stop_, .timeout = options_.timeout};
}

void Session::show(const View& view) const {
  console_.finish();
  out_.write(render(view, options_.output, out_.terminal().color));
}

void Session::write(std::string_view text) const {
  console_.finish();
  out_.write(text);
}

ExitCode Session::tell_unreachable(const std::vector<state::Unreachable>& unreachable, std::string_view so) const {
  for (const state::Unreachable& hypervisor : unreachable) {
    console_.error(fmt::format("{} does not answer: {}; {}", hypervisor.hypervisor, hypervisor.why, so));
  }
  return unreachable.empty() ? ExitCode::done : ExitCode::system;
}

state::SnapshotPtr require_state(state::ClusterStateManager& manager) {
  if (state::SnapshotPtr newest = manager.snapshot()) return newest;
  throw no_state(manager.location());
}

state::Error no_state(const std::string& location) {
  return {state::errc::not_found,
          fmt::format("no state at {}; 'ai-how hpc start CONFIG' makes a cluster, 'ai-how hpc status' finds one that runs", location)};
}

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
#include "provision/shutdown.hpp"
#include <fmt/format.h>
#include <aihow/libvirt/observer.hpp>
#include "provision/ownership.hpp"
#include "provision/power.hpp"
#include "provision/refresh.hpp"

namespace aihow::tool {

void shut_down(World& world, const libvirt::Domain& domain, const std::string& vm, std::chrono::seconds patience, Recorder& recorder,
               const std::stop_token& stop) {
  world.reporter.trace(
      fmt::format("VM {} is {}: it is asked to shut down, and forced off after {} s", vm, to_string(state_of(domain)), patience.count()));
  bool forced = false;
  const bool was_on = power_off(domain, std::chrono::steady_clock::now() + patience, stop, [&] {
    forced = true;
    world.reporter.notice(fmt::format("VM {} did not shut down within {} s: it is forced off", vm, patience.count()));
  });
  recorder.landed(record_domain(vm, domain.status()));
  world.reporter.step(fmt::format("VM {} {}", vm, !was_on ? "was off" : forced ? "forced off" : "shut down"));
}

std::vector<Part> shutdown_parts(World& world, const libvirt::Hypervisor& hypervisor, const state::ClusterState& state, std::chrono::seconds patience,
                                 Recorder& recorder) {
  std::vector<Part> parts;
  for (const state::VMInfo& vm : state.vms) {
    parts.push_back({"VM " + vm.name, [&world, &hypervisor, &recorder, lineage = state.lineage.value_or(state::Uuid{}), name = vm.name,
                                       patience](const std::stop_token& stop) {
                       throw_if_stopped(stop);
                       const auto domain = own_domain(hypervisor, lineage, name);
                       if (domain) shut_down(world, *domain, name, patience, recorder, stop);
                       else world.reporter.step(fmt::format("VM {} is not defined", name));
                     }});
  }
  return parts;
}

void require_success(std::string_view operation, const std::vector<PartFailure>& failures, std::string_view advice) {
  if (failures.empty()) return;
  const bool cancelled = failures.front().cause == state::errc::cancelled;
  std::string text = fmt::format("{} {}", operation, cancelled ? "was cancelled" : "failed");
  std::optional<state::errc> cause = failures.front().cause;
  for (const PartFailure& failure : failures) {
    if (failure.cause == state::errc::unreachable) cause = failure.cause;
    if (failure.cause != state::errc::cancelled) text += fmt::format("\n  {}: {}", failure.name, failure.message);
  }
  throw OperationFailed(text + "\n" + std::string(advice), cause);
}

state::Refresh refresh_state(World& world, const libvirt::Hypervisor& hypervisor, const state::Operation* under) {
  const auto observer = libvirt::make_observer(hypervisor, {.uri = world.uri, .hypervisor = {.timeout = world.timeout, .trace = {}}, .full = false});
  return world.manager.refresh(*observer, state::within(world.timeout, world.stop.stop_requested() ? std::stop_token{} : world.stop), {}, under);
}

}  // namespace aihow::tool

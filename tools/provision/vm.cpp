// SPDX-License-Identifier: MIT
// Operations on one VM. What is recorded is what libvirt reports afterwards.
#include <fmt/format.h>
#include <aihow/state/lifecycle.hpp>
#include "provision/adopt.hpp"
#include "provision/operations.hpp"
#include "provision/ownership.hpp"
#include "provision/power.hpp"
#include "provision/recorder.hpp"
#include "provision/refresh.hpp"
#include "provision/shutdown.hpp"
#include "provision/side_by_side.hpp"

namespace aihow::tool {
namespace {

using state::errc;
using state::Error;
using state::VMState;

constexpr std::string_view name_of(VmAction action) {
  switch (action) {
    case VmAction::start:
      return "start";
    case VmAction::stop:
      return "stop";
    case VmAction::restart:
      return "restart";
    case VmAction::pause:
      return "pause";
    case VmAction::resume:
      return "resume";
  }
  return "?";
}

std::string known_vms(const state::ClusterState& state) {
  std::string out;
  for (const auto& vm : state.vms) out += (out.empty() ? "" : ", ") + vm.name;
  return out.empty() ? "none" : out;
}

[[noreturn]] void refuse(const std::string& vm, VMState now, std::string_view rule) {
  throw OperationFailed(fmt::format("VM {} is {}: {}", vm, to_string(now), rule));
}

void act(World& world, const libvirt::Domain& domain, const std::string& vm, VmAction action, const StopOptions& options, Recorder& recorder) {
  const VMState now = state_of(domain);
  world.reporter.trace(fmt::format("VM {} is {}: {} is asked for", vm, to_string(now), name_of(action)));
  switch (action) {
    case VmAction::start:
      power_on(domain, power_on_for(now), world.timeout * 6, world.stop);
      break;
    case VmAction::stop:
      shut_down(world, domain, vm, options.shutdown_timeout, recorder, world.stop);
      break;
    case VmAction::restart:
      if (now == VMState::SHUTOFF || now == VMState::CRASHED) refuse(vm, now, "`ai-how vm start` starts it");
      shut_down(world, domain, vm, options.shutdown_timeout, recorder, world.stop);
      power_on(domain, PowerOn::start, world.timeout * 6, world.stop);
      break;
    case VmAction::pause:
      if (now == VMState::PAUSED) break;
      if (state::targets(now, state::Action::pause).empty()) refuse(vm, now, "only a running VM can be paused");
      domain.suspend();
      break;
    case VmAction::resume:
      if (now == VMState::RUNNING) break;
      if (state::targets(now, state::Action::resume).empty()) refuse(vm, now, "only a paused or suspended VM can be resumed");
      power_on(domain, power_on_for(now), world.timeout, world.stop);
      break;
  }
}

}  // namespace

state::VMInfo vm_action(World& world, std::string_view name, VmAction action, const StopOptions& options) {
  const std::string vm(name);
  const auto require_state = [&] {
    auto snapshot = world.manager.snapshot();
    if (snapshot) return snapshot;
    throw Error(errc::not_found,
                fmt::format("there is no state at {}, so no VM {} is known; choose another with --state", world.manager.location(), vm));
  };
  // Before the lock, which makes the state's folder: what is refused leaves nothing behind.
  if (!world.manager.operation_holder()) require_state();
  const auto operation = world.manager.begin_operation(fmt::format("vm {} {}", name_of(action), vm), world.stop);
  const auto snapshot = require_state();
  const auto* record = state::find_by_name(snapshot->state.vms, vm);
  if (record == nullptr) {
    throw Error(errc::not_found, fmt::format("the {} cluster '{}' has no VM {}; it has: {}", snapshot->state.cluster_type,
                                             snapshot->state.cluster_name, vm, known_vms(snapshot->state)));
  }
  require_operable(snapshot->state, world.uri, world.manager.location());
  const auto hypervisor = world.connect();
  const auto domain = own_domain(hypervisor, snapshot->state.lineage.value_or(state::Uuid{}), vm);
  Recorder recorder(world.manager, operation);
  if (!domain) {
    refresh_state(world, hypervisor, &operation);
    throw OperationFailed(
        fmt::format("VM {} has no domain in libvirt any more; `ai-how {} start CONFIG` defines it again", vm, snapshot->state.cluster_type),
        errc::not_found);
  }
  std::vector<PartFailure> failures;
  world.reporter.phase(fmt::format("{} of VM {}", name_of(action), vm), 1);
  try {
    act(world, *domain, vm, action, options, recorder);
  } catch (const OperationFailed&) {
    refresh_state(world, hypervisor, &operation);  // why it was refused is the state's news
    throw;
  } catch (...) {
    failures.push_back(describe_failure("VM " + vm));
  }
  recorder.flush();
  const auto refreshed = refresh_state(world, hypervisor, &operation);
  require_success(operation.what(), failures, "The state says what the VM is doing.");
  const auto* after = state::find_by_name(refreshed.snapshot->state.vms, vm);
  if (after == nullptr) throw Error(errc::not_found, fmt::format("VM {} was taken out of the state meanwhile", vm));
  return *after;
}

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
#include "provision/addresses.hpp"
#include <fmt/format.h>
#include <aihow/libvirt/observer.hpp>
#include <algorithm>
#include "provision/side_by_side.hpp"

namespace aihow::tool {

WaitResult wait_for_addresses(World& world, const libvirt::Hypervisor& hypervisor, const state::Operation& operation, std::chrono::seconds patience) {
  const auto observer = libvirt::make_observer(hypervisor, {.uri = world.uri, .hypervisor = {.timeout = world.timeout, .trace = {}}, .full = false});
  WaitResult out;
  std::vector<std::string> have;
  bool first = true;
  const auto all_have = [&] {
    out.snapshot = world.manager.refresh(*observer, state::within(world.timeout * 2), std::chrono::minutes(1), &operation).snapshot;
    const auto& vms = out.snapshot->state.vms;
    if (first)
      world.reporter.phase("waiting for addresses",
                           static_cast<std::size_t>(std::count_if(vms.begin(), vms.end(), [](const auto& vm) { return vm.auto_start; })));
    first = false;
    out.without.clear();
    bool hope = false;
    std::string waited_for;
    for (const auto& vm : vms) {
      if (!vm.auto_start) continue;
      if (!vm.ip_address) {
        out.without.push_back(vm.name);
        if (waited_for.empty()) waited_for = fmt::format("{} ({})", vm.name, to_string(vm.state));
        hope = hope || vm.state == state::VMState::RUNNING;
      } else if (std::find(have.begin(), have.end(), vm.name) == have.end()) {
        have.push_back(vm.name);
        world.reporter.step(fmt::format("VM {} has {}", vm.name, *vm.ip_address));
      }
    }
    if (!out.without.empty()) world.reporter.waiting(fmt::format("{} to go: {}", out.without.size(), waited_for));
    return !hope;
  };
  try {
    wait_until(all_have, std::chrono::steady_clock::now() + patience, world.stop, std::chrono::seconds(1));
  } catch (const state::Error& error) {
    if (error.code() != state::errc::cancelled) throw;
    out.cancelled = true;
  }
  return out;
}

}  // namespace aihow::tool

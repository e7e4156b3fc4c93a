// SPDX-License-Identifier: MIT
#include <aihow/libvirt/observer.hpp>
#include "provision/adopt.hpp"
#include "provision/operations.hpp"
#include "provision/refresh.hpp"

namespace aihow::tool {

state::Refresh cluster_status(World& world, std::string_view type, std::string_view cluster_name, std::chrono::milliseconds min_interval) {
  const Subject subject{type, cluster_name};
  // With a state nothing but the observer needs a connection, and that one answers for a hypervisor that is down too.
  if (const auto snapshot = world.manager.snapshot()) {
    require_subject(snapshot->state, subject, world.manager.location());
    libvirt::HypervisorOptions hypervisor{.timeout = world.timeout, .trace = [&world](std::string_view text) { world.reporter.trace(text); }};
    const auto observer = libvirt::make_observer({.uri = world.uri, .hypervisor = std::move(hypervisor), .full = false});
    return world.manager.refresh(*observer, state::within(world.timeout, world.stop), min_interval);
  }
  const auto hypervisor = world.connect();
  if (!load_or_adopt(world, hypervisor, subject, nullptr)) throw no_cluster(world, subject);
  return refresh_state(world, hypervisor);
}

}  // namespace aihow::tool

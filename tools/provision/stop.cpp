// SPDX-License-Identifier: MIT
// stop: every VM of the state is shut down, side by side; nothing is removed.
#include <fmt/format.h>
#include "provision/adopt.hpp"
#include "provision/operations.hpp"
#include "provision/ownership.hpp"
#include "provision/power.hpp"
#include "provision/recorder.hpp"
#include "provision/refresh.hpp"
#include "provision/shutdown.hpp"
#include "provision/side_by_side.hpp"

namespace aihow::tool {

state::SnapshotPtr stop_cluster(World& world, std::string_view type, const ClusterConfig* config, std::string_view cluster_name,
                                const StopOptions& options) {
  const Subject subject{type, config != nullptr ? std::string_view(config->name) : cluster_name};
  look_before_locking(world, subject, true);
  const auto operation = world.manager.begin_operation(fmt::format("{} stop", type), world.stop);
  const auto hypervisor = world.connect();
  const auto snapshot = load_or_adopt(world, hypervisor, subject, &operation);
  if (!snapshot) throw no_cluster(world, subject);
  require_operable(snapshot->state, world.uri, world.manager.location());

  Recorder recorder(world.manager, operation);
  std::vector<Part> parts = shutdown_parts(world, hypervisor, snapshot->state, options.shutdown_timeout, recorder);
  world.reporter.phase("stopping VMs", parts.size());
  auto failures = side_by_side(std::move(parts), world.stop, false, [&] { recorder.flush_if_due(); });
  recorder.flush();
  auto refreshed = refresh_state(world, hypervisor, &operation);
  require_success(operation.what(), failures, "The state says what each VM is doing; run the same command again once that is mended.");
  return refreshed.snapshot;
}

}  // namespace aihow::tool

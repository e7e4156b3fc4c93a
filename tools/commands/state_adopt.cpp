// SPDX-License-Identifier: MIT
// state rebuild, state import-domain: the state again from what libvirt has.
#include <fmt/format.h>
#include "commands/cluster_view.hpp"
#include "commands/session.hpp"
#include "commands/state_commands.hpp"
#include "commands/summary_view.hpp"
#include "output/escape.hpp"
#include "provision/adopt.hpp"

namespace aihow::tool {

ExitCode run_state_rebuild(Session& session) {
  state::ClusterStateManager manager = session.open_state();
  World world = session.world(manager);
  const RebuiltState made = rebuild_state(world, session.arguments().front());
  const state::ClusterState& cluster = made.snapshot->state;
  for (const state::Stranger& one : made.left_out) session.console().warning(one.why);
  std::string text = fmt::format("{}: the state of the {} cluster {} was made again from {}: {} VMs, {} networks, {} disks, {} pools; revision {}\n",
                                 escape(manager.location()), escape(cluster.cluster_type), escape(cluster.cluster_name), escape(world.uri),
                                 cluster.vms.size(), cluster.networks.size(), cluster.volumes.size(), cluster.pools.size(), cluster.revision);
  text += "libvirt cannot know, so these are lost:\n";
  for (const std::string_view lost : lost_in_rebuild) text += fmt::format("  - {}\n", lost);
  session.show(SummaryView({std::move(text), {cluster.cluster_name}, [&](JsonWriter& out) {
                              out.member("cluster_name", cluster.cluster_name).member("cluster_type", cluster.cluster_type);
                              out.member("revision", cluster.revision).member("lineage", text_of(cluster.lineage));
                              out.member("state_location", manager.location()).member("hypervisor", world.uri);
                              out.key("lost").begin_array();
                              for (const std::string_view lost : lost_in_rebuild) out.value(lost);
                              out.end_array();
                              write_objects(out, cluster);
                              write_strangers(out, made.left_out, "left_out");
                            }}));
  return ExitCode::done;
}

ExitCode run_state_import_domain(Session& session) {
  state::ClusterStateManager manager = session.open_state();
  require_state(manager);
  World world = session.world(manager);
  const std::string& domain = session.arguments().front();
  const ImportedDomain imported = import_domain(world, domain);
  session.show(SummaryView({fmt::format("{}: VM {}, the domain {} at {}, is in the state; revision {}\n", escape(manager.location()),
                                        escape(imported.vm), escape(domain), escape(world.uri), imported.snapshot->state.revision),
                            {imported.vm},
                            [&](JsonWriter& out) {
                              out.member("state_location", manager.location()).member("revision", imported.snapshot->state.revision);
                              out.member("domain_name", domain).member("hypervisor", world.uri).member("imported", "vm/" + imported.vm);
                            }}));
  return ExitCode::done;
}

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
// refresh: the state is what libvirt says.
#include <fmt/format.h>
#include "commands/cluster_view.hpp"
#include "commands/session.hpp"
#include "commands/summary_view.hpp"
#include "output/escape.hpp"

namespace aihow::tool {
namespace {

std::string text_of(const state::Refresh& refresh) {
  std::string out;
  for (const std::string& change : sentences(refresh.differences)) out += escape(change) + "\n";
  const std::string_view what = !refresh.differences.empty()              ? ""
                                : refresh.observation.unreachable.empty() ? "nothing changed; "
                                                                          : "nothing is known to have changed; ";
  return out + fmt::format("{}revision {}\n", what, refresh.snapshot->state.revision);
}

}  // namespace

ExitCode run_refresh(Session& session) {
  const auto min_interval = duration_option(session.line(), Option::min_interval).value_or(std::chrono::milliseconds{0});
  state::ClusterStateManager manager = session.open_state();
  require_state(manager);
  const auto observer = libvirt::make_observer(session.observer_options(manager));
  const state::Refresh refresh = manager.refresh(*observer, state::within(session.options().timeout, session.stop()), min_interval);
  for (const state::Stranger& stranger : refresh.observation.strangers) session.console().warning(stranger.why);
  session.show(SummaryView({text_of(refresh), changed_objects(refresh.differences), [&](JsonWriter& out) {
                              const state::ClusterState& cluster = refresh.snapshot->state;
                              out.member("cluster_name", cluster.cluster_name).member("cluster_type", cluster.cluster_type);
                              out.member("revision", cluster.revision).member("state_location", manager.location());
                              out.member("committed", refresh.committed);
                              write_unreachable(out, refresh.observation.unreachable);
                              write_changes(out.key("changes"), refresh.differences);
                              write_strangers(out, refresh.observation.strangers);
                            }}));
  return session.tell_unreachable(refresh.observation.unreachable, "what the state has of its VMs is what was last known");
}

}  // namespace aihow::tool

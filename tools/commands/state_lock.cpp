// SPDX-License-Identifier: MIT
// state lock: who is at work on the cluster.
#include <fmt/format.h>
#include "commands/cluster_view.hpp"
#include "commands/session.hpp"
#include "commands/state_commands.hpp"
#include "commands/summary_view.hpp"
#include "output/escape.hpp"

namespace aihow::tool {

ExitCode run_state_lock(Session& session) {
  state::ClusterStateManager manager = session.open_state();
  const auto holder = manager.operation_holder();
  const std::string text = holder ? fmt::format("At work: {}. When that process ends, however it ends, the lock is free\n", holder_text(*holder))
                                  : fmt::format("{}: nobody is at work\n", escape(manager.location()));
  session.show(SummaryView({text, holder ? std::vector{holder->what} : std::vector<std::string>(), [&](JsonWriter& out) {
                              out.member("state_location", manager.location()).member("held", holder.has_value());
                              write_holder(out.key("holder"), holder);
                            }}));
  return ExitCode::done;
}

}  // namespace aihow::tool

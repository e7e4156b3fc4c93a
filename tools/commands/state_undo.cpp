// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include "commands/reversal_view.hpp"
#include "commands/session.hpp"
#include "commands/state_commands.hpp"
#include "commands/usage_error.hpp"
#include "commands/when.hpp"

namespace aihow::tool {

ExitCode run_state_undo(Session& session) {
  std::size_t steps = 1;
  if (!session.arguments().empty()) {
    const auto number = parse_revision(session.arguments().front());
    if (!number) throw UsageError(fmt::format("N: '{}' is no number of changes from 1 on", session.arguments().front()), "ai-how state undo --help");
    steps = static_cast<std::size_t>(*number);
  }
  const bool dry_run = session.line().has(Option::dry_run);
  state::ClusterStateManager manager = session.open_state();
  require_state(manager);
  return show_reversal(session, manager.undo(steps, {.dry_run = dry_run, .stop = session.stop()}), manager.location(), dry_run);
}

}  // namespace aihow::tool

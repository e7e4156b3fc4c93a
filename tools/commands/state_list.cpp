// SPDX-License-Identifier: MIT
#include "commands/session.hpp"
#include "commands/state_commands.hpp"
#include "commands/state_view.hpp"

namespace aihow::tool {

ExitCode run_state_list(Session& session) {
  state::ClusterStateManager manager = session.open_state();
  session.show(StateView(require_state(manager), manager.location()));
  return ExitCode::done;
}

}  // namespace aihow::tool

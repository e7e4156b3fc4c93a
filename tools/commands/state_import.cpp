// SPDX-License-Identifier: MIT
#include "commands/session.hpp"
#include "commands/state_commands.hpp"
#include "commands/state_view.hpp"

namespace aihow::tool {

ExitCode run_state_import(Session& session) {
  const std::string& file = session.arguments().at(0);
  state::ClusterStateManager manager = session.open_state();
  const state::SnapshotPtr snapshot = manager.import_file(file, session.line().has(Option::force), session.stop());
  session.show(StateView(snapshot, manager.location(), file));
  return ExitCode::done;
}

}  // namespace aihow::tool

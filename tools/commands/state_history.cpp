// SPDX-License-Identifier: MIT
// state history: who changed what, when.
#include <fmt/format.h>
#include <array>
#include "commands/history_view.hpp"
#include "commands/session.hpp"
#include "commands/state_commands.hpp"
#include "commands/usage_error.hpp"
#include "commands/when.hpp"

namespace aihow::tool {
namespace {

/// `compute-01`, or `kind/name` as 'state show' takes it.
void select(state::HistoryQuery& query, const std::string& name) {
  constexpr std::array kinds{state::ObjectKind::vm, state::ObjectKind::network, state::ObjectKind::volume, state::ObjectKind::pool};
  query.name = name;
  for (const state::ObjectKind kind : kinds) {
    const std::string prefix = std::string(to_string(kind)) + "/";
    if (!name.starts_with(prefix)) continue;
    query.kind = kind;
    query.name = name.substr(prefix.size());
  }
}

}  // namespace

ExitCode run_state_history(Session& session) {
  state::HistoryQuery query;
  if (!session.arguments().empty()) select(query, session.arguments().front());
  if (const auto since = session.line().value(Option::since)) query.since = time_argument("--since", *since);
  // Asked for a time, all that was since is meant.
  query.limit = query.since ? SIZE_MAX : 20;
  if (const auto limit = session.line().value(Option::limit)) {
    const auto number = parse_revision(*limit);
    if (!number) throw UsageError(fmt::format("-n: '{}' is no number from 1 on", *limit));
    query.limit = static_cast<std::size_t>(*number);
  }
  state::ClusterStateManager manager = session.open_state();
  state::History history = manager.history(query);
  if (history.newest_kept == 0 && history.revision == 0) throw no_state(manager.location());
  session.show(HistoryView(std::move(history), manager.location(), query.name));
  return ExitCode::done;
}

}  // namespace aihow::tool

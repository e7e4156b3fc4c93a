// SPDX-License-Identifier: MIT
// state changes: everything since a revision, one line each, for programs that follow.
#include "commands/history_view.hpp"
#include "commands/session.hpp"
#include "commands/state_commands.hpp"
#include "commands/usage_error.hpp"
#include "commands/when.hpp"
#include "output/escape.hpp"

namespace aihow::tool {
namespace {

std::string gap_line(std::uint64_t since, std::uint64_t revision, OutputForm form) {
  if (form == OutputForm::json) {
    JsonWriter out;
    out.begin_object().member("gap", true).member("since", since).member("revision", revision).end_object();
    return out.text() + "\n";
  }
  if (form == OutputForm::name) return std::to_string(revision) + "\n";
  return "gap: what happened between revision " + std::to_string(since) + " and " + std::to_string(revision) +
         " is not known; load the state again\n";
}

std::string line_of(const state::HistoryEntry& entry, OutputForm form) {
  if (form == OutputForm::name) return std::to_string(entry.revision) + "\n";
  if (form != OutputForm::json) return entry_line(entry);
  JsonWriter out;
  write_entry(out, entry);
  return out.text() + "\n";
}

/// Writes all that there is now; returns where to go on.
std::uint64_t write_all_since(Session& session, state::ClusterStateManager& manager, std::uint64_t revision) {
  for (;;) {
    const state::ChangesSince changes = manager.changes_since(revision);
    std::string text;
    for (const state::HistoryEntry& entry : changes.entries) text += line_of(entry, session.options().output);
    if (changes.gap) text += gap_line(revision, changes.resume_at, session.options().output);
    session.write(text);
    if (changes.resume_at == revision) return revision;
    revision = changes.resume_at;
  }
}

}  // namespace

ExitCode run_state_changes(Session& session) {
  if (session.options().output == OutputForm::yaml)
    throw UsageError("'state changes' has no output as yaml: it is a line each", "ai-how state changes --help");
  const auto since = session.line().value(Option::since);
  const bool follow = session.line().has(Option::follow);
  if (!since && !follow) throw UsageError("'state changes' needs --since REV, or --follow", "ai-how state changes --help");
  state::ClusterStateManager manager = session.open_state();
  const state::SnapshotPtr first = manager.snapshot();
  if (!first && !follow) throw no_state(manager.location());
  std::uint64_t revision = since && *since != "0" ? revision_argument("--since", *since) : 0;
  if (!since && first) revision = first->version.revision;
  revision = write_all_since(session, manager, revision);
  if (!follow) return ExitCode::done;
  try {
    for (;;) {
      // What stands is looked at before what has changed, so that nothing falls in between.
      const state::SnapshotPtr stands = manager.snapshot();
      revision = write_all_since(session, manager, revision);
      manager.wait(stands ? std::optional(stands->version) : std::nullopt, {.stop = session.stop()});
    }
  } catch (const state::Error& error) {
    // That is how following ends.
    if (error.code() != state::errc::cancelled) throw;
    return ExitCode::done;
  }
}

}  // namespace aihow::tool

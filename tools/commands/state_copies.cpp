// SPDX-License-Identifier: MIT
// state backup, state restore: the state to and from a document of its own.
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <ctime>
#include "commands/cluster_view.hpp"
#include "commands/reversal_view.hpp"
#include "commands/session.hpp"
#include "commands/state_commands.hpp"
#include "commands/summary_view.hpp"
#include "commands/usage_error.hpp"
#include "commands/when.hpp"
#include "output/escape.hpp"

namespace aihow::tool {
namespace {

/// Which state it is: members that both have.
void write_identity(JsonWriter& out, const state::ClusterState& cluster, const std::string& location) {
  out.member("cluster_name", cluster.cluster_name).member("cluster_type", cluster.cluster_type).member("revision", cluster.revision);
  out.member("lineage", text_of(cluster.lineage)).member("state_location", location);
}

/// Beside the state, so that whoever tidies up `state.json.*` finds it too.
std::string dated(const std::string& location) { return fmt::format("{}.{:%Y%m%dT%H%M%SZ}", location, fmt::gmtime(std::time(nullptr))); }

std::string backup_of(state::ClusterStateManager& manager) {
  const auto files = manager.document_files();
  if (files.size() > 1) return files[1];
  throw state::Error(state::errc::unsupported,
                     fmt::format("the state at {} is in no file, and has no backup beside it; name one with --from", manager.location()));
}

}  // namespace

ExitCode run_state_backup(Session& session) {
  state::ClusterStateManager manager = session.open_state();
  require_state(manager);
  const std::string path = session.arguments().empty() ? dated(manager.location()) : session.arguments().front();
  const state::SnapshotPtr copied = manager.backup(path);
  const state::ClusterState& cluster = copied->state;
  session.show(SummaryView({fmt::format("{}: a copy of the {} cluster {}, revision {}\n", escape(path), escape(cluster.cluster_type),
                                        escape(cluster.cluster_name), cluster.revision),
                            {path},
                            [&](JsonWriter& out) {
                              out.member("path", path);
                              write_identity(out, cluster, manager.location());
                            }}));
  return ExitCode::done;
}

ExitCode run_state_restore(Session& session) {
  const auto from = session.line().value(Option::from);
  if (from && session.line().has(Option::backup)) throw UsageError("--from and --backup are two sources; give one");
  state::ClusterStateManager manager = session.open_state();
  const bool dry_run = session.line().has(Option::dry_run);
  if (!session.arguments().empty()) {
    if (from || session.line().has(Option::backup)) throw UsageError("REV and --from or --backup are two sources; give one");
    const std::uint64_t revision = revision_argument("REV", session.arguments().front());
    require_state(manager);
    return show_reversal(session, manager.restore_revision(revision, {.dry_run = dry_run, .stop = session.stop()}), manager.location(), dry_run);
  }
  if (dry_run) throw UsageError("--dry-run shows what going back to a revision would change; name one: 'ai-how state history' lists them");
  const std::string source = from ? *from : backup_of(manager);
  const state::SnapshotPtr restored = manager.restore(source, session.stop());
  const state::ClusterState& cluster = restored->state;
  session.show(SummaryView({fmt::format("{}: restored from {}, as revision {}. The machines are as they were; 'ai-how {} status' looks at them\n",
                                        escape(manager.location()), escape(source), cluster.revision, escape(cluster.cluster_type)),
                            {source},
                            [&](JsonWriter& out) {
                              out.member("restored_from", source);
                              write_identity(out, cluster, manager.location());
                            }}));
  return ExitCode::done;
}

}  // namespace aihow::tool

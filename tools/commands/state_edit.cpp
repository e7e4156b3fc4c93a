// SPDX-License-Identifier: MIT
// state rm, state mv: the record is changed, no machine is.
#include <fmt/format.h>
#include <algorithm>
#include "commands/session.hpp"
#include "commands/state_commands.hpp"
#include "commands/summary_view.hpp"
#include "output/escape.hpp"

namespace aihow::tool {
namespace {

/// `vm/compute-01`, `volume/compute-01-disk`: what one state has and the other lacks.
template <class Objects>
void add_missing(std::vector<std::string>& out, std::string_view kind, const Objects& before, const Objects& after) {
  for (const auto& object : before) {
    if (find_by_name(after, object.name) == nullptr) out.push_back(fmt::format("{}/{}", kind, object.name));
  }
}

}  // namespace

ExitCode run_state_rm(Session& session) {
  state::ClusterStateManager manager = session.open_state();
  require_state(manager);
  const state::Operation operation = manager.begin_operation("state rm", session.stop());
  const state::SnapshotPtr before = require_state(manager);
  const state::SnapshotPtr after = manager.forget_vm(session.arguments().at(0), &operation);
  std::vector<std::string> gone;
  add_missing(gone, "vm", before->state.vms, after->state.vms);
  add_missing(gone, "volume", before->state.volumes, after->state.volumes);
  session.show(
      SummaryView({fmt::format("{}, revision {}: {} {} no longer in it. The machine and its disks are left as they are\n", escape(manager.location()),
                               after->state.revision, escape(fmt::format("{}", fmt::join(gone, ", "))), gone.size() == 1 ? "is" : "are"),
                   gone, [&](JsonWriter& out) {
                     out.member("state_location", manager.location()).member("revision", after->state.revision).key("removed").begin_array();
                     for (const std::string& name : gone) out.value(name);
                     out.end_array();
                   }}));
  return ExitCode::done;
}

ExitCode run_state_mv(Session& session) {
  const std::string& from = session.arguments().at(0);
  const std::string& to = session.arguments().at(1);
  state::ClusterStateManager manager = session.open_state();
  require_state(manager);
  const state::Operation operation = manager.begin_operation("state mv", session.stop());
  const state::SnapshotPtr after = manager.rename_vm(from, to, &operation);
  session.show(
      SummaryView({fmt::format("{}, revision {}: VM {} is now {}\n", escape(manager.location()), after->state.revision, escape(from), escape(to)),
                   {to},
                   [&](JsonWriter& out) {
                     out.member("state_location", manager.location()).member("revision", after->state.revision);
                     out.member("old_name", from).member("new_name", to);
                   }}));
  return ExitCode::done;
}

}  // namespace aihow::tool

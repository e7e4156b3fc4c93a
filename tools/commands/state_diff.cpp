// SPDX-License-Identifier: MIT
// state diff: what makes one state of the past of another; for programs a JSON Patch.
#include <fmt/format.h>
#include "commands/history_view.hpp"
#include "commands/session.hpp"
#include "commands/state_commands.hpp"
#include "commands/when.hpp"

namespace aihow::tool {
namespace {

class DiffView final : public View {
 public:
  DiffView(state::SnapshotPtr before, state::SnapshotPtr after)
      : before_(std::move(before)), after_(std::move(after)), changes_(object_changes(before_->state, after_->state)) {}
  std::string table(bool color) const override {
    return fmt::format("Revision {} and {}\n\n", before_->state.revision, after_->state.revision) + changes_table(changes_, color);
  }
  void json(JsonWriter& out) const override { out.raw(json_patch(before_->state, after_->state)); }
  std::vector<std::string> names() const override {
    std::vector<std::string> out;
    for (const state::ObjectChange& change : changes_) {
      if (change.kind != state::ObjectKind::cluster) out.push_back(fmt::format("{}/{}", to_string(change.kind), change.name));
      else if (is_telling(change)) out.emplace_back("cluster");
    }
    return out;
  }

 private:
  state::SnapshotPtr before_;
  state::SnapshotPtr after_;
  std::vector<state::ObjectChange> changes_;
};

}  // namespace

ExitCode run_state_diff(Session& session) {
  const auto& arguments = session.arguments();
  state::ClusterStateManager manager = session.open_state();
  const state::SnapshotPtr before = state_at(manager, "A", arguments.at(0));
  const state::SnapshotPtr after = arguments.size() > 1 ? state_at(manager, "B", arguments[1]) : require_state(manager);
  session.show(DiffView(before, after));
  return ExitCode::done;
}

}  // namespace aihow::tool

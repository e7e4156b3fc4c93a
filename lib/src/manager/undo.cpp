// SPDX-License-Identifier: MIT
// undo() and restore_revision(): a state of the past as a new revision.
#include <aihow/state/diff.hpp>
#include <aihow/state/history.hpp>
#include <functional>
#include <utility>
#include "conflict_error.hpp"
#include "impl.hpp"
#include "past.hpp"

namespace aihow::state::inline v0 {
namespace {

/// What is gone back from, and to.
struct Way {
  std::uint64_t from = 0;
  std::uint64_t to = 0;
};

struct Reverted {
  Way way;
  ClusterState state;
  std::vector<std::string> conflicts;
  bool alone = true;  ///< nobody changed anything but times since
};

/// Of what is seen as before the later look stays.
void keep_later_looks(ClusterState& state, const ClusterState& stands) {
  detail::NameIndex<VMInfo> index(stands.vms);
  for (std::size_t i = 0; i < state.vms.size(); ++i) {
    VMInfo& vm = state.vms[i];
    const auto at = index.find(vm.name, i);
    if (at && detail::same_observed(vm, stands.vms[*at]) && earlier(vm.last_seen, stands.vms[*at].last_seen))
      vm.last_seen = stands.vms[*at].last_seen;
  }
}

Reverted revert(const Past& past, const SnapshotPtr& stands, Way way) {
  Reverted out{way, {}, {}, true};
  const SnapshotPtr target = past.at(way.to);
  const SnapshotPtr base = way.from == way.to ? target : past.at(way.from);
  out.alone = diff(base->state, stands->state).touch_only;
  if (out.alone) {
    out.state = target->state;
  } else {
    Merge merged = merge(base->state, target->state, stands->state);
    out.state = std::move(merged.state);
    out.conflicts = std::move(merged.conflicts);
  }
  keep_later_looks(out.state, stands->state);
  // It is modified now, not when that revision was.
  out.state.last_modified = stands->state.last_modified;
  return out;
}

}  // namespace

Reversal ClusterStateManager::Impl::go_back(std::string_view operation, const RevertOptions& options,
                                            const std::function<std::uint64_t(const Past&, std::uint64_t)>& find,
                                            std::optional<std::uint64_t> Plan::*mark, const Operation* under) {
  Reversal out;
  const auto look = [&](const SnapshotPtr& current) {
    if (!current) throw no_state();
    const Past history = past(current.get());
    const std::uint64_t from = options.seen.value_or(current->version.revision);
    Reverted reverted = revert(history, current, {from, find(history, from)});
    out.from = reverted.way.from;
    out.to = reverted.way.to;
    out.changes = object_changes(current->state, reverted.state);
    return reverted;
  };
  if (options.dry_run) {
    out.snapshot = require();
    out.conflicts = look(out.snapshot).conflicts;
    return out;
  }
  const Planner plan = [&](const SnapshotPtr& current) {
    Reverted reverted = look(current);
    if (!reverted.conflicts.empty()) throw conflict_error("nothing was changed", reverted.conflicts, location);
    Plan made;
    auto next = std::make_shared<Snapshot>();
    next->state = std::move(reverted.state);
    made.next = std::move(next);
    made.status_is_set = reverted.alone;
    made.*mark = reverted.way.to;
    return made;
  };
  const Outcome outcome = committer.run({operation, plan, under, options.stop});
  out.snapshot = outcome.snapshot;
  out.committed = outcome.committed;
  return out;
}

Reversal ClusterStateManager::undo(std::size_t steps, const RevertOptions& options) {
  if (steps == 0) throw Error(errc::invalid, "an undo takes back at least one change");
  return guarded(*impl_, [&] {
    const Operation operation = options.dry_run ? Operation() : begin_operation("undo", options.stop);
    const auto find = [&](const Past& past, std::uint64_t revision) { return past.undone_to(revision, steps); };
    return impl_->go_back("undo", options, find, &Plan::undone_to, operation ? &operation : nullptr);
  });
}

Reversal ClusterStateManager::restore_revision(std::uint64_t revision, const RevertOptions& options) {
  return guarded(*impl_, [&] {
    const Operation operation = options.dry_run ? Operation() : begin_operation("restore", options.stop);
    const auto find = [&](const Past&, std::uint64_t) { return revision; };
    return impl_->go_back("restore", options, find, &Plan::restored, operation ? &operation : nullptr);
  });
}

}  // namespace aihow::state::inline v0

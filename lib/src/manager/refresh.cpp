// SPDX-License-Identifier: MIT
#include <utility>
#include "impl.hpp"
#include "observed.hpp"

namespace aihow::state::inline v0 {

void ClusterStateManager::Impl::record(const SnapshotPtr& base, Refresh& refresh, const Recording& how) {
  std::vector<std::string> refused;
  const Planner plan = [&](const SnapshotPtr& current) {
    if (!current) throw no_state();
    if (base->state.lineage && current->state.lineage != base->state.lineage) {
      throw Error(errc::conflict, "another state took the place of the one whose cluster was looked at: nothing was recorded", {.path = location});
    }
    Taken taken = take_up(base->state, current->state, refresh.observation);
    refused = std::move(taken.refused);
    refresh.differences = std::move(taken.differences);
    if (!taken.touched || (!taken.changed && is_fresh(current->state, refresh.observation, how.min_interval))) return Plan{};
    auto next = std::make_shared<Snapshot>();
    next->state = std::move(taken.state);
    return Plan{std::move(next)};
  };
  Outcome outcome = committer.run({.operation = how.operation, .plan = plan, .under = how.under, .stop = how.stop});
  notices.committed(refused);
  refresh.snapshot = std::move(outcome.snapshot);
  refresh.committed = outcome.committed;
}

Refresh ClusterStateManager::refresh(Observer& observer, const Context& context, std::chrono::milliseconds min_interval, const Operation* under) {
  return guarded(*impl_, [&] {
    const SnapshotPtr base = impl_->require();
    Refresh out;
    out.observation = observer.observe(base->state, context);
    impl_->record(base, out, {.operation = "refresh", .min_interval = min_interval, .under = under, .stop = context.stop});
    return out;
  });
}

}  // namespace aihow::state::inline v0

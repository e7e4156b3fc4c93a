// SPDX-License-Identifier: MIT
#include <utility>
#include "impl.hpp"
#include "observed.hpp"

namespace aihow::state::inline v0 {

Refresh ClusterStateManager::refresh(Observer& observer, const Context& context, std::chrono::milliseconds min_interval, const Operation* under) {
  return guarded(*impl_, [&] {
    const SnapshotPtr base = impl_->require();
    Refresh out;
    out.observation = observer.observe(base->state, context);

    std::vector<std::string> refused;
    const Planner plan = [&](const SnapshotPtr& current) {
      if (!current) throw impl_->no_state();
      if (base->state.lineage && current->state.lineage != base->state.lineage) {
        throw Error(errc::conflict, "another state took the place of the one whose cluster was looked at: nothing was recorded",
                    {.path = impl_->location});
      }
      Taken taken = take_up(base->state, current->state, out.observation);
      refused = std::move(taken.refused);
      out.differences = std::move(taken.differences);
      if (!taken.touched || (!taken.changed && is_fresh(current->state, out.observation, min_interval))) return Plan{};
      auto next = std::make_shared<Snapshot>();
      next->state = std::move(taken.state);
      return Plan{std::move(next)};
    };
    Outcome outcome = impl_->committer.run({.operation = "refresh", .plan = plan, .under = under, .stop = context.stop});
    impl_->notices.committed(refused);
    out.snapshot = std::move(outcome.snapshot);
    out.committed = outcome.committed;
    return out;
  });
}

}  // namespace aihow::state::inline v0

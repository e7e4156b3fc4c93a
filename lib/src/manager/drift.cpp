// SPDX-License-Identifier: MIT
#include <algorithm>
#include "impl.hpp"

namespace aihow::state::inline v0 {
namespace {

// Whoever changes a state while it is compared has mostly done so by the second look.
constexpr int looks = 3;

/// Takes those differences out that are about objects which differ between two states.
void leave_out_changed(std::vector<Difference>& differences, const StateDiff& changed) {
  std::erase_if(differences, [&](const Difference& difference) {
    return std::any_of(changed.changes.begin(), changed.changes.end(),
                       [&](const Change& change) { return change.kind == difference.kind && change.name == difference.name; });
  });
}

}  // namespace

Drift ClusterStateManager::drift(Observer& observer, const Context& context) {
  return guarded(*impl_, [&] {
    Drift out;
    SnapshotPtr before = impl_->require();
    for (int look = 1;; ++look) {
      out.observation = observer.observe(before->state, context);
      out.snapshot = impl_->require();
      const bool is_same = out.snapshot->version == before->version;
      if (is_same || look == looks || std::chrono::steady_clock::now() >= context.deadline) {
        out.differences = state::drift(out.snapshot->state, out.observation);
        if (!is_same) leave_out_changed(out.differences, diff(before->state, out.snapshot->state));
        return out;
      }
      before = out.snapshot;
    }
  });
}

}  // namespace aihow::state::inline v0

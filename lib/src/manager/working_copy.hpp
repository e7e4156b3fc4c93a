// SPDX-License-Identifier: MIT
// WorkingCopy: the copy of what stands that a change is made in. The snapshot before the last commit becomes the next copy once nobody holds it
// any more: then only what that commit changed has to be copied.
#pragma once
#include <aihow/state/diff.hpp>
#include <aihow/state/state_store.hpp>
#include <memory>
#include <optional>

namespace aihow::state::inline v0 {

/// Requires: calls come one after another. The snapshots that it makes may be let go on any thread, also after it is gone.
class WorkingCopy {
 public:
  /// A snapshot with the state of `current`, and nothing else in it.
  std::shared_ptr<Snapshot> of(const SnapshotPtr& current);

  /// `now` was committed on top of `before`, which `diff` leads from. Where there is no memory to remember it the next copy is a whole one.
  void committed(const SnapshotPtr& before, const SnapshotPtr& now, StateDiff diff) noexcept;

 private:
  class Shelf;
  struct LetGo {
    std::weak_ptr<Shelf> shelf;
    void operator()(Snapshot* snapshot) const noexcept;
  };
  struct Step {
    std::weak_ptr<const Snapshot> to;
    StateDiff diff;
  };

  std::shared_ptr<Shelf> shelf_;
  std::optional<Step> last_;
};

}  // namespace aihow::state::inline v0

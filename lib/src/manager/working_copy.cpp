// SPDX-License-Identifier: MIT
#include "working_copy.hpp"
#include <aihow/state/impl/objects.ipp>
#include <algorithm>
#include <cassert>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

namespace aihow::state::inline v0 {
namespace {

template <class Object>
void follow(ObjectKind kind, const StateDiff& diff, const std::vector<Object>& to, std::vector<Object>& list) {
  const auto all_changes = [&](auto call) {
    for (std::size_t i = 0; i < diff.changes.size(); ++i) {
      if (diff.changes[i].kind == kind) call(diff.places[i]);
    }
  };
  bool moved = diff.reordered;
  all_changes([&](const StateDiff::Places& places) { moved = moved || !places.before || !places.after; });
  if (moved) list = to;
  else all_changes([&](const StateDiff::Places& places) { list[*places.after] = to[*places.after]; });
}

/// `diff` leads from `state` to `to`.
void follow(const StateDiff& diff, const ClusterState& to, ClusterState& state) {
  detail::take_root(state, to);
  follow(ObjectKind::vm, diff, to.vms, state.vms);
  follow(ObjectKind::network, diff, to.networks, state.networks);
  follow(ObjectKind::volume, diff, to.volumes, state.volumes);
  follow(ObjectKind::pool, diff, to.pools, state.pools);
}

}  // namespace

/// Holds the one snapshot that is waited for. Threads: all members from any.
class WorkingCopy::Shelf {
 public:
  void wait_for(Version version) noexcept {
    std::unique_ptr<Snapshot> old;
    const std::lock_guard guard(mutex_);
    awaited_ = std::move(version);
    old = std::move(kept_);
  }
  void put(std::unique_ptr<Snapshot> snapshot) noexcept {
    const std::lock_guard guard(mutex_);
    // What was never committed has no token.
    if (!snapshot->version.token.empty() && snapshot->version == awaited_) kept_.swap(snapshot);
  }
  std::unique_ptr<Snapshot> take() noexcept {
    const std::lock_guard guard(mutex_);
    return std::move(kept_);
  }

 private:
  std::mutex mutex_;
  Version awaited_;
  std::unique_ptr<Snapshot> kept_;
};

void WorkingCopy::LetGo::operator()(Snapshot* snapshot) const noexcept {
  std::unique_ptr<Snapshot> gone(snapshot);
  if (const auto to = shelf.lock()) to->put(std::move(gone));
}

std::shared_ptr<Snapshot> WorkingCopy::of(const SnapshotPtr& current) {
  if (!shelf_) shelf_ = std::make_shared<Shelf>();
  std::unique_ptr<Snapshot> copy = shelf_->take();
  if (copy && last_ && last_->to.lock() == current) {
    follow(last_->diff, current->state, copy->state);
    copy->version = {};
    copy->commit_id = {};
    copy->highest = 0;
    copy->edited = false;
    copy->notices.clear();
  } else {
    copy = std::make_unique<Snapshot>();
    copy->state = current->state;
  }
  assert(copy->state == current->state);
  return {copy.release(), LetGo{shelf_}};
}

void WorkingCopy::committed(const SnapshotPtr& before, const SnapshotPtr& now, StateDiff diff) noexcept {
  last_.reset();
  if (!shelf_) return;
  try {
    shelf_->wait_for(before->version);
  } catch (const std::bad_alloc&) {
    return;
  }
  last_.emplace(Step{now, std::move(diff)});
}

}  // namespace aihow::state::inline v0

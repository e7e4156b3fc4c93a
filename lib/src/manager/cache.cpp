// SPDX-License-Identifier: MIT
#include "cache.hpp"
#include <new>

namespace aihow::state::inline v0 {

const VMInfo* IndexedSnapshot::look_up(std::string_view name) const {
  const auto& vms = snapshot_->state.vms;
  made_.once([&] {
    positions_.reserve(vms.size());
    for (std::size_t i = 0; i < vms.size(); ++i) positions_.try_emplace(vms[i].name, static_cast<std::uint32_t>(i));
  });
  const auto found = positions_.find(name);
  return found == positions_.end() ? nullptr : &vms[found->second];
}

SnapshotPtr Cache::known() const {
  const std::lock_guard guard(mutex_);
  return newest_ ? newest_->snapshot() : nullptr;
}

std::shared_ptr<const IndexedSnapshot> Cache::remember(const SnapshotPtr& snapshot) {
  const std::lock_guard guard(mutex_);
  if (!snapshot) newest_.reset();
  else if (!newest_ || newest_->snapshot() != snapshot) newest_ = std::make_shared<const IndexedSnapshot>(snapshot);
  return newest_;
}

void Cache::try_remember(const SnapshotPtr& snapshot) noexcept {
  try {
    remember(snapshot);
  } catch (const std::bad_alloc&) {
    // What is known is only a hint: the next load looks again.
  }
}

}  // namespace aihow::state::inline v0

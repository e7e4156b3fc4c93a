// SPDX-License-Identifier: MIT
// Cache: the newest snapshot that this process has seen, with an index of its VMs by name.
#pragma once
#include <aihow/state/state_store.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include "model/quick_hash.hpp"

namespace aihow::state::inline v0 {

/// A snapshot with its index, which is made at the first look-up. Threads: all members from any.
class IndexedSnapshot {
 public:
  explicit IndexedSnapshot(SnapshotPtr snapshot) noexcept : snapshot_(std::move(snapshot)) {}
  const SnapshotPtr& snapshot() const noexcept { return snapshot_; }
  /// The VM of that name, or nullptr; O(1).
  const VMInfo* find_vm(std::string_view name) const {
    constexpr std::size_t few = 4;  // up to here a scan is faster
    return snapshot_->state.vms.size() <= few ? find_by_name(snapshot_->state.vms, name) : look_up(name);
  }

 private:
  const VMInfo* look_up(std::string_view name) const;

  SnapshotPtr snapshot_;
  mutable std::once_flag made_;
  mutable boost::unordered_flat_map<std::string_view, std::uint32_t, detail::QuickHash> positions_;
};

/// Threads: all members from any.
class Cache {
 public:
  /// What is known; nullptr: nothing.
  SnapshotPtr known() const;
  /// Remembers a snapshot (nullptr: forgets), and returns it with its index, the one that there is where it is the same snapshot.
  std::shared_ptr<const IndexedSnapshot> remember(const SnapshotPtr& snapshot);
  /// The same where nothing must fail: out of memory leaves what was known.
  void try_remember(const SnapshotPtr& snapshot) noexcept;

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const IndexedSnapshot> newest_;
};

}  // namespace aihow::state::inline v0

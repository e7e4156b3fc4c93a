// SPDX-License-Identifier: MIT
// Cache: the newest snapshot that this process has seen, with an index of its VMs by name.
#pragma once
#include <aihow/state/state_store.hpp>
#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <string_view>
#include "model/made.hpp"
#include "model/quick_hash.hpp"

namespace aihow::state::inline v0 {

/// The end of a name and its length in one word: names of the same cluster differ at their ends.
inline std::uint64_t name_end(std::string_view name) noexcept {
  std::uint64_t end = 0;
  if (name.size() >= sizeof end) std::memcpy(&end, name.data() + name.size() - sizeof end, sizeof end);
  else if (!name.empty()) std::memcpy(&end, name.data(), name.size());
  return end + name.size();
}

/// A snapshot with its index: of a handful of VMs the ends of their names, else a table that is made at the first look-up.
/// Threads: all members from any.
class IndexedSnapshot {
 public:
  explicit IndexedSnapshot(SnapshotPtr snapshot) noexcept : snapshot_(std::move(snapshot)) {
    const auto& vms = snapshot_->state.vms;
    if (vms.size() > few) return;
    for (std::size_t i = 0; i < vms.size(); ++i) ends_[i] = name_end(vms[i].name);
  }
  const SnapshotPtr& snapshot() const noexcept { return snapshot_; }
  /// The VM of that name, or nullptr; O(1).
  const VMInfo* find_vm(std::string_view name) const {
    const auto& vms = snapshot_->state.vms;
    if (vms.size() > few) return look_up(name);
    // Which one it is can't be foreseen, so nothing branches on it. From the back: the first of a name counts.
    const std::uint64_t end = name_end(name);
    std::size_t at = 0;
    for (std::size_t i = few; i-- > 0;) at = ends_[i] == end ? i : at;
    if (at < vms.size() && vms[at].name == name) return &vms[at];
    return find_by_name(vms, name);
  }

 private:
  static constexpr std::size_t few = 4;

  const VMInfo* look_up(std::string_view name) const;

  SnapshotPtr snapshot_;
  std::array<std::uint64_t, few> ends_{};
  mutable detail::Made made_;
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

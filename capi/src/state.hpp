// SPDX-License-Identifier: MIT
// What a state handle stands for: a snapshot that many share, or a working copy.
#pragma once
#include <aihow/state.h>
#include <aihow/state/state_store.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>
#include "handle.hpp"
#include "model/made.hpp"

namespace aihow::capi {

/// A list of texts as C has it.
using TextList = std::vector<const char*>;

/// A snapshot, with what makes it quick to read from C; shared by all handles to it. Threads: all members from any.
class Frozen {
 public:
  /// For when the snapshot is not there yet: set() needs no memory.
  Frozen() = default;
  explicit Frozen(state::SnapshotPtr snapshot) noexcept : snapshot_(std::move(snapshot)) {}
  void set(state::SnapshotPtr snapshot) noexcept { snapshot_ = std::move(snapshot); }
  const state::SnapshotPtr& snapshot() const noexcept { return snapshot_; }

  /// The volumes of VM `index`, the addresses of network `index`.
  const char* const* volumes(std::size_t index) const;
  const char* const* active_ips(std::size_t index) const;
  /// The VM of that name; SIZE_MAX: there is none.
  std::size_t find_vm(std::string_view name) const;

 private:
  /// All lists of one kind one after another, and where each begins.
  struct Lists {
    state::detail::Made made;
    TextList texts;
    std::vector<std::size_t> begins;
  };
  template <class Objects, class Member>
  static const char* const* list(Lists& lists, const Objects& objects, Member member, std::size_t index);

  state::SnapshotPtr snapshot_;
  mutable Lists volumes_;
  mutable Lists active_ips_;
  mutable state::detail::Made indexed_;
  mutable std::unordered_map<std::string_view, std::size_t> index_;
};

/// Either kind of state. Threads: reading a snapshot from any, everything else from one at a time.
class State {
 public:
  using Handle = aihow_state;
  static constexpr Noun noun = Noun::state;
  static constexpr const char* name = "state";

  State() = default;  ///< an empty working copy, of its own
  explicit State(state::ClusterState own) noexcept : own_(std::move(own)) {}
  explicit State(std::shared_ptr<Frozen> frozen) noexcept : frozen_(std::move(frozen)) {}
  explicit State(state::ClusterState* lent) noexcept : lent_(lent) {}  ///< somebody else's, for a transaction

  const state::ClusterState& read() const noexcept { return frozen_ ? frozen_->snapshot()->state : lent_ != nullptr ? *lent_ : own_; }
  /// For changes of one object, or of a whole list or more. Throws Error invalid for a snapshot.
  state::ClusterState& write(state::ObjectKind kind, std::size_t index);
  state::ClusterState& write(const char* argument = name);
  /// What was shown of it is void from now on.
  void forget_shown() noexcept;
  const Frozen* frozen() const noexcept { return frozen_.get(); }
  bool is_lent() const noexcept { return lent_ != nullptr; }
  /// A copy to work on: a snapshot's has it as its origin.
  state::ClusterState copy() const;

  /// Views of what is there, whose texts stay as they are until the handle is freed, or forget_shown().
  aihow_cluster cluster() const;
  aihow_vm vm(std::size_t index) const;
  aihow_network network(std::size_t index) const;
  aihow_volume volume(std::size_t index) const;
  aihow_pool pool(std::size_t index) const;
  const state::UnknownMembers& unknown(state::ObjectKind kind, std::size_t index) const;
  std::size_t find_vm(std::string_view name) const;

 private:
  using Key = std::pair<state::ObjectKind, std::size_t>;
  /// A working copy's objects change and move: what a caller was shown of one is kept apart.
  struct ShownBase {
    virtual ~ShownBase() = default;
  };
  template <class T>
  struct Shown;
  template <class T>
  const Shown<T>& show(state::ObjectKind kind, std::size_t index, const T& object) const;

  std::shared_ptr<Frozen> frozen_;
  state::ClusterState own_;
  state::ClusterState* lent_ = nullptr;
  mutable std::map<Key, std::unique_ptr<ShownBase>> shown_;       ///< of objects as they are
  mutable std::vector<std::unique_ptr<ShownBase>> shown_before_;  ///< of objects as they were
};

/// A handle to a snapshot that is not there yet, made before the call that brings it. Where the caller wants none nothing is made.
class SnapshotResult {
 public:
  explicit SnapshotResult(const aihow_state** target) : target_(target) {
    if (target == nullptr) return;
    frozen_ = std::make_shared<Frozen>();
    state_.emplace(frozen_);
  }
  void give(state::SnapshotPtr snapshot) noexcept {
    if (target_ == nullptr) return;
    if (snapshot) frozen_->set(std::move(snapshot));
    else state_.reset();
    *target_ = state_ ? state_->open() : nullptr;
  }

 private:
  const aihow_state** target_;
  std::shared_ptr<Frozen> frozen_;
  std::optional<Fresh<State>> state_;
};

}  // namespace aihow::capi

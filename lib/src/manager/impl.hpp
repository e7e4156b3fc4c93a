// SPDX-License-Identifier: MIT
// What a ClusterStateManager is made of.
#pragma once
#include <aihow/state/manager.hpp>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include "committer.hpp"
#include "operation_lock.hpp"
#include "past.hpp"

namespace aihow::state::inline v0 {

/// The store objects of one location, by who uses them: where several objects may have one location, a reader never waits for a writer, nor
/// either for an operation's lock.
struct Channels {
  std::shared_ptr<Channel> reader;
  std::shared_ptr<Channel> writer;
  std::shared_ptr<Channel> operations;
  std::function<std::unique_ptr<StateStore>()> open{};  ///< one more; empty: it would not have the same content
};

/// How an observation is recorded.
struct Recording {
  std::string_view operation;
  std::chrono::milliseconds min_interval{};  ///< new times alone are written no more often
  const Operation* under = nullptr;
  std::stop_token stop{};
};

class ClusterStateManager::Impl {
 public:
  Impl(Channels opened, ManagerOptions wanted)
      : options(std::move(wanted)),
        channels(std::move(opened)),
        location(channels.reader->use([](StateStore& store) { return store.location(); })),
        notices(options.notice),
        committer(*channels.writer, cache, notices, working_copy, options, location) {}

  /// The newest state, told of and remembered; nullptr: none.
  std::shared_ptr<const IndexedSnapshot> load();
  /// The same; Throws Error not_found where there is none.
  SnapshotPtr require();
  Error no_state() const;
  /// Commits what `refresh.observation`, made of `base`, saw onto the newest state, and fills the rest of `refresh`.
  /// Throws Error not_found, conflict (another state took the place of `base`), and as a commit does.
  void record(const SnapshotPtr& base, Refresh& refresh, const Recording& how);
  /// The history of the state that stands (nullptr: of the one that stood).
  Past past(const Snapshot* stands);
  /// undo() and restore_revision(). `find`: the revision to go back to from that one; `mark`: where the plan notes it.
  Reversal go_back(std::string_view operation, const RevertOptions& options, const std::function<std::uint64_t(const Past&, std::uint64_t)>& find,
                   std::optional<std::uint64_t> Plan::*mark, const Operation* under);

  const ManagerOptions options;
  const Channels channels;
  const std::string location;
  Notices notices;
  Cache cache;
  WorkingCopy working_copy;  ///< used under the committer's turn alone
  const std::shared_ptr<OperationPlace> operation_place = std::make_shared<OperationPlace>();
  Committer committer;
  /// Made beforehand: when memory is out there is none for it.
  const Error out_of_memory{errc::out_of_memory, "out of memory: the state is as before", {.path = location}};
};

/// Calls `body`; a failed allocation becomes the library's error.
template <class Impl, class Body>
decltype(auto) guarded(const Impl& impl, Body&& body) {
  try {
    return std::forward<Body>(body)();
  } catch (const std::bad_alloc&) {
    throw Error(impl.out_of_memory);
  }
}

/// A plan that changes a copy of what stands. Throws Error not_found where nothing does.
template <class Impl, class Change>
Planner changing(Impl& impl, Change change) {
  return [&impl, change](const SnapshotPtr& current) {
    if (!current) throw impl.no_state();
    auto next = impl.working_copy.of(current);
    change(next->state);
    return Plan{std::move(next)};
  };
}

}  // namespace aihow::state::inline v0

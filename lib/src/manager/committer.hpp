// SPDX-License-Identifier: MIT
// Committer: the loop of lock, load, change, validate and commit.
#pragma once
#include <aihow/state/change_terms.hpp>
#include <aihow/state/manager.hpp>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>
#include "actor.hpp"
#include "cache.hpp"
#include "chain.hpp"
#include "channel.hpp"
#include "notices.hpp"
#include "prepare.hpp"
#include "working_copy.hpp"

namespace aihow::state::inline v0 {

/// What a change leads to from what stands (nullptr: nothing). Called anew for each attempt, under the commit lock.
using Planner = std::function<Plan(const SnapshotPtr& current)>;

struct Request {
  std::string_view operation;
  const Planner& plan;
  const Operation* under = nullptr;
  std::stop_token stop{};
  ClusterState* copy = nullptr;  ///< becomes a copy of what stands afterwards, with its origin
};

struct Outcome {
  SnapshotPtr snapshot;  ///< what stands afterwards; nullptr: nothing
  bool committed = false;
};

/// Threads: all members from any; changes of one committer are made one after another.
class Committer {
 public:
  Committer(Channel& store, Cache& cache, Notices& notices, WorkingCopy& working_copy, const ManagerOptions& options, std::string location);

  /// Throws what the planner throws, Error conflict (others were quicker until the deadline; the operation's lock was lost), locked, invalid,
  /// outcome_unknown, and as the store does.
  Outcome run(const Request& request);

  /// The end of a wait for a lock that begins now.
  std::chrono::steady_clock::time_point deadline() const;

  /// Calls the store alone among changes: for what takes the commit lock itself.
  template <class Call>
  decltype(auto) exclusively(Call&& call) {
    const Turn turn(*this, deadline(), ChangeTerms::current().stop);
    return store_.use(std::forward<Call>(call));
  }

 private:
  /// This thread's right to change. Throws Error locked at the deadline, cancelled, invalid (asked for from inside a change).
  class Turn {
   public:
    Turn(Committer& committer, std::chrono::steady_clock::time_point deadline, const std::stop_token& stop);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    Committer& committer_;
  };

  /// What became of one attempt.
  struct Attempt {
    bool committed = false;
    SnapshotPtr stands;         ///< where it was committed: what stands now
    std::uint64_t highest = 0;  ///< else
    bool history_differs = false;
    bool history_due = false;
  };

  Attempt attempt(const Commit& commit, const SnapshotPtr& current, const std::shared_ptr<Snapshot>& next);
  Attempt look(const Error& doubt, const Commit& commit, const SnapshotPtr& current, const std::shared_ptr<Snapshot>& next);
  bool is_recorded(const Commit& commit, const SnapshotPtr& seen);
  /// The records of a change, and what the history must end with for them.
  Joint make_records(const Request& request, const SnapshotPtr& current, const Plan& plan, const StateDiff& diff, const Actor& actor, const Uuid& id,
                     std::vector<Record>& out);
  /// What fails is told: the change stands.
  void shorten_history(const Uuid& lineage);

  Channel& store_;
  Cache& cache_;
  Notices& notices_;
  WorkingCopy& working_copy_;
  const ManagerOptions& options_;
  std::string location_;
  Chain chain_;
  std::mutex turn_mutex_;
  std::condition_variable_any turn_over_;
  bool turn_taken_ = false;
  std::atomic<std::thread::id> changing_{};
};

/// How long one call to a store may take beside waiting for locks.
Context io_context(std::stop_token stop = {});

}  // namespace aihow::state::inline v0

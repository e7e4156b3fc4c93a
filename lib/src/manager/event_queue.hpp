// SPDX-License-Identifier: MIT
// EventQueue: events on their way from a source's threads to the one that watches.
#pragma once
#include <aihow/state/event_source.hpp>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>
#include <vector>

namespace aihow::state::inline v0 {

/// Threads: safe.
class EventQueue {
 public:
  void push(WorldEvent event) {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
    changed_.notify_one();
  }

  /// Ends a wait though nothing came.
  void wake() {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    changed_.notify_one();
  }

  /// What has come, in order; waits for the first, or for a wake(), until `deadline` or a stop.
  std::vector<WorldEvent> take(std::chrono::steady_clock::time_point deadline, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, stop, deadline, [this] { return woken_ || !events_.empty(); });
    woken_ = false;
    return std::exchange(events_, {});
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<WorldEvent> events_;
  bool woken_ = false;
};

}  // namespace aihow::state::inline v0

// SPDX-License-Identifier: MIT
// WorkerPool: threads that may be left behind in a call that does not return.
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace aihow::libvirt::inline v0 {

/// Runs tasks on threads that are made when no idle one is left, and reused. Its threads hold it: it lives until the last has ended.
/// Threads: safe.
class WorkerPool : public std::enable_shared_from_this<WorkerPool> {
 public:
  static std::shared_ptr<WorkerPool> make() { return std::shared_ptr<WorkerPool>(new WorkerPool); }

  /// Throws Error io where no thread can be made. A task must not throw.
  void post(std::function<void()> task);

  /// Idle threads end, and the others after their tasks. Waits for them until `deadline`; true: none is left. On a worker thread: no wait.
  bool close(std::chrono::steady_clock::time_point deadline);

  /// Is the present thread one of a pool's?
  static bool on_worker() noexcept;

 private:
  WorkerPool() = default;
  void run() noexcept;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable ended_;
  std::deque<std::function<void()>> tasks_;
  std::size_t idle_ = 0;
  std::size_t threads_ = 0;
  bool closed_ = false;
};

}  // namespace aihow::libvirt::inline v0

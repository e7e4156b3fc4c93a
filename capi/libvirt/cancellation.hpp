// SPDX-License-Identifier: MIT
// Cancellation: a cancel handle of the C interface as a stop token.
#pragma once
#include <aihow/base.h>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace aihow::capi_libvirt {

/// Asks a cancel handle now and then, on a thread of its own, and hands on what it says. Of NULL it asks nothing.
class Cancellation {
 public:
  explicit Cancellation(const aihow_cancel* cancel) {
    if (cancel == nullptr) return;
    if (aihow_cancel_requested(cancel) != 0) source_.request_stop();
    else thread_.emplace([this, cancel](const std::stop_token& done) { watch(cancel, done); });
  }
  std::stop_token token() const { return source_.get_token(); }

 private:
  void watch(const aihow_cancel* cancel, const std::stop_token& done) {
    constexpr std::chrono::milliseconds pause{20};
    std::unique_lock lock(mutex_);
    while (!done.stop_requested()) {
      if (aihow_cancel_requested(cancel) != 0) {
        source_.request_stop();
        return;
      }
      over_.wait_for(lock, done, pause, [] { return false; });
    }
  }

  std::stop_source source_;
  std::mutex mutex_;
  std::condition_variable_any over_;
  std::optional<std::jthread> thread_;
};

}  // namespace aihow::capi_libvirt

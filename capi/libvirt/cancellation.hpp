// SPDX-License-Identifier: MIT
// Cancellation: a cancel handle of the C interface as a stop token.
#pragma once
#include <aihow/base.h>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include "c_calls.hpp"
#include "signals_blocked.hpp"

namespace aihow::capi_libvirt {

/// Asks a cancel handle now and then, on a thread of its own, and hands on what it says, also when the caller has freed it meanwhile. Of NULL it asks
/// nothing. Throws Refused for what is no cancel handle, Error io where no thread can be made.
class Cancellation {
 public:
  explicit Cancellation(const aihow_cancel* given) {
    if (given == nullptr) return;
    aihow_cancel* own = nullptr;
    call(aihow_cancel_share, given, &own);
    own_.reset(own);
    if (aihow_cancel_requested(own) != 0) {
      source_.request_stop();
      return;
    }
    try {
      const state::detail::SignalsBlocked blocked;
      thread_.emplace([this](const std::stop_token& done) { watch(done); });
    } catch (const std::system_error& error) {
      throw Error(errc::io, std::string("no thread can be made to wait for a cancel handle: ") + error.what());
    }
  }
  std::stop_token token() const { return source_.get_token(); }

 private:
  void watch(const std::stop_token& done) {
    constexpr std::chrono::milliseconds pause{20};
    std::unique_lock lock(mutex_);
    while (!done.stop_requested()) {
      if (aihow_cancel_requested(own_.get()) != 0) {
        source_.request_stop();
        return;
      }
      over_.wait_for(lock, done, pause, [] { return false; });
    }
  }

  struct Free {
    void operator()(aihow_cancel* cancel) const noexcept { aihow_cancel_free(cancel); }
  };
  std::unique_ptr<aihow_cancel, Free> own_;
  std::stop_source source_;
  std::mutex mutex_;
  std::condition_variable_any over_;
  std::optional<std::jthread> thread_;
};

}  // namespace aihow::capi_libvirt

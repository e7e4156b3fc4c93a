// SPDX-License-Identifier: MIT
// Made: something that is made at its first use, by whichever thread comes first.
#pragma once
#include <atomic>
#include <mutex>

namespace aihow::state::inline v0::detail {

/// As a std::once_flag with std::call_once(), whose every later call costs as much as a look-up itself. Threads: once() from any.
class Made {
 public:
  /// Calls `make` if no call of it has ended yet. Where that throws, so does this, and the next one makes it.
  template <class Make>
  void once(const Make& make) {
    if (made_.load(std::memory_order_acquire)) return;
    std::call_once(flag_, [&] {
      make();
      made_.store(true, std::memory_order_release);
    });
  }

 private:
  std::atomic<bool> made_{false};
  std::once_flag flag_;
};

}  // namespace aihow::state::inline v0::detail

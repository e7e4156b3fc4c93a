// SPDX-License-Identifier: MIT
// Alone: what one call at a time may use, for one call. Not a mutex: a callback may come back with the same object, and is refused.
#pragma once
#include <aihow/state/error.hpp>
#include <atomic>
#include <string>

namespace aihow::capi {

class Alone {
 public:
  /// Throws Error locked; `what` is the object: "the observer".
  Alone(std::atomic<bool>& taken, const char* what) : taken_(taken) {
    if (taken.exchange(true)) throw state::Error(state::errc::locked, std::string(what) + " is at work in another call: use one for each thread");
  }
  Alone(const Alone&) = delete;
  Alone& operator=(const Alone&) = delete;
  ~Alone() { taken_ = false; }

 private:
  std::atomic<bool>& taken_;
};

}  // namespace aihow::capi

// SPDX-License-Identifier: MIT
// SignalsBlocked: threads made inside its scope get no signals; they are for the program's own threads.
#pragma once
#include <pthread.h>
#include <csignal>

namespace aihow::state::inline v0::detail {

class SignalsBlocked {
 public:
  SignalsBlocked() noexcept {
    sigset_t all;
    sigfillset(&all);
    blocked_ = pthread_sigmask(SIG_SETMASK, &all, &before_) == 0;
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() {
    if (blocked_) pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t before_{};
  bool blocked_ = false;
};

}  // namespace aihow::state::inline v0::detail

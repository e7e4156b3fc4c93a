// SPDX-License-Identifier: MIT
// Ctrl-C: the first one asks the work to stop and to leave the state true, the second one ends the program at once.
#pragma once
#include <stop_token>
#include <thread>

namespace aihow::tool {

/// While it lives, the first SIGINT or SIGTERM requests a stop; the second one has its default effect. A signal that was ignored when the
/// program started (a background job's SIGINT, nohup) stays ignored. SIGPIPE is ignored for good, so that writing to a reader that has gone
/// fails with an error. One object at a time.
class Signals {
 public:
  Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  ~Signals();

  std::stop_token token() const noexcept { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::thread watcher_;  // requesting a stop runs callbacks and takes locks, which a signal handler must not
};

}  // namespace aihow::tool

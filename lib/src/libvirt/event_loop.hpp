// SPDX-License-Identifier: MIT
// EventLoop: the thread on which libvirt answers keep-alive messages.
#pragma once
#include "libvirt/api.hpp"

namespace aihow::libvirt::inline v0 {

/// libvirt has one event loop in a process. While at least one of these lives, a thread runs it. Threads: safe.
class EventLoop {
 public:
  /// Throws Error io where no thread can be made.
  explicit EventLoop(const Api& api);
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  /// The last one wakes the loop, lets it dispose of what closed connections left, and waits for its end; never for a daemon.
  /// Not on the loop's own thread.
  ~EventLoop();

 private:
  const Api& api_;
};

}  // namespace aihow::libvirt::inline v0

// SPDX-License-Identifier: MIT
// HostEvents: one hypervisor's events, over a connection that is made again where it broke.
#pragma once
#include <aihow/libvirt/hypervisor.hpp>
#include <aihow/state/event_source.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include "libvirt/event_loop.hpp"

namespace aihow::libvirt::inline v0 {

/// What libvirt's callbacks leave for the thread that tells of it.
class EventInbox;

/// Threads: a thread of its own calls the sink, until the destructor, which waits for it.
class HostEvents {
 public:
  HostEvents(std::string uri, HypervisorOptions options, state::EventSource::Sink sink);
  HostEvents(const HostEvents&) = delete;
  HostEvents& operator=(const HostEvents&) = delete;
  ~HostEvents() = default;

  void request_stop() noexcept { thread_.request_stop(); }

 private:
  void run(const std::stop_token& stop);
  /// One connection, from its opening to its end; returns why it ended. Throws Error where it could not be made, or cancelled.
  std::string session(const std::stop_token& stop);
  void tell(state::WorldEvent event) const;
  void tell_lost(std::string why);

  const std::string uri_;
  const HypervisorOptions options_;
  const state::EventSource::Sink sink_;
  bool told_lost_ = false;
  std::chrono::milliseconds pause_{};
  std::optional<EventLoop> loop_;  ///< also for drivers without a transport
  std::jthread thread_;            ///< the last member: it ends before what it uses
};

}  // namespace aihow::libvirt::inline v0

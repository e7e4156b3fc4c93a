// SPDX-License-Identifier: MIT
// Sources of events of callers.
#pragma once
#include <aihow/watch.h>
#include <aihow/state/event_source.hpp>
#include <atomic>
#include <memory>
#include <mutex>
#include "handle.hpp"

namespace aihow::capi {

/// Where events go while a watch takes them. Threads: all members from any.
class Gate {
 public:
  void open(state::EventSource::Sink sink);
  /// When it returns the sink is not running, and is not called any more: what comes now is dropped.
  void close() noexcept;
  void put(state::WorldEvent event);

 private:
  std::mutex mutex_;
  state::EventSource::Sink sink_;
};

struct Events {
  using Handle = aihow_events;
  static constexpr Noun noun = Noun::events;
  static constexpr const char* name = "events";
  std::shared_ptr<Gate> gate;
};

/// Asks a caller's functions. Its end is no stop(): that must not fail, and so calls nobody's function.
class CallerEventSource final : public state::EventSource {
 public:
  CallerEventSource(const aihow_event_source_table& table, void* user_data) noexcept : table_(table), user_data_(user_data) {}
  ~CallerEventSource() override;
  void follow(const state::ClusterState& state, const Sink& sink) override;
  void stop() noexcept override;
  /// Tells the caller that the watch is over, where it was told of its beginning.
  void end();
  void own_user_data() noexcept { owns_user_data_ = true; }

 private:
  aihow_event_source_table table_;
  void* user_data_;
  bool owns_user_data_ = false;
  std::shared_ptr<Gate> gate_;
  aihow_events* events_ = nullptr;
};

struct Source {
  using Handle = aihow_event_source;
  static constexpr Noun noun = Noun::event_source;
  static constexpr const char* name = "event source";
  std::unique_ptr<CallerEventSource> source;
  std::atomic<bool> at_work = false;
};

}  // namespace aihow::capi

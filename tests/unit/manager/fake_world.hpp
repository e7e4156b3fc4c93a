// SPDX-License-Identifier: MIT
// A world that a test makes up: an observer and a source of events.
#pragma once
#include <aihow/state/manager.hpp>
#include <atomic>
#include <functional>
#include <mutex>
#include <utility>
#include "states.hpp"

namespace aihow::test {

/// Sees what the state says, but for what `edit` changes; `meanwhile` may do something while it looks.
class FakeObserver final : public state::Observer {
 public:
  explicit FakeObserver(std::function<void(state::Observation&)> edit = {}, std::function<void()> meanwhile = {})
      : edit_(std::move(edit)), meanwhile_(std::move(meanwhile)) {}

  state::Observation observe(const state::ClusterState& state, const state::Context&) override {
    ++looks;
    state::Observation out;
    out.when = state::at_second(when);
    for (const state::VMInfo& vm : state.vms) {
      auto& seen = out.vms.emplace_back();
      seen.name = vm.name;
      seen.state = vm.state;
      seen.state_reason = vm.state_reason;
    }
    for (const state::NetworkInfo& network : state.networks) {
      auto& seen = out.networks.emplace_back();
      seen.name = network.name;
      seen.exists = seen.active = true;
      seen.uuid = network.uuid;
      seen.active_ips = network.active_ips;
    }
    if (edit_) edit_(out);
    if (meanwhile_) meanwhile_();
    return out;
  }
  std::atomic<int> looks{0};
  std::int64_t when = 100;

 private:
  std::function<void(state::Observation&)> edit_;
  std::function<void()> meanwhile_;
};

/// Tells what a test says, once it is followed.
class FakeEvents final : public state::EventSource {
 public:
  void follow(const state::ClusterState&, const Sink& sink) override {
    const std::lock_guard lock(mutex_);
    sink_ = sink;
  }
  void stop() noexcept override {
    const std::lock_guard lock(mutex_);
    sink_ = nullptr;
    stopped = true;
  }
  /// False: nobody follows.
  bool emit(const state::WorldEvent& event) {
    const std::lock_guard lock(mutex_);
    if (sink_) sink_(event);
    return static_cast<bool>(sink_);
  }
  std::atomic<bool> stopped{false};

 private:
  std::mutex mutex_;
  Sink sink_;
};

}  // namespace aihow::test

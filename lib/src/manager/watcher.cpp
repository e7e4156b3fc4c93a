// SPDX-License-Identifier: MIT
#include "watcher.hpp"
#include <cxxabi.h>
#include <algorithm>
#include <stdexcept>
#include <system_error>
#include <utility>
#include "signals_blocked.hpp"

namespace aihow::state::inline v0 {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

// What events do not say (addresses, sizes, why a VM is paused) has settled by then.
constexpr milliseconds settle = 500ms;
// A lock that others hold, a disk that is full: tried again so soon.
constexpr milliseconds retry = 2s;

bool has_guest(VMState state) noexcept { return state != VMState::SHUTOFF && state != VMState::CRASHED && state != VMState::UNDEFINED; }

VmObservation observed(const VMInfo& vm, const WorldEvent& event) {
  VmObservation out;
  out.name = vm.name;
  out.state = event.state;
  out.state_reason = event.state_reason;
  out.domain_name = event.domain_name;
  out.domain_uuid = event.domain_uuid;
  out.hypervisor = event.hypervisor;
  if (!has_guest(event.state)) out.ip_address = std::optional<std::string>();
  return out;
}

/// Wakes whoever takes events when it goes.
class Waking {
 public:
  explicit Waking(EventQueue& queue) noexcept : queue_(queue) {}
  Waking(const Waking&) = delete;
  Waking& operator=(const Waking&) = delete;
  ~Waking() { queue_.wake(); }

 private:
  EventQueue& queue_;
};

template <class Look>
Look take_look(std::future<Look>& looking) {
  try {
    return looking.get();
  } catch (const std::future_error&) {
    throw std::runtime_error("the observer ended the thread that it looked at the world on");
  }
}

/// Is this for the caller of watch(), and not for another try?
bool ends_watch(const Error& error) { return error.code() == errc::not_found || error.code() == errc::out_of_memory; }

}  // namespace

Watcher::~Watcher() {
  ending_.request_stop();
  events_.stop();
}

void Watcher::run() {
  const SnapshotPtr first = access_.require();
  for (const VMInfo& vm : first->state.vms) told_[vm.name] = vm.state;
  follow(first->state);
  due_ = Clock::now();
  while (true) {
    const bool is_looking = looking_.valid();
    handle(queue_.take(is_looking ? Clock::time_point::max() : due_, ending_.get_token()));
    if (is_ending()) return;
    if (is_looking && looking_.wait_for(0s) == std::future_status::ready) end_look();
    if (!looking_.valid() && Clock::now() >= due_) begin_look();
  }
}

void Watcher::follow(const ClusterState& state) {
  events_.follow(state, [this](WorldEvent event) { queue_.push(std::move(event)); });
}

void Watcher::handle(std::vector<WorldEvent> batch) {
  std::vector<WorldEvent> states;
  for (WorldEvent& event : batch) {
    if (event.kind == WorldEvent::Kind::vm) {
      states.push_back(std::move(event));
      continue;
    }
    record_states(states);
    if (event.kind == WorldEvent::Kind::connected) connected(event);
    else if (event.kind == WorldEvent::Kind::lost) lost(event);
    else look_by(Clock::now() + settle);
  }
  record_states(states);
}

void Watcher::connected(const WorldEvent& event) {
  WatchEvent out{.kind = WatchEvent::Kind::connected, .when = event.when, .hypervisor = event.hypervisor};
  if (const auto outage = outages_.find(event.hypervisor); outage != outages_.end()) {
    out.since = outage->second;
    // Of two gaps that were not looked into yet the first one began earlier.
    gaps_.emplace(event.hypervisor, outage->second);
    outages_.erase(outage);
  }
  covered_.erase(event.hypervisor);  // a look that is under way began before this
  look_by(Clock::now());
  tell_(out);
}

void Watcher::lost(const WorldEvent& event) {
  if (!outages_.emplace(event.hypervisor, event.when).second) return;
  look_by(Clock::now());
  tell_({.kind = WatchEvent::Kind::lost, .when = event.when, .hypervisor = event.hypervisor, .text = event.why});
}

/// In runs in which each VM has one state: so that no state is left out of the history, and many VMs' are one commit.
void Watcher::record_states(std::vector<WorldEvent>& states) {
  std::vector<WorldEvent> run;
  std::map<Uuid, std::size_t> at;
  for (WorldEvent& event : states) {
    if (!event.domain_uuid) continue;
    const auto [place, is_new] = at.try_emplace(*event.domain_uuid, run.size());
    if (is_new) {
      run.push_back(std::move(event));
    } else if (run[place->second].state == event.state) {
      run[place->second] = std::move(event);  // libvirt tells of one start twice: the guest resumed, the domain started
    } else {
      record_run(run);
      at = {{*event.domain_uuid, 0}};
      run.clear();
      run.push_back(std::move(event));
    }
  }
  states.clear();
  if (!run.empty()) record_run(run);
}

void Watcher::record_run(const std::vector<WorldEvent>& run) {
  const SnapshotPtr base = access_.require();
  std::map<Uuid, const VMInfo*> vms;
  for (const VMInfo& vm : base->state.vms) {
    if (vm.domain_uuid) vms.emplace(*vm.domain_uuid, &vm);
  }
  Refresh refresh;
  std::vector<std::pair<const WorldEvent*, Difference>> changes;
  for (const WorldEvent& event : run) {
    const auto found = vms.find(*event.domain_uuid);
    if (found == vms.end()) continue;  // somebody else's
    const VMInfo& vm = *found->second;
    look_by(Clock::now() + settle);
    VMState& told = told_.try_emplace(vm.name, vm.state).first->second;
    if (told == event.state && vm.state == event.state) continue;
    if (told != event.state) {
      Difference difference{ObjectKind::vm, vm.name, "state", std::string(to_string(told)), std::string(to_string(event.state)), event.state_reason};
      if (vm.last_seen != Timestamp()) difference.since = vm.last_seen;
      changes.emplace_back(&event, std::move(difference));
      told = event.state;
    }
    // Whoever looked later knows better. What is seen of the others is all of one moment: the last one's.
    if (earlier(event.when, vm.last_seen)) continue;
    refresh.observation.vms.push_back(observed(vm, event));
    if (earlier(refresh.observation.when, event.when)) refresh.observation.when = event.when;
  }
  std::uint64_t revision = 0;
  if (!refresh.observation.vms.empty()) {
    try {
      access_.record(base, refresh, {});
      revision = refresh.snapshot->state.revision;
    } catch (const Error& error) {
      if (ends_watch(error)) throw;
      if (is_ending()) return;
      tell_failed(error);
    }
  }
  for (const auto& [event, difference] : changes) {
    const auto recorded = std::find_if(refresh.observation.vms.begin(), refresh.observation.vms.end(),
                                       [&, &name = difference.name](const VmObservation& vm) { return vm.name == name; });
    tell_changed(difference, event->hypervisor, event->when, recorded != refresh.observation.vms.end() ? revision : 0);
  }
  for (const Difference& difference : refresh.differences) {
    if (difference.field != "state" && difference.field != "state_reason") tell_changed(difference, {}, refresh.observation.when, revision);
  }
}

void Watcher::begin_look() {
  due_ = options_.resync.count() > 0 ? Clock::now() + options_.resync : Clock::time_point::max();
  base_ = access_.require();
  follow(base_->state);
  covered_.clear();
  for (const auto& gap : gaps_) covered_.insert(gap.first);
  try {
    std::packaged_task<Look()> task([this] { return look(); });
    looking_ = task.get_future();
    const detail::SignalsBlocked blocked;
    looker_ = std::jthread([this, task = std::move(task)]() mutable {
      const Waking waking(queue_);
      // Goes before that, so that the promise of one that did not come to its end is broken by then.
      auto own = std::move(task);
      own();
    });
  } catch (const std::system_error& error) {
    throw Error(errc::io, std::string("no thread can be made to look at the world: ") + error.what());
  }
}

Watcher::Look Watcher::look() {
  Look out;
  try {
    out.seen = observer_.observe(base_->state, within(options_.timeout, ending_.get_token()));
  } catch (const Error& error) {
    out.error = error;
  } catch (abi::__forced_unwind&) {
    throw;  // an observer may end its thread
  } catch (...) {
    out.other = std::current_exception();
  }
  return out;
}

void Watcher::end_look() {
  Look looked = take_look(looking_);
  if (looked.other) std::rethrow_exception(looked.other);
  try {
    if (looked.error) throw Error(*looked.error);
    Refresh refresh;
    refresh.observation = std::move(looked.seen);
    access_.record(base_, refresh, options_.min_interval);
    failure_.clear();
    tell_looked(refresh);
  } catch (const Error& error) {
    if (ends_watch(error)) throw;
    if (!is_ending()) tell_failed(error);
  }
}

void Watcher::tell_looked(const Refresh& refresh) {
  const Timestamp when = refresh.observation.when;
  const std::uint64_t revision = refresh.snapshot->state.revision;
  std::unordered_map<std::string, const Difference*> looked;  // states
  for (const Difference& difference : refresh.differences) {
    if (difference.kind == ObjectKind::vm && difference.field == "state") looked.emplace(difference.name, &difference);
  }
  // Also the states that others recorded since the last look.
  std::unordered_map<std::string, VMState> now;
  for (const VMInfo& vm : refresh.snapshot->state.vms) {
    now.emplace(vm.name, vm.state);
    const auto before = told_.find(vm.name);
    if (before == told_.end() || before->second == vm.state) continue;
    Difference difference{ObjectKind::vm, vm.name, "state", std::string(to_string(before->second)), std::string(to_string(vm.state)),
                          vm.state_reason};
    if (const auto seen = looked.find(vm.name); seen != looked.end()) difference.since = seen->second->since;
    tell_changed(difference, vm.hypervisor, when, revision);
  }
  told_ = std::move(now);
  for (const Difference& difference : refresh.differences) {
    const bool of_state = difference.field == "state" || (difference.field == "state_reason" && looked.count(difference.name) != 0);
    if (difference.kind != ObjectKind::vm || !of_state) tell_changed(difference, {}, when, revision);
  }
  for (const Stranger& stranger : refresh.observation.strangers) {
    if (!strangers_.insert(stranger.why).second) continue;
    tell_({.kind = WatchEvent::Kind::stranger, .when = when, .text = stranger.why, .revision = revision});
  }
  for (auto gap = gaps_.begin(); gap != gaps_.end();) {
    const auto& silent = refresh.observation.unreachable;
    const bool is_silent = std::any_of(silent.begin(), silent.end(), [&](const Unreachable& one) { return one.hypervisor == gap->first; });
    if (is_silent || covered_.count(gap->first) == 0) {
      ++gap;
      continue;
    }
    tell_({.kind = WatchEvent::Kind::resynced, .when = when, .hypervisor = gap->first, .revision = revision, .since = gap->second});
    gap = gaps_.erase(gap);
  }
}

void Watcher::tell_changed(const Difference& difference, const std::string& hypervisor, const Timestamp& when, std::uint64_t revision) {
  tell_({.kind = WatchEvent::Kind::changed, .when = when, .hypervisor = hypervisor, .difference = difference, .revision = revision});
}

void Watcher::tell_failed(const Error& error) {
  look_by(Clock::now() + retry);
  if (failure_ == error.what()) return;
  failure_ = error.what();
  tell_({.kind = WatchEvent::Kind::failed, .when = Timestamp::now(), .text = failure_});
}

}  // namespace aihow::state::inline v0

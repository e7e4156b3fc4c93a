// SPDX-License-Identifier: MIT
// The life of a VM as data: which action leads from which state to which.
#pragma once
#include <aihow/state/vm_state.hpp>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace aihow::state::inline v0 {

enum class Action : std::uint8_t {
  define,
  pause,
  resume,
  shutdown,
  reboot,
  crash,
  timeout,
  force_stop,
  start,
  destroy,
  recovery,
  suspend,
};

constexpr std::string_view to_string(Action action) noexcept {
  constexpr std::array<std::string_view, 12> names{"define",  "pause",      "resume", "shutdown", "reboot",   "crash",
                                                   "timeout", "force_stop", "start",  "destroy",  "recovery", "suspend"};
  const auto number = static_cast<std::size_t>(action);
  return number < names.size() ? names[number] : "unknown";
}

/// One arrow. `addition`: not in the reference's table, but seen in libvirt.
struct Transition {
  VMState from;
  Action action;
  VMState to;
  bool addition = false;
};

/// The reference's table ("Valid State Transitions"), then our additions.
inline constexpr std::array transitions{
    Transition{VMState::UNDEFINED, Action::define, VMState::RUNNING},
    Transition{VMState::UNDEFINED, Action::define, VMState::PAUSED},
    Transition{VMState::RUNNING, Action::pause, VMState::PAUSED},
    Transition{VMState::RUNNING, Action::shutdown, VMState::DYING},
    Transition{VMState::RUNNING, Action::reboot, VMState::RUNNING},
    Transition{VMState::RUNNING, Action::crash, VMState::CRASHED},
    Transition{VMState::PAUSED, Action::resume, VMState::RUNNING},
    Transition{VMState::PAUSED, Action::resume, VMState::DYING},
    Transition{VMState::PAUSED, Action::shutdown, VMState::DYING},
    Transition{VMState::DYING, Action::timeout, VMState::SHUTOFF},
    Transition{VMState::DYING, Action::force_stop, VMState::SHUTOFF},
    Transition{VMState::SHUTOFF, Action::start, VMState::RUNNING},
    Transition{VMState::SHUTOFF, Action::destroy, VMState::UNDEFINED},
    Transition{VMState::CRASHED, Action::recovery, VMState::RUNNING},
    Transition{VMState::CRASHED, Action::destroy, VMState::UNDEFINED},
    Transition{VMState::PMSUSPENDED, Action::resume, VMState::RUNNING},
    Transition{VMState::UNDEFINED, Action::define, VMState::SHUTOFF, true},
    Transition{VMState::RUNNING, Action::shutdown, VMState::SHUTOFF, true},  // seen only after the fact
    Transition{VMState::RUNNING, Action::force_stop, VMState::SHUTOFF, true},
    Transition{VMState::PAUSED, Action::force_stop, VMState::SHUTOFF, true},
    Transition{VMState::PMSUSPENDED, Action::force_stop, VMState::SHUTOFF, true},
    Transition{VMState::CRASHED, Action::force_stop, VMState::SHUTOFF, true},
    Transition{VMState::RUNNING, Action::suspend, VMState::PMSUSPENDED, true},
    Transition{VMState::PAUSED, Action::crash, VMState::CRASHED, true},
    Transition{VMState::DYING, Action::crash, VMState::CRASHED, true},
};

/// A set of states.
class VMStateSet {
 public:
  constexpr void insert(VMState state) noexcept { bits_ |= bit(state); }
  constexpr bool contains(VMState state) const noexcept { return (bits_ & bit(state)) != 0; }
  constexpr bool empty() const noexcept { return bits_ == 0; }
  constexpr bool operator==(const VMStateSet&) const noexcept = default;

 private:
  static constexpr unsigned bit(VMState state) noexcept { return 1U << static_cast<unsigned>(state); }
  unsigned bits_ = 0;
};

/// Where `action` may lead from `from`; empty: it is not allowed there.
constexpr VMStateSet targets(VMState from, Action action) noexcept {
  VMStateSet out;
  for (const Transition& arrow : transitions) {
    if (arrow.from == from && arrow.action == action) out.insert(arrow.to);
  }
  return out;
}

/// Every state that some action leads to from `from`: what a *request* may ask for. (An *observation* records what is, whatever it was.)
constexpr VMStateSet targets(VMState from) noexcept {
  VMStateSet out;
  for (const Transition& arrow : transitions) {
    if (arrow.from == from) out.insert(arrow.to);
  }
  return out;
}

}  // namespace aihow::state::inline v0

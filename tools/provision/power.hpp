// SPDX-License-Identifier: MIT
// Turning a domain on and off, whatever it is doing.
#pragma once
#include <aihow/libvirt/hypervisor.hpp>
#include <aihow/state/vm_state.hpp>
#include <chrono>
#include <functional>
#include <stop_token>
#include <string_view>

namespace aihow::tool {

/// What makes a domain run: by what it is doing now.
enum class PowerOn { none, start, resume, wake, wait_then_start };
constexpr PowerOn power_on_for(state::VMState state) noexcept {
  switch (state) {
    case state::VMState::SHUTOFF:
    case state::VMState::CRASHED:
      return PowerOn::start;
    case state::VMState::PAUSED:
      return PowerOn::resume;
    case state::VMState::PMSUSPENDED:
      return PowerOn::wake;
    case state::VMState::DYING:
      return PowerOn::wait_then_start;
    case state::VMState::RUNNING:
    case state::VMState::UNDEFINED:
      break;
  }
  return PowerOn::none;
}

/// As a decision: `it is started`.
constexpr const char* to_string(PowerOn how) noexcept {
  switch (how) {
    case PowerOn::start:
      return "it is started";
    case PowerOn::resume:
      return "it is resumed";
    case PowerOn::wake:
      return "it is woken";
    case PowerOn::wait_then_start:
      return "it is started once it is off";
    case PowerOn::none:
      break;
  }
  return "it stays as it is";
}

state::VMState state_of(const libvirt::Domain& domain);

/// Makes a domain run. A call that fails is judged by what the domain is doing afterwards: one that runs is success. `patience` bounds the
/// waiting for a domain that is shutting down. Throws Error as the calls, timeout, cancelled.
void power_on(const libvirt::Domain& domain, PowerOn how, std::chrono::milliseconds patience, const std::stop_token& stop);

/// Shuts a domain down: asks the guest (again every ten seconds, since a guest that is still booting does not hear), and pulls the plug at the
/// deadline. A paused or suspended guest is woken first, so that it can answer. `on_force` is called before force is used.
/// Returns whether it was running at all. Throws Error as the calls, cancelled (the domain is left as it is).
bool power_off(const libvirt::Domain& domain, std::chrono::steady_clock::time_point deadline, const std::stop_token& stop,
               const std::function<void()>& on_force);

/// Pulls the plug of a domain that is active; false: it was off. One that went off by itself meanwhile is success.
bool pull_plug(const libvirt::Domain& domain);

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
// VMState: what a virtual machine is doing, its names, and its mapping from libvirt's numbers.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace aihow::state::inline v0 {

/// Numbers are the reference's and frozen: they are in Python's enum and cross the C ABI. Names are the document's strings.
enum class VMState : std::uint8_t {
  RUNNING = 1,      ///< executing, or blocked on a resource
  PAUSED = 2,       ///< in memory, CPUs stopped
  SHUTOFF = 3,      ///< defined, not running
  UNDEFINED = 4,    ///< libvirt does not have it, or reports a state that is not known here
  CRASHED = 5,      ///< ended by itself, defined
  DYING = 6,        ///< being shut down
  PMSUSPENDED = 7,  ///< suspended by its own power management
};

inline constexpr std::array all_vm_states{VMState::RUNNING, VMState::PAUSED, VMState::SHUTOFF,    VMState::UNDEFINED,
                                          VMState::CRASHED, VMState::DYING,  VMState::PMSUSPENDED};

/// The name, upper case; "UNDEFINED" for a value that is none of the enumerators.
constexpr std::string_view to_string(VMState state) noexcept {
  constexpr std::array<std::string_view, 8> names{"UNDEFINED", "RUNNING", "PAUSED", "SHUTOFF", "UNDEFINED", "CRASHED", "DYING", "PMSUSPENDED"};
  const auto number = static_cast<std::size_t>(state);
  return number < names.size() ? names[number] : names[0];
}

constexpr std::optional<VMState> vm_state_from_string(std::string_view name) noexcept {
  for (const VMState state : all_vm_states) {
    if (to_string(state) == name) return state;
  }
  return std::nullopt;
}

/// libvirt's virDomainState (VIR_DOMAIN_NOSTATE = 0 … VIR_DOMAIN_PMSUSPENDED = 7) as a VMState. A number that is not known: UNDEFINED, and
/// whoever records it keeps the number in `state_reason`.
constexpr VMState vm_state_from_libvirt(int number) noexcept {
  constexpr std::array map{VMState::UNDEFINED, VMState::RUNNING, VMState::RUNNING, VMState::PAUSED,
                           VMState::DYING,     VMState::SHUTOFF, VMState::CRASHED, VMState::PMSUSPENDED};
  return number >= 0 && static_cast<std::size_t>(number) < map.size() ? map[static_cast<std::size_t>(number)] : VMState::UNDEFINED;
}

}  // namespace aihow::state::inline v0

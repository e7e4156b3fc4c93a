// SPDX-License-Identifier: MIT
#include <aihow/lifecycle.h>
#include <aihow/state/lifecycle.hpp>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include "convert.hpp"
#include "error.hpp"

using namespace aihow::state;
using namespace aihow::capi;

namespace {

constexpr std::size_t action_count = static_cast<std::size_t>(Action::suspend) + 1;
/// What aihow_transition was in its first version: no caller's is smaller.
constexpr std::size_t first_transition_size = offsetof(aihow_transition, addition) + sizeof(int32_t);

constexpr std::optional<VMState> to_state(int32_t number) noexcept {
  for (const VMState state : all_vm_states) {
    if (static_cast<int32_t>(state) == number) return state;
  }
  return std::nullopt;
}

constexpr std::optional<Action> to_action(int32_t number) noexcept {
  if (number < 0 || static_cast<std::size_t>(number) >= action_count) return std::nullopt;
  return static_cast<Action>(number);
}

}  // namespace

static_assert(static_cast<int32_t>(VMState::RUNNING) == AIHOW_VM_STATE_RUNNING && static_cast<int32_t>(VMState::PAUSED) == AIHOW_VM_STATE_PAUSED);
static_assert(static_cast<int32_t>(VMState::SHUTOFF) == AIHOW_VM_STATE_SHUTOFF &&
              static_cast<int32_t>(VMState::UNDEFINED) == AIHOW_VM_STATE_UNDEFINED);
static_assert(static_cast<int32_t>(VMState::CRASHED) == AIHOW_VM_STATE_CRASHED && static_cast<int32_t>(VMState::DYING) == AIHOW_VM_STATE_DYING);
static_assert(static_cast<int32_t>(VMState::PMSUSPENDED) == AIHOW_VM_STATE_PMSUSPENDED);
static_assert(to_action(AIHOW_ACTION_DEFINE) == Action::define && to_action(AIHOW_ACTION_PAUSE) == Action::pause);
static_assert(to_action(AIHOW_ACTION_RESUME) == Action::resume && to_action(AIHOW_ACTION_SHUTDOWN) == Action::shutdown);
static_assert(to_action(AIHOW_ACTION_REBOOT) == Action::reboot && to_action(AIHOW_ACTION_CRASH) == Action::crash);
static_assert(to_action(AIHOW_ACTION_TIMEOUT) == Action::timeout && to_action(AIHOW_ACTION_FORCE_STOP) == Action::force_stop);
static_assert(to_action(AIHOW_ACTION_START) == Action::start && to_action(AIHOW_ACTION_DESTROY) == Action::destroy);
static_assert(to_action(AIHOW_ACTION_RECOVERY) == Action::recovery && to_action(AIHOW_ACTION_SUSPEND) == Action::suspend);

extern "C" {

// Names come from string literals, so that their data() ends with NUL.
const char* aihow_vm_state_name(int32_t state) {
  const auto known = to_state(state);
  return known ? to_string(*known).data() : nullptr;
}

int32_t aihow_vm_state_parse(const char* name, size_t name_length, int32_t* state, aihow_error** error) {
  return guard(error, [&] {
    const std::string_view text = name_length == 0 ? std::string_view() : std::string_view(name, name_length);
    const auto found = vm_state_from_string(text);
    if (!found)
      throw Error(errc::invalid, "'" + std::string(text) +
                                     "' is no state of a virtual machine; states are RUNNING, PAUSED, SHUTOFF, "
                                     "UNDEFINED, CRASHED, DYING, PMSUSPENDED");
    if (state == nullptr) throw Error(errc::invalid, "aihow_vm_state_parse: state is NULL");
    *state = static_cast<int32_t>(*found);
  });
}

int32_t aihow_vm_state_from_libvirt(int32_t number) { return static_cast<int32_t>(vm_state_from_libvirt(number)); }

const char* aihow_action_name(int32_t action) {
  const auto known = to_action(action);
  return known ? to_string(*known).data() : nullptr;
}

uint32_t aihow_lifecycle_targets(int32_t from, int32_t action) {
  const auto state = to_state(from);
  const auto known = to_action(action);
  if (!state || !known) return 0;
  const VMStateSet reached = targets(*state, *known);
  uint32_t bits = 0;
  for (const VMState to : all_vm_states) {
    if (reached.contains(to)) bits |= 1U << static_cast<unsigned>(to);
  }
  return bits;
}

int32_t aihow_lifecycle_allows(int32_t from, int32_t to) {
  const auto source = to_state(from);
  const auto target = to_state(to);
  return source && target && targets(*source).contains(*target) ? 1 : 0;
}

size_t aihow_lifecycle_count(void) { return transitions.size(); }

int32_t aihow_lifecycle_get(size_t index, aihow_transition* transition, aihow_error** error) {
  return guard(error, [&] {
    require_size(out(transition, "transition").struct_size, first_transition_size, "transition");
    if (index >= transitions.size()) {
      throw Error(errc::not_found, "there is no transition " + std::to_string(index) + "; the table has " + std::to_string(transitions.size()));
    }
    const Transition& arrow = transitions[index];
    const aihow_transition filled{0, static_cast<int32_t>(arrow.from), static_cast<int32_t>(arrow.action), static_cast<int32_t>(arrow.to),
                                  arrow.addition ? 1 : 0};
    give<first_transition_size>(transition, filled, "transition");
  });
}
}

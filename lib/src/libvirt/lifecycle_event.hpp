// SPDX-License-Identifier: MIT
// What libvirt's lifecycle events of a domain mean.
#pragma once
#include <aihow/state/vm_state.hpp>
#include <optional>
#include <string_view>

namespace aihow::libvirt::inline v0 {

struct EventMeaning {
  state::VMState state;
  std::string_view reason;  ///< as reason_to_string() has it for that state, as far as the event tells it
};

/// The state that a domain is in after a virDomainEventType with its detail. nullopt: the event does not say (a definition, a number that is not
/// known): who wants to know looks.
std::optional<EventMeaning> meaning_of(int event, int detail) noexcept;

}  // namespace aihow::libvirt::inline v0

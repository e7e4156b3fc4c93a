// SPDX-License-Identifier: MIT
// Actor: who changes the state, for lock holders and history.
#pragma once
#include <aihow/state/history.hpp>
#include <aihow/state/state_store.hpp>
#include <string_view>

namespace aihow::state::inline v0 {

/// The actor as a holder of a lock, from now on.
Holder holder_of(const Actor& actor, std::string_view what);

/// This process now (it may have forked since it was last asked). An empty `program`: the process's name.
Actor this_process(std::string_view program, std::string_view text);

}  // namespace aihow::state::inline v0

// SPDX-License-Identifier: MIT
// Who holds a lock, as C has it.
#pragma once
#include <aihow/manager.h>
#include <aihow/state/state_store.hpp>
#include <cstddef>

namespace aihow::capi {

inline constexpr std::size_t first_holder_size = offsetof(aihow_holder, since) + sizeof(aihow_time);

/// Texts that are too long are cut, at a whole character.
aihow_holder to_c(const state::Holder& holder) noexcept;
state::Holder to_holder(const aihow_holder& holder);

}  // namespace aihow::capi

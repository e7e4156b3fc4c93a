// SPDX-License-Identifier: MIT
// The seed of every hash of text that came from outside.
#pragma once
#include <cstdint>

namespace aihow::state::inline v0::detail {

/// Another one in each process, so that nobody can write names that all have one hash.
std::uint64_t hash_seed() noexcept;

}  // namespace aihow::state::inline v0::detail

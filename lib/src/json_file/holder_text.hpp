// SPDX-License-Identifier: MIT
// Who holds a lock, as it is written inside the lock file: one line of JSON of a fixed size a lock.
#pragma once
#include <aihow/state/state_store.hpp>
#include <cstddef>
#include <string>
#include <string_view>

namespace aihow::state::inline v0::json_file {

inline constexpr std::size_t holder_bytes = 512;  ///< of one lock's line, its newline included; its offset is kind × this. Frozen

/// Exactly holder_bytes long; a program or operation with a long name is cut short.
std::string holder_text(const Holder& holder);
/// What can be made out of it: a default Holder where it is nothing.
Holder parse_holder(std::string_view text);
/// `ai-how (hpc start), pid 42 on host, since 2025-…` for messages.
std::string describe(const Holder& holder);
/// What an Error locked says of it.
std::string locked_text(const Holder& holder);

}  // namespace aihow::state::inline v0::json_file

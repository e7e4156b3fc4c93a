// SPDX-License-Identifier: MIT
// What a reader does: it looks at the state again and again, and knows a whole one from what is not.
#pragma once
#include <string>
#include "board.hpp"

namespace writers {

/// Reads until the board says stop. Never throws: what it sees that must not be is said on the board.
void read(Board& board, const Options& options) noexcept;

}  // namespace writers

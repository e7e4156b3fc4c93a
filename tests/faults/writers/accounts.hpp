// SPDX-License-Identifier: MIT
// The reckoning: the ledger against the history and the state.
#pragma once
#include <cstddef>
#include <cstdint>
#include "board.hpp"

namespace writers {

struct Figures {
  std::uint64_t done = 0;       ///< acknowledged changes
  std::uint64_t refused = 0;    ///< changes that got an error
  std::uint64_t cut_short = 0;  ///< changes whose process was killed before the call returned
  std::uint64_t landed = 0;     ///< so many of these are there all the same
  std::uint64_t needless = 0;   ///< updates to what a hand had put there already
  std::uint64_t revision = 0;
  std::size_t records = 0;
  std::size_t jumps = 0;
};

/// What must hold after all have ended; what does not is said on the board. Makes two more changes, as the next command would.
Figures reckon(Board& board, const Options& options);

}  // namespace writers

// SPDX-License-Identifier: MIT
// How much memory a piece of code holds at its peak, by counting what operator new hands out (rounding of the allocator included).
#pragma once
#include <cstddef>

/// From its making on. One at a time, and one thread.
class PeakMemory {
 public:
  PeakMemory() noexcept;
  std::size_t bytes() const noexcept;  ///< the most that was held at once beyond what was held in the beginning

 private:
  std::size_t before_;
};

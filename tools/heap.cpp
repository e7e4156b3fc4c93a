// SPDX-License-Identifier: MIT
#include "heap.hpp"
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cstdint>
#include <cstdlib>

namespace aihow::tool {

void prepare_heap() noexcept {
  constexpr std::uintptr_t large_page = std::uintptr_t{2} << 20;
  constexpr int at_once = 4 << 20;
  constexpr int largest_piece = 32 << 20;  // glibc allows no more
  const bool taken = mallopt(M_MMAP_THRESHOLD, largest_piece) != 0 && mallopt(M_TRIM_THRESHOLD, 16 * at_once) != 0;
  if (!taken) return;
  // The heap goes on just before a boundary of large pages. The allocation maps them all and writes before and behind them only: a large page
  // that was written to before madvise() would stay small ones. Freed, it is what the next allocations are taken from.
  constexpr std::uintptr_t small_page = 4096;
  const auto end = reinterpret_cast<std::uintptr_t>(sbrk(0));
  const std::uintptr_t boundary = (end + small_page + large_page) / large_page * large_page;
  if (sbrk(static_cast<std::intptr_t>(boundary - small_page - end)) == reinterpret_cast<void*>(-1)) return;
  void* volatile grown = std::malloc(at_once + small_page);
  const auto now = reinterpret_cast<std::uintptr_t>(sbrk(0));
  if (now >= boundary + at_once) madvise(reinterpret_cast<void*>(boundary), at_once, MADV_HUGEPAGE);
  std::free(grown);
}

}  // namespace aihow::tool

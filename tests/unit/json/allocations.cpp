// SPDX-License-Identifier: MIT
// operator new and delete, counted; in a file of their own: the compiler must not see both ends of an allocation at once.
#include "allocations.hpp"
#include <malloc.h>
#include <algorithm>
#include <cstdlib>
#include <new>

namespace {

constexpr std::size_t overhead = sizeof(std::size_t);  // what glibc's allocator keeps before each piece
std::size_t held = 0;
std::size_t peak = 0;

}  // namespace

PeakMemory::PeakMemory() noexcept : before_(held) { peak = held; }
std::size_t PeakMemory::bytes() const noexcept { return peak - before_; }

void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) return nullptr;
  held += malloc_usable_size(memory) + overhead;
  peak = std::max(peak, held);
  return memory;
}
void* operator new(std::size_t size) {
  if (void* memory = operator new(size, std::nothrow)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  if (memory != nullptr) held -= malloc_usable_size(memory) + overhead;
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }

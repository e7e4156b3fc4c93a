// SPDX-License-Identifier: MIT
// operator new and delete, in a file of their own: the compiler must not see both ends of an allocation at once.
#include <stdlib.h>
#include <new>
#include "fault_calls.hpp"

void* operator new(std::size_t size) {
  if (aihow::test::allocation_fails()) throw std::bad_alloc();
  if (void* memory = malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return aihow::test::allocation_fails() ? nullptr : malloc(size == 0 ? 1 : size);
}
void operator delete(void* memory) noexcept { free(memory); }
void operator delete(void* memory, std::size_t) noexcept { free(memory); }

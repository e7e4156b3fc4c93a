// SPDX-License-Identifier: MIT
// A new element has all its members' values, whatever lay in the memory that it was made in.
#include "json/fresh.hpp"
#include <aihow/state/model.hpp>
#include <cstring>
#include <memory>
#include <new>
#include "catch.hpp"

using namespace aihow::state;

TEMPLATE_TEST_CASE("what is made of Fresh is what has no values given", "[json][fresh]", VMInfo, NetworkInfo, VolumeInfo, PoolInfo, UnknownMember) {
  alignas(TestType) std::byte memory[sizeof(TestType)];
  std::memset(memory, 0xA5, sizeof memory);
  auto* const made = ::new (memory) TestType(format::Fresh{});
  CHECK(*made == TestType{});
  std::destroy_at(made);
}

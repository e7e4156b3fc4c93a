// SPDX-License-Identifier: MIT
// Properties are tried with many seeds. A failure prints its seed: AIHOW_SEED=N runs that one alone.
#pragma once
#include <cstdint>
#include <cstdlib>
#include "catch.hpp"

template <class Test>
void for_each_seed(Test test) {
  constexpr std::uint64_t first = 20251021;
  constexpr std::uint64_t count = 300;
  if (const char* seed = std::getenv("AIHOW_SEED")) return test(std::strtoull(seed, nullptr, 10));
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    INFO("AIHOW_SEED=" << seed);
    test(seed);
  }
}

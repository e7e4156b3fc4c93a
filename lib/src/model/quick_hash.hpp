// SPDX-License-Identifier: MIT
// A fast hash of texts and addresses, for tables in memory. Its values are never stored.
#pragma once
#include <string_view>
#include "model/address.hpp"
#include "model/hash_seed.hpp"
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace aihow::state::inline v0::detail {

struct QuickHash {
  using is_avalanching = void;  ///< tells Boost.Unordered that every bit of it counts
  std::uint64_t seed = hash_seed();
  std::size_t operator()(std::string_view text) const noexcept { return XXH3_64bits_withSeed(text.data(), text.size(), seed); }
  std::size_t operator()(const Address& address) const noexcept {
    const std::uint64_t words[]{address.high, address.low};
    return XXH3_64bits_withSeed(words, sizeof words, seed);
  }
};

}  // namespace aihow::state::inline v0::detail

// SPDX-License-Identifier: MIT
#include "model/hash_seed.hpp"
#include <unistd.h>
#include <chrono>

namespace aihow::state::inline v0::detail {

std::uint64_t hash_seed() noexcept {
  static const std::uint64_t value = [] {
    std::uint64_t random = 0;
    // Without entropy the hash is only less of a secret.
    if (getentropy(&random, sizeof random) != 0) random = static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
    return random;
  }();
  return value;
}

}  // namespace aihow::state::inline v0::detail

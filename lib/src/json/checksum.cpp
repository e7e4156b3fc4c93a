// SPDX-License-Identifier: MIT
#include "json/checksum.hpp"
#define XXH_INLINE_ALL  // the state fits on the stack, and nothing is linked
#include <xxhash.h>
#include <new>
#include "json/xxh3_avx2.h"

namespace aihow::state::inline v0::format {
namespace {

void feed(XXH3_state_t* state, std::string_view bytes) noexcept {
#if defined(AIHOW_XXH3_AVX2)
  static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
  if (has_avx2) return aihow_internal_xxh3_update_avx2(state, bytes.data(), bytes.size());
#endif
  XXH3_128bits_update(state, bytes.data(), bytes.size());
}

Digest hex(const XXH128_hash_t& hash) noexcept {
  constexpr std::string_view digits = "0123456789abcdef";
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash);
  Digest out;
  for (std::size_t i = 0; i < sizeof canonical.digest; ++i) {
    out[2 * i] = digits[canonical.digest[i] >> 4];
    out[2 * i + 1] = digits[canonical.digest[i] & 15];
  }
  return out;
}

}  // namespace

Digest digest(std::string_view bytes) noexcept { return hex(XXH3_128bits(bytes.data(), bytes.size())); }

Digests digests(std::string_view bytes, std::size_t zeros_at) noexcept {
  constexpr std::string_view zeros = "00000000000000000000000000000000";
  const auto rest = bytes.substr(zeros_at + zeros.size());
  Digester with_zeros;
  with_zeros.update(bytes.substr(0, zeros_at));
  Digester as_they_are = with_zeros;
  as_they_are.update(bytes.substr(zeros_at));
  with_zeros.update(zeros);
  with_zeros.update(rest);
  return {as_they_are.finish(), with_zeros.finish()};
}

// The functions on a state can only fail for a null pointer.
Digester::Digester() noexcept {
  static_assert(sizeof(XXH3_state_t) <= sizeof state_ && alignof(XXH3_state_t) <= alignof(Digester));
  auto* const state = new (state_.data()) XXH3_state_t;
  XXH3_INITSTATE(state);
  XXH3_128bits_reset(state);
}
void Digester::update(std::string_view bytes) noexcept { feed(std::launder(reinterpret_cast<XXH3_state_t*>(state_.data())), bytes); }
Digest Digester::finish() const noexcept { return hex(XXH3_128bits_digest(std::launder(reinterpret_cast<const XXH3_state_t*>(state_.data())))); }

}  // namespace aihow::state::inline v0::format

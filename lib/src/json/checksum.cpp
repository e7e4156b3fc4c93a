// SPDX-License-Identifier: MIT
#include "json/checksum.hpp"
#define XXH_INLINE_ALL  // the state fits on the stack, and nothing is linked
#include <xxhash.h>

namespace aihow::state::inline v0::format {
namespace {

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

Digest digest_with_zeros(std::string_view bytes, std::size_t zeros_at) noexcept {
  constexpr std::string_view zeros = "00000000000000000000000000000000";
  const auto rest = bytes.substr(zeros_at + zeros.size());
  XXH3_state_t state;
  XXH3_INITSTATE(&state);
  XXH3_128bits_reset(&state);
  XXH3_128bits_update(&state, bytes.data(), zeros_at);
  XXH3_128bits_update(&state, zeros.data(), zeros.size());
  XXH3_128bits_update(&state, rest.data(), rest.size());
  return hex(XXH3_128bits_digest(&state));
}

}  // namespace aihow::state::inline v0::format

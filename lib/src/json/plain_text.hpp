// SPDX-License-Identifier: MIT
// Text that stands for itself in a JSON string: found and copied 16 bytes at a time where the machine can.
#pragma once
#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>
#if defined(__SSE2__)
#include <emmintrin.h>
#include <bit>
#endif

namespace aihow::state::inline v0::format {

/// Whether a byte of a JSON string stands for itself: not a quote, a backslash, a control character, or part of a character beyond ASCII.
constexpr bool is_plain(char c) noexcept { return static_cast<signed char>(c) >= 0x20 && c != '"' && c != '\\'; }

#if defined(__SSE2__)
namespace detail {

/// One bit for each byte that is not plain.
inline unsigned special_bytes(__m128i bytes) noexcept {
  // Signed, so that bytes from 0x80 on are below the blank as well.
  const __m128i below = _mm_cmplt_epi8(bytes, _mm_set1_epi8(' '));
  const __m128i quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
  const __m128i backslashes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(below, _mm_or_si128(quotes, backslashes))));
}
inline __m128i load(const char* at) noexcept { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)); }
inline void store(char* at, __m128i bytes) noexcept { _mm_storeu_si128(reinterpret_cast<__m128i*>(at), bytes); }

}  // namespace detail
#endif

/// How many of the 16 bytes from `at` on are plain, up to the first that is not.
inline std::size_t plain_bytes_of_16(const char* at) noexcept {
#if defined(__SSE2__)
  return static_cast<std::size_t>(std::countr_zero(detail::special_bytes(detail::load(at)) | 1U << 16));
#else
  std::size_t count = 0;
  while (count != 16 && is_plain(at[count])) ++count;
  return count;
#endif
}

/// The first byte from `at` on that is not plain; `end` if there is none.
inline const char* skip_plain(const char* at, const char* end) noexcept {
#if defined(__SSE2__)
  for (; end - at >= 16; at += 16) {
    if (const unsigned special = detail::special_bytes(detail::load(at)); special != 0) return at + std::countr_zero(special);
  }
#endif
  while (at != end && is_plain(*at)) ++at;
  return at;
}

#if defined(__SSE2__)
namespace detail {

/// Copies the first and the last Word of a text, which may overlap and are all of it, and returns the bytes of both (those of short ones twice).
template <class Word>
__m128i copy_ends(char* out, const char* text, std::size_t size) noexcept {
  std::array<Word, 2> ends;
  std::memcpy(&ends[0], text, sizeof(Word));
  std::memcpy(&ends[1], text + size - sizeof(Word), sizeof(Word));
  std::memcpy(out, &ends[0], sizeof(Word));
  std::memcpy(out + size - sizeof(Word), &ends[1], sizeof(Word));
  if constexpr (sizeof(Word) == 8) return _mm_set_epi64x(ends[1], ends[0]);
  else return _mm_set_epi32(ends[1], ends[0], ends[1], ends[0]);
}

}  // namespace detail
#endif

/// Copies the text if it is plain; else false, with anything written to as many bytes at `out`.
inline bool copy_plain(char* out, std::string_view text) noexcept {
  const char* at = text.data();
#if defined(__SSE2__)
  // The last bytes are taken together with some that were copied already, so that there is no remainder.
  const std::size_t size = text.size();
  if (size >= 16) {
    unsigned special = 0;
    for (std::size_t i = 0; i + 16 <= size; i += 16) {
      const __m128i bytes = detail::load(at + i);
      special |= detail::special_bytes(bytes);
      detail::store(out + i, bytes);
    }
    const __m128i bytes = detail::load(at + size - 16);
    detail::store(out + size - 16, bytes);
    return (special | detail::special_bytes(bytes)) == 0;
  }
  if (size >= 8) return detail::special_bytes(detail::copy_ends<long long>(out, at, size)) == 0;
  if (size >= 4) return detail::special_bytes(detail::copy_ends<int>(out, at, size)) == 0;
#endif
  for (const char* const end = at + text.size(); at != end; ++at) {
    if (!is_plain(*at)) return false;
    *out++ = *at;
  }
  return true;
}

}  // namespace aihow::state::inline v0::format

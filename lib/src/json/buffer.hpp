// SPDX-License-Identifier: MIT
// Buffer: text that is written piece by piece, without streams, locale, or a check for each byte.
#pragma once
#include <array>
#include <charconv>
#include <cstring>
#include <string>
#include <string_view>
#include "json/checksum.hpp"
#include "json/plain_text.hpp"
#include "json/spelling.hpp"
#include "json/write.hpp"

namespace aihow::state::inline v0::format {

/// Collects in a block that stays in the processor's cache; full blocks move on to the result or a sink, and into its checksum if one is wanted.
/// Each function that puts is told where in the block, and returns where the next byte goes: so the place is in a register all the way, since of
/// what is written there the compiler could not know that it leaves a member of this class alone.
class Buffer {
 public:
  /// `expected_bytes`: how much will be collected, about. `digester`: is fed with all of it.
  explicit Buffer(std::size_t expected_bytes, Digester* digester = nullptr) : digester_(digester) { out_.reserve(expected_bytes); }
  Buffer(Sink& sink, Digester* digester) : digester_(digester), sink_(&sink) { out_.reserve(sink_piece + block_bytes); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  /// Where the first byte goes.
  char* begin() noexcept { return block_.data(); }

  template <std::size_t N>
  char* put(char* at, [[maybe_unused]] const Spelled<N>& text) {
    if constexpr (N == 0) return at;
    at = reserve(at, N);
    std::memcpy(at, text.chars.data(), N);
    return at + N;
  }
  char* put(char* at, std::string_view text);
  char* put(char* at, char c) {
    at = reserve(at, 1);
    *at = c;
    return at + 1;
  }
  template <class Integer>
  char* put_integer(char* at, Integer value) {
    constexpr std::size_t longest = 20;
    at = reserve(at, longest);
    return std::to_chars(at, at + longest, value).ptr;
  }
  /// As a JSON string, quotes included. Bytes that are not UTF-8 become U+FFFD.
  char* put_quoted(char* at, std::string_view text) {
    if (text.size() + 2 <= max_piece) {
      at = reserve(at, text.size() + 2);
      if (copy_plain(at + 1, text)) {
        at[0] = at[text.size() + 1] = '"';
        return at + text.size() + 2;
      }
    }
    return put_escaped(at, text);
  }

  /// Room for `bytes` more in one piece, at most max_piece, that the caller writes itself: returns where.
  char* reserve(char* at, std::size_t bytes) {
    if (static_cast<std::size_t>(block_.data() + block_.size() - at) >= bytes) return at;
    flush(at);
    return block_.data();
  }
  static constexpr std::size_t max_piece = 8192;

  /// Hands on everything that was written to the digester. The sink gets nothing more: what it has not got yet is collected, with what follows.
  char* hold(char* at);

  /// Of what is collected.
  std::size_t size(const char* at) const noexcept { return out_.size() + static_cast<std::size_t>(at - block_.data()); }
  /// Everything that was collected. Nothing may be written any more.
  std::string take(const char* at) && {
    flush(at);
    return std::move(out_);
  }

 private:
  void flush(const char* at);
  char* put_escaped(char* at, std::string_view text);

  std::string out_;
  Digester* digester_;
  Sink* sink_ = nullptr;
  static constexpr std::size_t block_bytes = 32768;
  /// What a sink gets at a time: each may be a system call, and a device works on one while the next is made.
  static constexpr std::size_t sink_piece = std::size_t{1} << 18;
  std::array<char, block_bytes> block_;  // Not set before it is written to.
};

}  // namespace aihow::state::inline v0::format

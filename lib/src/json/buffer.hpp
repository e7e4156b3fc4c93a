// SPDX-License-Identifier: MIT
// Buffer: text that is written piece by piece, without streams, locale, or a check for each byte.
#pragma once
#include <array>
#include <charconv>
#include <cstring>
#include <string>
#include <string_view>
#include "json/checksum.hpp"
#include "json/spelling.hpp"
#include "json/write.hpp"

namespace aihow::state::inline v0::format {

/// Collects in a block that stays in the processor's cache; full blocks move on to the result or a sink, and into its checksum if one is wanted.
class Buffer {
 public:
  /// `expected_bytes`: how much will be collected, about. `digester`: is fed with all of it.
  explicit Buffer(std::size_t expected_bytes, Digester* digester = nullptr) : digester_(digester) { out_.reserve(expected_bytes); }
  Buffer(Sink& sink, Digester* digester) : digester_(digester), sink_(&sink) { out_.reserve(sink_piece + block_bytes); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  template <std::size_t N>
  void put([[maybe_unused]] const Spelled<N>& text) {
    if constexpr (N != 0) {
      reserve(N);
      std::memcpy(at_, text.chars.data(), N);
      at_ += N;
    }
  }
  void put(std::string_view text);
  void put(char c) {
    reserve(1);
    *at_++ = c;
  }
  template <class Integer>
  void put_integer(Integer value) {
    constexpr std::size_t longest = 20;
    reserve(longest);
    at_ = std::to_chars(at_, at_ + longest, value).ptr;
  }
  /// As a JSON string, quotes included. Bytes that are not UTF-8 become U+FFFD.
  void put_quoted(std::string_view text);

  /// Room for `bytes` more in one piece, at most max_piece, that the caller writes itself and then takes with advance().
  char* reserve(std::size_t bytes) {
    if (static_cast<std::size_t>(block_.data() + block_.size() - at_) < bytes) flush();
    return at_;
  }
  void advance(std::size_t bytes) noexcept { at_ += bytes; }
  static constexpr std::size_t max_piece = 8192;

  /// Hands on everything that was written to the digester. The sink gets nothing more: what it has not got yet is collected, with what follows.
  void hold();

  /// Of what is collected.
  std::size_t size() const noexcept { return out_.size() + static_cast<std::size_t>(at_ - block_.data()); }
  /// Everything that was collected. Nothing may be written any more.
  std::string take() && {
    flush();
    return std::move(out_);
  }

 private:
  void flush();
  void put_escaped(std::string_view text);

  std::string out_;
  Digester* digester_;
  Sink* sink_ = nullptr;
  static constexpr std::size_t block_bytes = 32768;
  /// What a sink gets at a time: each may be a system call, and a device works on one while the next is made.
  static constexpr std::size_t sink_piece = std::size_t{1} << 18;
  std::array<char, block_bytes> block_;  // Not set before it is written to.
  char* at_ = block_.data();
};

}  // namespace aihow::state::inline v0::format

// SPDX-License-Identifier: MIT
// A buffer that text is written into without streams, locale or a check for each byte.
#pragma once
#include <charconv>
#include <cstring>
#include <string>
#include <string_view>

namespace aihow::state::inline v0::format {

class Buffer {
 public:
  /// `expected_bytes`: how much will be written, if it is known.
  explicit Buffer(std::size_t expected_bytes = 256) : out_(expected_bytes, '\0'), at_(out_.data()), end_(at_ + out_.size()) {}

  void put(std::string_view text) {
    reserve(text.size());
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  void put(char c) {
    reserve(1);
    *at_++ = c;
  }
  /// A line break and the blanks that the next line begins with.
  void new_line(int indent) {
    const auto blanks = static_cast<std::size_t>(indent);
    reserve(1 + blanks);
    *at_++ = '\n';
    std::memset(at_, ' ', blanks);
    at_ += blanks;
  }
  template <class Integer>
  void put_integer(Integer value) {
    reserve(20);
    at_ = std::to_chars(at_, end_, value).ptr;
  }
  /// As a JSON string, quotes included. Bytes that are not UTF-8 become U+FFFD.
  void put_quoted(std::string_view text);

  std::size_t size() const noexcept { return static_cast<std::size_t>(at_ - out_.data()); }
  std::string_view view() const noexcept { return {out_.data(), size()}; }
  void overwrite(std::size_t at, std::string_view text) noexcept { std::memcpy(out_.data() + at, text.data(), text.size()); }
  std::string take() && {
    out_.resize(size());
    return std::move(out_);
  }

  /// Room for `bytes` more.
  void reserve(std::size_t bytes) {
    if (static_cast<std::size_t>(end_ - at_) < bytes) grow(bytes);
  }
  char* cursor() noexcept { return at_; }
  void advance(std::size_t bytes) noexcept { at_ += bytes; }

 private:
  void grow(std::size_t bytes);

  std::string out_;
  char* at_;
  char* end_;
};

}  // namespace aihow::state::inline v0::format

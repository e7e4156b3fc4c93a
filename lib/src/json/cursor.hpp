// SPDX-License-Identifier: MIT
// Cursor: where the event parser stands in the bytes that it reads.
#pragma once
#include <cstddef>
#include <functional>
#include <string_view>
#include "json/locate.hpp"

namespace aihow::state::inline v0::format {

/// Where the parser stands in the bytes. Events say where strings without escapes and numbers are, and nothing of the others: those are
/// counted, and only when a place is asked for are they walked over again.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) noexcept : bytes_(bytes) {}

  void pass(std::size_t from, std::size_t to) noexcept { start_ = from, end_ = to, uncounted_ = 0; }
  void pass_one() noexcept { ++uncounted_; }
  /// The offset of `part` if it lies in the bytes, npos if it is a copy.
  std::size_t offset_of(std::string_view part) const noexcept {
    const std::less_equal<const char*> ordered;
    return ordered(bytes_.data(), part.data()) && ordered(part.data() + part.size(), bytes_.data() + bytes_.size())
               ? static_cast<std::size_t>(part.data() - bytes_.data())
               : std::string_view::npos;
  }
  std::size_t token_start() noexcept { return settle(), start_; }
  std::size_t token_end() noexcept { return settle(), end_; }
  std::string_view bytes() const noexcept { return bytes_; }

 private:
  void settle() noexcept {
    for (; uncounted_ != 0; --uncounted_) {
      start_ = skip_separators(bytes_, end_);
      end_ = skip_token(bytes_, start_);
    }
  }

  std::string_view bytes_;
  std::size_t start_ = 0;
  std::size_t end_ = 0;
  std::size_t uncounted_ = 0;
};

}  // namespace aihow::state::inline v0::format

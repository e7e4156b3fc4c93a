// SPDX-License-Identifier: MIT
// TextPieces: a text that the event parser hands over piece by piece, as it does where there are escapes.
#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include "json/room.hpp"

namespace aihow::state::inline v0::format {

/// Its memory is used again from text to text, and is accounted for.
class TextPieces {
 public:
  /// `room` outlives it.
  explicit TextPieces(Room& room) noexcept : room_(room) {}

  /// Forgets the text there was; the memory of a large one too.
  void begin() {
    constexpr std::size_t large = 65536;
    text_.clear();
    if (text_.capacity() > large) {
      room_.give_back(text_.capacity());
      text_ = {};
    }
  }
  void add(std::string_view piece) {
    if (const std::size_t size = text_.size() + piece.size(), before = text_.capacity(); size > before) {
      room_.take(std::max(size, 2 * before));
      text_.reserve(size);
      room_.give_back(before);
    }
    text_.append(piece);
  }
  std::string_view text() const noexcept { return text_; }

 private:
  Room& room_;
  std::string text_;
};

}  // namespace aihow::state::inline v0::format

// SPDX-License-Identifier: MIT
// Room: the memory that reading a document may take.
#pragma once
#include <aihow/state/model.hpp>
#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <vector>
#include "json/cursor.hpp"
#include "model/distinct.hpp"

namespace aihow::state::inline v0::format {

struct Source;

/// Keeps account of what is read, so that bytes, models and what validate() needs to look at them never hold more than 4 times the document's size
/// plus 16 MiB, whatever the document. Elements that say next to nothing are the ones that cost: the smallest VM has 56 bytes as JSON and 368 as a
/// VMInfo.
class Room {
 public:
  /// Both outlive it; `cursor` says where a document that takes too much is refused.
  Room(const Source& source, Cursor& cursor) noexcept;

  /// Appends an element. A list grows by doubling while there is room for that, then to what it will need.
  template <class T>
  T& append(std::vector<T>& list) {
    if (list.size() == list.capacity()) list.reserve(grown(&list, list.size(), sizeof(T) + checked<T>));
    return list.emplace_back();
  }
  /// A string of `size` bytes is about to be kept.
  void keep_text(std::size_t size) {
    if (size > in_place) take(size + allocation);
  }
  /// So much is about to be allocated. Throws Error corrupt where it would be too much.
  void take(std::size_t bytes) {
    if (bytes > limit_ - used_) refuse();
    used_ += bytes;
  }
  void give_back(std::size_t bytes) noexcept { used_ -= std::min(bytes, used_); }

 private:
  static constexpr std::size_t in_place = 15;  ///< characters that a std::string holds without an allocation
  /// What validate() will hold of an element: that its name, or the address that it is, was seen; of a VM both.
  template <class T>
  static constexpr std::size_t checked = detail::distinct_bytes*(std::is_same_v<T, VMInfo>          ? 2
                                                                 : std::is_same_v<T, UnknownMember> ? 0
                                                                                                    : 1);
  static constexpr std::size_t allocation = 24;  ///< what one costs at most beyond its size: header, rounding, final NUL

  [[noreturn]] void refuse();
  /// The capacity that a full list of `count` elements gets.
  std::size_t grown(const void* list, std::size_t count, std::size_t element_bytes);

  /// A large list that has grown: what came in since then says how large its elements are.
  struct Growth {
    const void* list = nullptr;
    std::size_t count = 0;
    std::size_t at = 0;
  };

  const Source& source_;
  Cursor& cursor_;
  std::size_t limit_;
  std::size_t used_ = 0;
  Growth last_;
};

}  // namespace aihow::state::inline v0::format

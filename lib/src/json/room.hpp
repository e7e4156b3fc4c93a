// SPDX-License-Identifier: MIT
// Room: the memory that reading a document may take.
#pragma once
#include <aihow/state/model.hpp>
#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>
#include "json/cursor.hpp"
#include "json/fresh.hpp"
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

  /// What reading so many bytes may take beside them.
  static constexpr std::size_t limit(std::size_t document_bytes) noexcept { return 3 * document_bytes + slack; }

  /// Appends an element. A short list grows by doubling, a long one to what it will need, as far as that can be foreseen.
  /// `checked`: what validate() will hold of an element.
  template <class T>
  T& append(std::vector<T>& list, std::size_t checked = checked_bytes<T>) {
    if (list.size() == list.capacity()) list.reserve(grown(&list, list.size(), sizeof(T) + checked));
    return list.emplace_back(Fresh{});
  }
  /// A list has all its elements: where it has more memory to spare than it uses, that is given back.
  template <class T>
  void finish(std::vector<T>& list, std::size_t checked = checked_bytes<T>) {
    const std::size_t spare = (list.capacity() - list.size()) * sizeof(T);
    if (spare < worth_giving_back || spare < list.capacity() * sizeof(T) / 2) return;
    const std::size_t before = list.capacity() * (sizeof(T) + checked);
    const std::size_t after = list.size() * (sizeof(T) + checked);
    if (used_ + after > limit_) return;  // it moves, and for a while both are there
    list.shrink_to_fit();
    give_back(before - after);
  }
  /// A string of `size` bytes is about to be kept.
  void keep_text(std::size_t size) { take(text_bytes(size)); }
  /// What a string of that size allocates: characters and NUL, with the allocator's header in steps of 16 bytes.
  static constexpr std::size_t text_bytes(std::size_t size) noexcept {
    return size <= in_place ? 0 : (size + 1 + sizeof(std::size_t) + 15) / 16 * 16;
  }
  /// So much is about to be allocated. Throws Error corrupt where it would be too much.
  void take(std::size_t bytes) {
    if (bytes > limit_ - used_) refuse();
    used_ += bytes;
  }
  void give_back(std::size_t bytes) noexcept { used_ -= std::min(bytes, used_); }

  static constexpr std::size_t in_place = 15;    ///< characters that a std::string holds without an allocation
  static constexpr std::size_t allocation = 24;  ///< what one costs at most beyond its size: header, rounding, final NUL
  /// What validate() holds of an element while it looks at a list of texts: of a network's addresses that each was seen.
  static constexpr std::size_t checked_bytes_of(std::string_view member) noexcept {
    return member == "active_ips" ? state::detail::distinct_bytes : 0;
  }
  /// Of an object that its name was, of a VM also its address.
  template <class T>
  static constexpr std::size_t checked_bytes = 0;

 private:
  static constexpr std::size_t slack = std::size_t{15} << 20;  ///< of the 16 MiB; the rest is the reader's own
  static constexpr std::size_t worth_giving_back = 256;
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

template <>
inline constexpr std::size_t Room::checked_bytes<VMInfo> = 2 * state::detail::distinct_bytes;
template <>
inline constexpr std::size_t Room::checked_bytes<NetworkInfo> = state::detail::distinct_bytes;
template <>
inline constexpr std::size_t Room::checked_bytes<VolumeInfo> = state::detail::distinct_bytes;
template <>
inline constexpr std::size_t Room::checked_bytes<PoolInfo> = state::detail::distinct_bytes;

}  // namespace aihow::state::inline v0::format

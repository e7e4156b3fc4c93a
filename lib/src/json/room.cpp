// SPDX-License-Identifier: MIT
#include "json/room.hpp"
#include <algorithm>
#include "json/locate.hpp"
#include "json/refuse.hpp"

namespace aihow::state::inline v0::format {
namespace {

constexpr std::size_t small_list = std::size_t{64} << 10;

}  // namespace

Room::Room(const Source& source, Cursor& cursor) noexcept : source_(source), cursor_(cursor), limit_(limit(source.bytes.size())) {}

void Room::refuse() { refuse_memory(source_, cursor_.token_start()); }

std::size_t Room::grown(const void* list, std::size_t count, std::size_t element_bytes) {
  // While a list moves, both its old and its new memory are there.
  const auto fits = [&](std::size_t capacity, std::size_t limit) { return used_ + capacity * element_bytes <= limit; };
  std::size_t capacity = std::max<std::size_t>(2 * count, 1);
  if (capacity * element_bytes > small_list) {
    const std::size_t at = cursor_.token_start();
    // How many more there are if they go on as large as they were; at first, all of the document before them counts as theirs.
    const bool again = last_.list == list && last_.count < count;
    const std::size_t bytes_each = again ? (at - last_.at) / (count - last_.count) : at / count;
    std::size_t more = (source_.bytes.size() - at) / std::max<std::size_t>(bytes_each, 1);
    more += more / 16;
    if (fits(count + more, limit_ / 4 * 3)) capacity = count + std::max(more, count / 4);
    else capacity = count + std::max<std::size_t>(count_elements(source_.bytes, at), 1);
    last_ = {list, count, at};
  }
  take(capacity * element_bytes + allocation);
  if (count != 0) give_back(count * element_bytes + allocation);
  return capacity;
}

}  // namespace aihow::state::inline v0::format

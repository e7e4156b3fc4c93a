// SPDX-License-Identifier: MIT
// MemberNames: notices a member that an object has twice.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>
#include "json/room.hpp"

namespace aihow::state::inline v0::format {

/// The member names of the objects that are open, to notice one that comes twice. Kept as hashes, so that a million of them stay small and
/// are sorted fast; the names themselves are only looked at where hashes are equal.
class MemberNames {
 public:
  /// Both outlive it.
  MemberNames(std::string_view bytes, Room& room) : bytes_(bytes), room_(room) {}

  void open() { bases_.push_back(names_.size()); }
  /// `at`: where it is spelled, its opening quote.
  void add(std::string_view name, std::size_t at);
  /// Closes the innermost object; the offset of the first name that it had before, or npos.
  std::size_t close();

 private:
  using Name = std::uint64_t;  ///< the hash above the offset

  std::string_view bytes_;
  Room& room_;
  std::deque<Name> names_;  // not a vector: one that grows is there twice
  std::vector<std::size_t> bases_;
};

}  // namespace aihow::state::inline v0::format

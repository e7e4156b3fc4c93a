// SPDX-License-Identifier: MIT
// MemberNames: notices a member that an object has twice.
#pragma once
#include <algorithm>
#include <compare>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include "json/locate.hpp"

namespace aihow::state::inline v0::format {

/// The member names of the objects that are open, to notice one that comes twice. Kept as hashes, so that a million of them stay small and
/// are sorted fast; the names themselves are only looked at where hashes are equal.
class MemberNames {
 public:
  explicit MemberNames(std::string_view bytes) noexcept : bytes_(bytes) {}

  void open() { bases_.push_back(names_.size()); }
  void add(std::string_view name, std::size_t at) { names_.push_back({std::hash<std::string_view>{}(name), at}); }
  /// Closes the innermost object; the offset of the first name that it had before, or npos.
  std::size_t close() {
    const auto end = names_.end();
    auto begin = names_.begin() + static_cast<std::ptrdiff_t>(bases_.back());
    std::sort(begin, end);
    std::size_t out = std::string_view::npos;
    while (begin != end) {
      const auto rest = std::find_if(begin, end, [&](const Name& name) { return name.hash != begin->hash; });
      if (rest - begin > 1) out = std::min(out, first_repeated({begin, rest}));
      begin = rest;
    }
    names_.resize(bases_.back());
    bases_.pop_back();
    return out;
  }

 private:
  struct Name {
    std::size_t hash;
    std::size_t at;
    auto operator<=>(const Name&) const = default;
  };

  std::size_t first_repeated(std::span<const Name> suspects) const {
    std::vector<std::pair<std::string, std::size_t>> spelled;
    for (const Name& name : suspects) spelled.emplace_back(string_at(bytes_, name.at), name.at);
    std::sort(spelled.begin(), spelled.end());
    std::size_t out = std::string_view::npos;
    for (std::size_t i = 1; i < spelled.size(); ++i) {
      if (spelled[i].first == spelled[i - 1].first) out = std::min(out, spelled[i].second);
    }
    return out;
  }

  std::string_view bytes_;
  std::vector<Name> names_;
  std::vector<std::size_t> bases_;
};

}  // namespace aihow::state::inline v0::format

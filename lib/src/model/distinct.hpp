// SPDX-License-Identifier: MIT
// Distinct: notices what comes twice among very many.
#pragma once
#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>
#include "model/quick_hash.hpp"

namespace aihow::state::inline v0::detail {

/// The keys of a list's elements, seen one after another. As long as they come in a few ascending runs that do not overlap, as names and addresses
/// mostly do (`controller`, `node-01`, `node-02` …), a comparison tells that one is new and nothing is kept; only after that they are hashed,
/// as positions in the list: at most `distinct_bytes` each.
/// `KeyOf`: the key of the element at a position, optional where not every element has one.
template <class Key, class KeyOf>
class Distinct {
 public:
  /// `count`: how many elements there are.
  Distinct(std::size_t count, KeyOf key_of) : count_(count), hashed_(0, Hash{key_of, {}}, Equal{key_of}), key_of_(std::move(key_of)) {}

  /// Whether the key of the element at `position` is new; then it has been seen from now on. Positions come ascending; one without a key is left out.
  bool insert(std::uint32_t position, const Key& key) {
    if (!hashed_.empty()) return hashed_.insert(position).second;
    if (!runs_.empty() && runs_.back().last < key && (!limit_ || key < *limit_)) {
      runs_.back().last = key;
      return true;
    }
    if (begin_run(key)) return true;
    hashed_.reserve(count_);
    for (std::uint32_t before = 0; before < position; ++before) {
      if (key_of_(before)) hashed_.insert(before);
    }
    return hashed_.insert(position).second;
  }

 private:
  struct Hash {
    using is_avalanching = void;
    KeyOf key_of;
    QuickHash hash;
    std::size_t operator()(std::uint32_t position) const { return hash(*key_of(position)); }
  };
  struct Equal {
    KeyOf key_of;
    bool operator()(std::uint32_t one, std::uint32_t other) const { return *key_of(one) == *key_of(other); }
  };
  struct Run {
    Key first;
    Key last;
  };

  bool begin_run(const Key& key) {
    constexpr std::size_t most = 8;
    const auto holds = [&](const Run& run) { return !(key < run.first) && !(run.last < key); };
    if (runs_.size() == most || std::any_of(runs_.begin(), runs_.end(), holds)) return false;
    limit_.reset();
    for (const Run& run : runs_) {
      if (key < run.first && (!limit_ || run.first < *limit_)) limit_ = run.first;
    }
    runs_.push_back({key, key});
    return true;
  }

  std::size_t count_;
  std::vector<Run> runs_;
  std::optional<Key> limit_;  ///< where the run before which the last one lies begins
  boost::unordered_flat_set<std::uint32_t, Hash, Equal> hashed_;
  KeyOf key_of_;
};

/// What an element costs in a table that has just doubled, since it was full to 7/8: 4 bytes and one of Boost's own, 16 / 7 times.
inline constexpr std::size_t distinct_bytes = 12;

}  // namespace aihow::state::inline v0::detail

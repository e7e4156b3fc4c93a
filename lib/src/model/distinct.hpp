// SPDX-License-Identifier: MIT
// Distinct: notices what comes twice among very many.
#pragma once
#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <optional>
#include <vector>
#include "model/quick_hash.hpp"

namespace aihow::state::inline v0::detail {

/// Keys that were seen. As long as they come in a few ascending runs that do not overlap, as names and addresses mostly do (`controller`,
/// `node-01`, `node-02` …), a comparison tells that one is new; only after that they are hashed.
template <class Key>
class Distinct {
 public:
  /// `expected`: how many keys there will be, about.
  explicit Distinct(std::size_t expected = 0) { seen_.reserve(expected); }

  /// Whether the key is new; then it has been seen from now on.
  bool insert(const Key& key) {
    if (!hashed_.empty()) return hashed_.insert(key).second;
    if (!runs_.empty() && runs_.back().last < key && (!limit_ || key < *limit_)) {
      runs_.back().last = key;
    } else if (!begin_run(key)) {
      hashed_.reserve(std::max(seen_.capacity(), seen_.size() + 1));
      hashed_.insert(seen_.begin(), seen_.end());
      return hashed_.insert(key).second;
    }
    seen_.push_back(key);
    return true;
  }

 private:
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

  std::vector<Key> seen_;
  std::vector<Run> runs_;
  std::optional<Key> limit_;  ///< where the run before which the last one lies begins
  boost::unordered_flat_set<Key, QuickHash> hashed_;
};

}  // namespace aihow::state::inline v0::detail

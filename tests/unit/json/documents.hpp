// SPDX-License-Identifier: MIT
// Documents to test with: a small one that has everything, and any number of generated ones.
#pragma once
#include <aihow/state/json.hpp>
#include <cstdint>
#include <random>
#include <string>

/// Every member of the format once, unknown ones at each level, revision 42.
aihow::state::ClusterState full_state();

/// A state that is made up from a seed: the same seed, the same state.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}
  /// `with_unknown`: with members that the model does not know, at every level.
  aihow::state::ClusterState state(bool with_unknown);
  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_() % limit); }
  bool chance(std::size_t percent) { return below(100) < percent; }

  std::string text();           ///< any characters
  std::string json(int depth);  ///< any value
  std::string time_text();      ///< a timestamp in any spelling that one may have

 private:
  std::string digits(std::size_t count);
  std::string number();
  std::string space();
  aihow::state::Timestamp time();
  aihow::state::Uuid uuid();
  aihow::state::Pending pending();
  aihow::state::UnknownMembers unknown();
  aihow::state::VMInfo vm();
  aihow::state::NetworkInfo network();
  aihow::state::VolumeInfo volume();
  aihow::state::PoolInfo pool();

  std::mt19937_64 random_;
  bool with_unknown_ = true;
};

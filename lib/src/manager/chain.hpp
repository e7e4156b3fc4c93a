// SPDX-License-Identifier: MIT
// Chain: how the record of the next change is joined to the ones before it.
#pragma once
#include <aihow/state/history.hpp>
#include <aihow/state/state_store.hpp>
#include <cstdint>
#include <optional>
#include "channel.hpp"

namespace aihow::state::inline v0 {

/// What a record has to tell so that the past can be made again from it.
struct Joint {
  RecordType type = RecordType::change;
  bool touched = false;                     ///< times of the base may not be those that its record led to
  bool edited = false;                      ///< the base was edited by hand
  bool gap = false;                         ///< the base has no record: that of a gap, or one that is made again, goes before
  std::uint64_t last_record = 0;            ///< the newest record; 0: there is none
  std::optional<std::uint64_t> expected{};  ///< the same, for Commit::last_record
};

/// Remembers what this process committed last, so that the history is read for its first change only.
/// Threads: one at a time (the committer's turn).
class Chain {
 public:
  /// How a change of `base` is joined. Reads the newest record where it has to. What cannot be read is no hindrance: the record is then whole.
  Joint join(const Snapshot& base, Channel& store);
  /// A change of ours stands.
  void changed(const Snapshot& made) noexcept;
  /// A touch of ours stands, on top of `before`.
  void touched(const Snapshot& before, const Snapshot& made) noexcept;
  void forget() noexcept { known_.reset(); }

 private:
  struct Known {
    Version version;  ///< of what stands
    bool touched = false;
  };
  std::optional<Known> known_;
};

}  // namespace aihow::state::inline v0

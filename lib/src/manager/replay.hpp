// SPDX-License-Identifier: MIT
// Replay: a state of the past, made by applying records one after another.
#pragma once
#include <aihow/state/state_store.hpp>
#include <optional>
#include <string>

namespace aihow::state::inline v0 {

class Replay {
 public:
  /// `lineage`: of the history, which its records do not repeat.
  explicit Replay(const Uuid& lineage) : lineage_(lineage) {}

  /// Applies the next record. One that does not go on from what stands, and is no start itself, leaves nothing standing.
  /// Throws Error corrupt where it is damaged, or says something of an object that is not there.
  void apply(const Record& record);

  /// What the last record led to; nullptr: that is not known, or nothing stood then.
  const ClusterState* state() const noexcept { return state_ ? &*state_ : nullptr; }
  /// Whether the last record removed the state.
  bool erased() const noexcept { return erased_; }
  bool is_gap() const noexcept { return gap_; }
  /// The token that the last record names; empty: none. Of a gap it is that of a document which a hand may have written.
  const std::string& token() const noexcept { return token_; }

 private:
  Uuid lineage_;
  std::optional<ClusterState> state_;
  std::string token_;
  bool erased_ = false;
  bool gap_ = false;
};

}  // namespace aihow::state::inline v0

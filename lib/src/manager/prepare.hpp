// SPDX-License-Identifier: MIT
// prepare: turns a changed copy of what stands into what is committed. Pure but for the clock.
#pragma once
#include <aihow/state/diff.hpp>
#include <aihow/state/state_store.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace aihow::state::inline v0 {

/// What a change wants to stand next.
struct Plan {
  std::shared_ptr<Snapshot> next;  ///< its `state` is the wanted one; nullptr: nothing is to change, or (`erase`) nothing is to stand
  bool erase = false;
  bool status_is_set = false;                ///< the state's `status` is meant, even where it is the one that stands
  std::optional<std::uint64_t> undone_to{};  ///< for the record: see HistoryEntry
  std::optional<std::uint64_t> restored{};   ///< the same
  /// Where nothing but one VM was changed, not its name either: its place. Then nothing else is compared.
  std::optional<std::size_t> only_vm{};
};

/// Why something is written, or not.
enum class Write : std::uint8_t { nothing, touch, change };

struct Prepared {
  Write write = Write::nothing;
  StateDiff diff;
};

/// What identifies a first commit, in all its attempts.
struct FirstCommit {
  std::optional<Uuid> lineage;  ///< for a state that has none; made where it is needed
  std::uint64_t highest = 0;    ///< the largest revision that the location is known to have had, where nothing stands
};

/// Completes `plan.next` on top of `current` (nullptr: nothing stands): derives status where VMs changed, sets `last_modified`, revision and
/// lineage, and validates. Throws Error invalid.
Prepared prepare(const SnapshotPtr& current, const Plan& plan, FirstCommit& first, std::string_view location);

}  // namespace aihow::state::inline v0

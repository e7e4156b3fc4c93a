// SPDX-License-Identifier: MIT
// The board: memory that all processes share and that outlives every one that is killed. It has the ledger, which is kept outside of the state:
// each writer says there what it is about to do, and then what came of it.
#pragma once
#include <aihow/state/vm_state.hpp>
#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>
#include "options.hpp"

namespace writers {

enum class What : std::uint8_t { add, remove, update, shift };
enum class Outcome : std::uint8_t {
  about,    ///< its call had not returned: it may be there or not
  done,     ///< acknowledged: it must be there
  refused,  ///< an error: it must not be there
};

struct Entry {
  std::uint32_t life = 0;  ///< which life of the writer's process: each one that is killed has a successor
  What what{};
  std::uint8_t vm = 0;  ///< which of the writer's own
  aihow::state::VMState to{};
  std::atomic<Outcome> outcome{};
  std::uint32_t lineage = 0;  ///< the first bytes of the lineage that a shift landed in
};

/// One writer's page of the ledger.
struct Page {
  static constexpr std::uint32_t room = 1U << 18;
  std::atomic<std::uint32_t> used = 0;
  std::atomic<std::uint32_t> done = 0;
  Entry entries[room];  // NOLINT(cppcoreguidelines-avoid-c-arrays)

  std::span<const Entry> all() const noexcept { return {entries, used.load()}; }
  /// Requires: used < room.
  Entry& begin(std::uint32_t life, What what, std::uint8_t vm, aihow::state::VMState to) noexcept;
  void end(Entry& entry, Outcome outcome) noexcept;
};

struct Board {
  std::atomic<bool> stop = false;  ///< everybody is to come to an end
  std::atomic<bool> failed = false;
  std::atomic<std::uint64_t> conflicts = 0;
  std::atomic<std::uint64_t> reads = 0;
  std::atomic<std::uint64_t> longest_read_us = 0;
  std::atomic<std::uint64_t> told_older = 0;        ///< notices of an older copy in the state's place
  std::atomic<std::uint64_t> told_edited = 0;       ///< of an edit by hand
  std::atomic<std::uint64_t> told_interrupted = 0;  ///< of a commit that was interrupted, and is completed
  std::atomic<std::uint64_t> told_other = 0;
  Page pages[99];  // NOLINT(cppcoreguidelines-avoid-c-arrays)

  /// Never given back: it lives as long as the last process.
  static Board& make();
  /// Says on standard error what does not hold, and brings everybody to an end. From any process.
  void fail(std::string_view text) noexcept;
  void notice(std::string_view text) noexcept;
};

}  // namespace writers

// SPDX-License-Identifier: MIT
#include "reader.hpp"
#include <fmt/format.h>
#include <aihow/state/manager.hpp>
#include <chrono>
#include "writer.hpp"

namespace writers {

using namespace aihow::state;

namespace {

class Reader {
 public:
  Reader(Board& board, const Options& options) : board_(board), options_(options), manager_(options.state, manager_options(board, "reader")) {}

  void run() {
    for (std::uint64_t turn = 0; !board_.stop; ++turn) {
      const auto began = std::chrono::steady_clock::now();
      const SnapshotPtr snapshot = manager_.snapshot();
      const auto took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began).count();
      note(static_cast<std::uint64_t>(took));
      if (snapshot) look(*snapshot);
      else if (options_.hands != Hands::remove) board_.fail("a reader found no state");
      if (turn % 16 == 0) look_at_records();
    }
  }

 private:
  void note(std::uint64_t took_us) {
    ++board_.reads;
    std::uint64_t longest = board_.longest_read_us;
    while (took_us > longest && !board_.longest_read_us.compare_exchange_weak(longest, took_us)) {
    }
  }

  void look(const Snapshot& snapshot) {
    const ClusterState& state = snapshot.state;
    const std::uint64_t revision = snapshot.version.revision;
    const VMInfo* const one = find_by_name(state.vms, left);
    const VMInfo* const other = find_by_name(state.vms, right);
    std::int64_t sum = 0;
    for (int i = 0; i < options_.writers(); ++i) {
      if (const VMInfo* const own = find_by_name(state.vms, vm_name(i, 0))) sum += own->memory_gb - first_count;
    }
    const std::int64_t left_count = one == nullptr ? 0 : one->memory_gb - first_count;
    const std::int64_t right_count = other == nullptr ? 0 : other->memory_gb - first_count;
    if (left_count != right_count || left_count != sum || state.revision != revision)
      board_.fail(fmt::format("a reader saw half a state: revision {} ({}): {} and {}, where the writers' own are {}", revision, state.revision,
                              left_count, right_count, sum));
    // An older copy has an older revision.
    const bool may_go_back = options_.hands == Hands::edit || options_.hands == Hands::remove;
    if (!may_go_back && revision < last_) board_.fail(fmt::format("a reader saw revision {} after {}", revision, last_));
    last_ = revision;
  }

  void look_at_records() {
    const RecordPage page = manager_.records({.limit = 20, .newest_first = true});
    for (std::size_t i = 1; i < page.records.size(); ++i) {
      if (page.records[i].revision + 1 != page.records[i - 1].revision)
        board_.fail(fmt::format("a reader saw record {} after {}", page.records[i - 1].revision, page.records[i].revision));
    }
  }

  Board& board_;
  const Options& options_;
  ClusterStateManager manager_;
  std::uint64_t last_ = 0;
};

}  // namespace

void read(Board& board, const Options& options) noexcept {
  try {
    Reader(board, options).run();
  } catch (const std::exception& error) {
    board.fail(std::string("a reader: ") + error.what());
  }
}

}  // namespace writers

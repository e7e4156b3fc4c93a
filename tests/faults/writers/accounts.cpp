// SPDX-License-Identifier: MIT
#include "accounts.hpp"
#include <fmt/format.h>
#include <aihow/state/manager.hpp>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include "history.hpp"
#include "writer.hpp"

namespace writers {

using namespace aihow::state;

namespace {

constexpr std::uint64_t own_changes = 2;  // after the first: see change_once_more()

std::string text_of(const Entry& entry, int writer) {
  constexpr const char* names[] = {"add", "remove", "update", "shift"};
  return fmt::format("{} of {} to {} in life {}", names[static_cast<std::size_t>(entry.what)], vm_name(writer, entry.vm), to_string(entry.to),
                     entry.life);
}

bool is_that(const Entry& entry, const Landed& landed) {
  return entry.life == landed.life && entry.what == landed.what && entry.vm == landed.vm &&
         (entry.what != What::update || to_string(entry.to) == landed.to);
}

/// The next change works at once, and puts right whatever was interrupted.
void change_once_more(const Options& options, Board& board) {
  ManagerOptions now = manager_options(board, "last");
  now.lock_timeout = std::chrono::milliseconds(0);
  ClusterStateManager manager(options.state, now);
  manager.ensure_state("demo", "hpc");
  VMInfo vm;
  vm.name = "last";
  vm.state = VMState::SHUTOFF;
  vm.last_seen = Timestamp::now();
  manager.add_vm(vm);
  manager.update_vm_state("last", VMState::RUNNING);
}

void check_files(const Options& options, Board& board) {
  const auto store = open_store(options.state);
  for (const LockKind kind : {LockKind::commit, LockKind::operation}) {
    if (store->holder(kind, {})) board.fail("a lock stayed");
  }
  for (const std::string& wrong : store->verify(false, within(std::chrono::seconds(20)))) board.fail(wrong);
  const std::filesystem::path path = options.state;
  const std::string name = path.filename().string();
  const std::set<std::string> ours = {name, name + ".backup", name + ".history", "." + name + ".lock"};
  for (const auto& entry : std::filesystem::directory_iterator(path.parent_path())) {
    const std::string found = entry.path().filename().string();
    const bool left_over = found.ends_with(".tmp") || found.ends_with(".mend") || found.ends_with(".prev");
    if (left_over || (options.hands == Hands::none && !ours.contains(found))) board.fail(found + " was left behind");
  }
}

/// Each writer's page against the records of its changes: both are in the order in which they were made.
void check_history(const Options& options, Board& board, const History& history, Figures& figures) {
  std::vector<std::vector<Landed>> by_writer(static_cast<std::size_t>(options.writers()));
  for (const Landed& landed : history.landed()) by_writer.at(static_cast<std::size_t>(landed.writer)).push_back(landed);
  for (int writer = 0; writer < options.writers(); ++writer) {
    const auto& records = by_writer[static_cast<std::size_t>(writer)];
    auto next = records.begin();
    for (const Entry& entry : board.pages[writer].all()) {
      const bool there = next != records.end() && is_that(entry, *next);
      const Outcome outcome = entry.outcome;
      if (outcome == Outcome::refused) continue;
      if (there) ++next;
      if (there && outcome == Outcome::about) ++figures.landed;
      if (there || outcome == Outcome::about) continue;
      if (options.hands == Hands::edit && entry.what == What::update) ++figures.needless;
      else
        return board.fail("acknowledged and lost: " + text_of(entry, writer) +
                          (next == records.end() ? "" : fmt::format(", before revision {}", next->revision)));
    }
    if (next != records.end()) board.fail(fmt::format("revision {} is of a change that {} did not make", next->revision, vm_name(writer, 0)));
  }
}

std::uint32_t first_bytes(const Uuid& lineage) {
  std::uint32_t out = 0;
  std::memcpy(&out, lineage.bytes.data(), sizeof out);
  return out;
}

/// The counts in the state, against the shifts that were acknowledged in its lineage.
void check_counts(const Options& options, Board& board, const Snapshot& snapshot) {
  std::int64_t sum = 0;
  for (int writer = 0; writer < options.writers(); ++writer) {
    std::int64_t least = 0;
    std::int64_t most = 0;
    for (const Entry& entry : board.pages[writer].all()) {
      if (entry.what != What::shift || entry.outcome == Outcome::refused) continue;
      const bool done = entry.outcome == Outcome::done;
      if (done && entry.lineage != first_bytes(snapshot.version.lineage)) continue;
      least += done ? 1 : 0;
      ++most;
    }
    const VMInfo* const own = find_by_name(snapshot.state.vms, vm_name(writer, 0));
    const std::int64_t count = own == nullptr ? 0 : own->memory_gb - first_count;
    if (count < least || count > most) board.fail(fmt::format("{} counts {} shifts, and {} were acknowledged", vm_name(writer, 0), count, least));
    sum += count;
  }
  for (const char* shared : {left, right}) {
    const VMInfo* const vm = find_by_name(snapshot.state.vms, shared);
    const std::int64_t count = vm == nullptr ? 0 : vm->memory_gb - first_count;
    if (count != sum) board.fail(fmt::format("{} counts {} shifts, and there were {}", shared, count, sum));
  }
}

/// Nobody is told of a hand that there was not. A clean-up may take away what a reader knows a commit by that is under way and then made again:
/// for a moment its record looks like one that an older copy leaves behind.
void check_notices(const Options& options, Board& board) {
  if (options.hands == Hands::none && board.told_older != 0)
    board.fail(fmt::format("{} notices of an older copy, which nobody made", board.told_older.load()));
  if (board.told_edited != 0) board.fail(fmt::format("{} notices of an edit by hand, which nobody made", board.told_edited.load()));
}

/// Density: the first revision made the state, and each change made one more.
void check_revision(Board& board, const Figures& figures, bool landed_known) {
  const std::uint64_t least = 1 + figures.done + figures.landed + own_changes;
  const std::uint64_t most = landed_known ? least : least + figures.cut_short;
  if (figures.revision < least || figures.revision > most)
    board.fail(fmt::format("revision {} stands after {} acknowledged changes: expected {} to {}", figures.revision, figures.done, least, most));
}

std::string document_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

Figures reckon(Board& board, const Options& options) {
  Figures figures;
  for (int writer = 0; writer < options.writers(); ++writer) {
    for (const Entry& entry : board.pages[writer].all()) {
      figures.done += entry.outcome == Outcome::done;
      figures.refused += entry.outcome == Outcome::refused;
      figures.cut_short += entry.outcome == Outcome::about;
    }
  }
  change_once_more(options, board);
  check_files(options, board);
  const SnapshotPtr snapshot = ClusterStateManager(options.state).snapshot();
  figures.revision = snapshot->version.revision;

  const bool whole = options.hands == Hands::none || options.hands == Hands::edit;
  History history(board, options.state, whole);
  figures.records = history.records();
  figures.jumps = history.jumps();
  if (history.last() != figures.revision) board.fail(fmt::format("the history ends with {}, and {} stands", history.last(), figures.revision));
  if (whole) {
    history.compare(document_of(options.state));
    check_history(options, board, history, figures);
  }
  if (options.hands == Hands::none && figures.jumps != 0) board.fail(fmt::format("{} changes were undone by later ones", figures.jumps));
  if (options.hands != Hands::edit) check_counts(options, board, *snapshot);
  if (options.hands == Hands::none || options.hands == Hands::clean) check_revision(board, figures, whole);
  if (options.hands == Hands::none || options.hands == Hands::clean) check_notices(options, board);
  return figures;
}

}  // namespace writers

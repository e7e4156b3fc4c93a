// SPDX-License-Identifier: MIT
#include "json_file/settle.hpp"
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <ctime>
#include "json_file/atomic_file.hpp"

namespace aihow::state::inline v0::json_file {
namespace {

/// A leftover as a document. `valid` only for a regular file with one name: everything else was planted, or never finished.
struct Leftover {
  bool there = false;
  bool valid = false;
  std::uint64_t revision = 0;
  Uuid lineage;
  Fd fd;
};

Leftover read_leftover(const Place& place, const std::string& name) {
  Leftover out;
  auto reading = read_whole(place, name);
  if (!reading) return out;
  out.there = true;
  if (!reading->fd || reading->status.st_nlink > 1) return out;
  try {
    const Document document = judge(*reading, place.path_of(name));
    out.valid = true;
    out.revision = document.state.revision;
    out.lineage = document.state.lineage.value_or(Uuid{});
    out.fd = std::move(reading->fd);
  } catch (const Error& error) {
    if (error.code() != errc::corrupt && error.code() != errc::unsupported_version) throw;
  }
  return out;
}

void remove_leftover(const Place& place, const std::string& name) {
  if (const int error = remove(place, name.c_str()); error != 0) throw_system(error, "remove what an interrupted commit left", place.path_of(name));
}

/// false: somebody else has cleaned it up meanwhile.
bool rename_to(const Place& place, const std::string& from, const std::string& to) {
  const int error = rename_over(place, from.c_str(), to.c_str());
  if (error == ENOENT) return false;
  if (error != 0) throw_system(error, fmt::format("rename it to {}", to), place.path_of(from));
  return true;
}

/// The document that it holds must not be lost with the power now that it is to be the backup.
bool rename_durable(const Place& place, const Leftover& leftover, const std::string& from, const std::string& to) {
  if (fsync(leftover.fd.get()) != 0) throw_system(errno, "make it durable", place.path_of(from));
  return rename_to(place, from, to);
}

class Settling {
 public:
  Settling(const Place& place, const Current& current) : place_(place), names_(place.names()), current_(current) {}

  std::vector<std::string> run() {
    Leftover tmp = read_leftover(place_, names_.tmp);
    // The proof that a record was never committed: the document that it announces is still waiting here.
    const bool waiting = tmp.valid && stands() && same_lineage(tmp) && tmp.revision > current_.version.revision && !was_committed(tmp);
    const Leftover mend = read_leftover(place_, names_.mend);
    const bool mend_waiting = mend.valid && stands() && !is_valid() && same_lineage(mend) && mend.revision > current_.version.revision;
    const std::uint64_t never_committed = std::min(waiting ? tmp.revision : UINT64_MAX, mend_waiting ? mend.revision : UINT64_MAX);
    if (waiting || mend_waiting) drop_from(place_, never_committed);
    settle_history(never_committed, tmp);
    if (tmp.there) settle_tmp(tmp);
    if (mend.there) settle_mend(mend);
    settle_prev();
    return std::move(notices_);
  }

 private:
  bool stands() const noexcept { return current_.answer != Current::Answer::none; }
  bool is_valid() const noexcept { return current_.answer == Current::Answer::document; }
  bool same_lineage(const Leftover& leftover) const noexcept { return leftover.lineage == current_.version.lineage; }
  void notice(std::string text) { notices_.push_back(std::move(text)); }

  /// Where somebody put an older copy in the state's place after a commit was interrupted, the document that this one displaced is the larger
  /// one too. But it has left the one before it as the backup, and the history goes on after it.
  bool was_committed(const Leftover& tmp) const {
    const auto backup = head_of(place_, names_.backup);
    if (backup && backup->lineage == tmp.lineage && backup->revision + 1 >= tmp.revision) return true;
    const auto history = history_end(place_, names_.history);
    return history && history->lineage == tmp.lineage && history->last_revision > tmp.revision;
  }

  /// A history that began with the document being committed takes its place once that stands.
  void settle_history(std::uint64_t never_committed, const Leftover& tmp) {
    const auto begun = history_end(place_, names_.history_tmp);
    if (!begun) return;
    const auto stands_now = history_end(place_, names_.history);
    const bool ours = stands() && begun->lineage == current_.version.lineage && (!stands_now || stands_now->lineage != begun->lineage);
    if (!ours || first_revision(place_, names_.history_tmp) >= never_committed) return remove_leftover(place_, names_.history_tmp);
    // Displaced first: the tmp of another lineage is known for one by this file.
    if (tmp.valid && is_valid() && !same_lineage(tmp) && !tmp.lineage.is_nil())
      static_cast<void>(rename_durable(place_, tmp, names_.tmp, aside_name(place_, names_.document + ".of", tmp.lineage)));
    if (stands_now) static_cast<void>(rename_to(place_, names_.history, aside_name(place_, names_.history, stands_now->lineage)));
    static_cast<void>(rename_to(place_, names_.history_tmp, names_.history));
  }

  void settle_tmp(const Leftover& tmp) {
    if (!peek_at(place_.directory(), names_.tmp.c_str())) return;
    const bool displaced = tmp.valid && is_valid() && tmp.revision < current_.version.revision && (same_lineage(tmp) || tmp.lineage.is_nil());
    if (!displaced) return remove_leftover(place_, names_.tmp);
    if (!rename_durable(place_, tmp, names_.tmp, names_.backup)) return;
    notice(fmt::format("{}: a commit that was interrupted is completed: revision {} is the backup", place_.path(), tmp.revision));
  }

  /// What a mended document displaced was no valid one; while the document is still bad nothing was displaced.
  void settle_mend(const Leftover& mend) {
    if (mend.valid || !is_valid()) return remove_leftover(place_, names_.mend);
    const std::string kept = corrupt_name(place_, names_.document);
    if (!rename_to(place_, names_.mend, kept)) return;
    notice(fmt::format("{}: the invalid document that was replaced is kept as {}", place_.path(), kept));
  }

  void settle_prev() {
    const Leftover prev = read_leftover(place_, names_.prev);
    if (!prev.there) return;
    const auto backup = head_of(place_, names_.backup);
    const bool newer = !backup || backup->lineage != prev.lineage || backup->revision < prev.revision;
    const bool older = !is_valid() || (same_lineage(prev) && prev.revision < current_.version.revision);
    if (!prev.valid || !newer || !older) return remove_leftover(place_, names_.prev);
    if (!rename_durable(place_, prev, names_.prev, names_.backup)) return;
    notice(fmt::format("{}: what was interrupted is completed: revision {} is the backup", place_.path(), prev.revision));
  }

  const Place& place_;
  const Names& names_;
  const Current& current_;
  std::vector<std::string> notices_;
};

constexpr std::string Names::*leftover_names[] = {&Names::tmp, &Names::mend, &Names::prev, &Names::history_tmp};

}  // namespace

bool has_leftovers(const Place& place) {
  return std::any_of(std::begin(leftover_names), std::end(leftover_names), [&](auto member) {
    const std::string& name = place.names().*member;
    return look_at(place.directory(), name, place.path_of(name)).has_value();
  });
}

std::vector<std::string> list_leftovers(const Place& place) {
  std::vector<std::string> out;
  for (const auto member : leftover_names) {
    const std::string& name = place.names().*member;
    if (look_at(place.directory(), name, place.path_of(name))) out.push_back(fmt::format("{} is left of an interrupted commit", place.path_of(name)));
  }
  return out;
}

std::vector<std::string> settle(const Place& place, const Current& current) { return Settling(place, current).run(); }

std::string aside_name(const Place& place, const std::string& name, const Uuid& lineage) {
  return free_name(place, name + "-" + (lineage.is_nil() ? std::string("unknown") : lineage.to_string()));
}

std::string corrupt_name(const Place& place, const std::string& name) {
  return free_name(place, fmt::format("{}.corrupt-{:%Y%m%dT%H%M%SZ}", name, fmt::gmtime(std::time(nullptr))));
}

}  // namespace aihow::state::inline v0::json_file

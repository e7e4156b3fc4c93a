// SPDX-License-Identifier: MIT
// One try at one commit, in the order that survives anything: look, write beside, exchange, keep the displaced, make durable.
#pragma once
#include <aihow/state/state_store.hpp>
#include <optional>
#include <string>
#include <vector>
#include "json_file/atomic_file.hpp"
#include "json_file/current.hpp"
#include "json_file/file_lock.hpp"
#include "json_file/history_file.hpp"

namespace aihow::state::inline v0::json_file {

class Committing {
 public:
  /// Requires: `lock` is the commit lock.
  Committing(const FileLock& lock, Looker& looker, const HistoryLimits& limits, const Commit& commit, const Context& context);
  Committing(const Committing&) = delete;
  Committing& operator=(const Committing&) = delete;
  ~Committing();

  /// nullopt: a hand changed the files meanwhile, all is as before, and another try is due. Throws Error: outcome_unknown where only the
  /// directory's fsync failed; after any other all is as before. From the commit point on nothing is allocated.
  std::optional<CommitResult> run();

 private:
  /// A rename that follows the commit point. Where it fails the new state stands all the same, and `failed` is said.
  struct Step {
    std::string from;
    std::string to;  ///< empty: `from` is removed
    std::string failed;
  };
  enum class Landed : std::uint8_t { yes, overtaken };

  CommitResult refuse(const std::optional<Version>& stands, std::uint64_t highest) const;
  std::optional<CommitResult> put();
  std::optional<CommitResult> erase();

  void make_old_durable();
  void plan_backup(const Uuid& lineage);
  void plan_history(const Uuid& lineage);
  void add_step(std::string from, std::string to);
  /// Everything that may be needed after the commit point, and the memory for it.
  void prepare_outcome(std::optional<Version> version, std::uint64_t highest);
  /// false: the history that was to go on is gone.
  bool write_history();
  /// false: the commit lock is no longer what excludes others. Throws Error conflict where the operation's lock is lost.
  bool locks_hold() const;
  bool history_is_due() const noexcept;

  /// The commit point of put(). `displaced`: the step for what it displaces, none where nothing stood.
  Landed land(std::optional<std::size_t> displaced);
  Landed land_by_copy(Step& displaced);
  bool looks_as_seen(const char* name) noexcept;
  bool is_what_was_seen(const char* name) noexcept;
  Landed exchange_back() noexcept;
  CommitResult finish(Known* made);
  /// The end of the history with what was appended to it.
  std::optional<HistoryEnd> history_after() const noexcept;

  const FileLock& lock_;
  const Place& place_;
  const Names& names_;
  Looker& looker_;
  const HistoryLimits& limits_;
  const Commit& commit_;
  const Context& context_;

  Current current_;
  Neighbours beside_;
  std::vector<std::string> notices_;
  std::vector<Step> steps_;
  std::optional<HistoryEnd> append_to_;  ///< the history that goes on
  std::optional<Uuid> new_history_;      ///< the lineage of one that begins
  std::optional<NewFile> file_;          ///< the new document
  std::optional<Appended> appended_;
  std::optional<HistoryEnd> history_after_;
  std::optional<NewFile> history_;  ///< one that begins
  std::string rehash_buffer_;       ///< for reading again what was displaced, where its status may hide an edit
  CommitResult result_;
  std::optional<Error> unknown_;
  std::string edit_kept_;  ///< said where an edit of the same moment could not be put back
  bool edit_told_ = false;
  std::optional<NewFile> copy_;  ///< of the old document, where the file system cannot exchange
};

}  // namespace aihow::state::inline v0::json_file

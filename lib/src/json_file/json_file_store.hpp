// SPDX-License-Identifier: MIT
// JsonFileStore: one state in a JSON file that people may read, edit and copy, with its backup, history and lock beside it.
#pragma once
#include <aihow/state/stores.hpp>
#include <memory>
#include <string>
#include "json_file/current.hpp"
#include "json_file/file_lock.hpp"

namespace aihow::state::inline v0::json_file {

class JsonFileStore final : public StateStore {
 public:
  JsonFileStore(std::string path, const StoreOptions& options);

  SnapshotPtr load(SnapshotPtr known, const Context& context) override;
  CommitResult commit(const Commit& commit, const Context& context) override;
  std::unique_ptr<Lock> lock(LockKind kind, const Holder& self, const Context& context) override;
  std::optional<Holder> holder(LockKind kind, const Context& context) override;
  RecordPage records(const RecordQuery& query, const Context& context) override;
  bool wait(const std::optional<Version>& known, const Context& context) override;
  std::vector<std::string> verify(bool mend, const Context& context) override;
  void shorten_history(const FoldRecords& fold, const Context& context) override;
  SnapshotPtr kept(const Uuid& lineage, std::uint64_t revision, const Context& context) override;
  std::vector<std::string> document_files() override;
  Capabilities capabilities() const noexcept override { return {.history = true, .wait = true, .multi_process = true}; }
  std::string location() const override { return path_; }

 private:
  /// Runs the body of a member: again where the file system says that its handles are stale, and with failed allocations as Error.
  template <class Body>
  auto guarded(Body body) -> decltype(body());

  SnapshotPtr load_once(const SnapshotPtr& known, const Context& context);
  /// What verify() finds while nobody commits, without a lock of its own.
  std::vector<std::string> look_for_defects(const Context& context);
  /// This object's own commit lock while it is held, else one that is taken now. `is_first_try`: it may have been lost without being noticed.
  std::shared_ptr<FileLock> commit_lock(const Context& context, bool is_first_try);

  std::string path_;      ///< as it was given
  std::string absolute_;  ///< the same from the root, so that a chdir() changes nothing
  StoreOptions options_;
  Looker looker_;
  SnapshotPtr snapshot_;  ///< the last one that was loaded
  std::weak_ptr<FileLock> own_commit_lock_;
  Error out_of_memory_;  ///< made beforehand: there may be no memory to make it when it is needed
};

}  // namespace aihow::state::inline v0::json_file

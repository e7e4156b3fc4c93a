// SPDX-License-Identifier: MIT
// FileLock: one byte of the hidden lock file, locked by open file description.
#pragma once
#include <sys/types.h>
#include <aihow/state/state_store.hpp>
#include <memory>
#include <optional>
#include <string>
#include "json_file/place.hpp"

namespace aihow::state::inline v0::json_file {

struct LockRequest {
  std::string path;  ///< of the state, as given
  LockKind kind;
  Holder self;
  bool without;  ///< go on where the file system has no working locks
};

/// A held lock, with the place that it was taken in. The file is opened anew for each, so that threads exclude each other too; a child after
/// fork() loses its copies. The destructor unlocks. The file itself is never removed.
class FileLock {
 public:
  /// Makes missing directories and the lock file; waits. Throws Error locked (names the holder), cancelled, unsupported (no working locks).
  static std::unique_ptr<FileLock> take(const LockRequest& request, const Context& context);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  const Place& place() const noexcept { return place_; }
  /// Whether it still excludes others: not a fork child's copy, and the state's path still leads to the locked file. A few system calls.
  bool held() const noexcept;
  /// Unlocks for good: held() is false from then on.
  void let_go();

 private:
  friend struct HeldLocks;
  FileLock(Place place, Fd fd, struct stat status, LockKind kind);
  void unlock() noexcept;
  /// nullptr: `holder` has it.
  static std::unique_ptr<FileLock> attempt(const LockRequest& request, Holder& holder);

  Place place_;
  Fd fd_;  ///< none: the file system has no locks, or this is a fork child's copy
  struct stat status_;
  LockKind kind_;
  bool locks_;  ///< false: this file system has none
  pid_t owner_;
  FileLock* next_ = nullptr;  ///< of HeldLocks
  FileLock* previous_ = nullptr;
};

/// Who holds that lock now; nullopt: nobody. Makes nothing. Throws Error.
std::optional<Holder> holder_of(const std::string& path, LockKind kind);

}  // namespace aihow::state::inline v0::json_file

// SPDX-License-Identifier: MIT
// FileWatch: waiting until something happens to the document's name.
#pragma once
#include <aihow/state/state_store.hpp>
#include <string>
#include "json_file/place.hpp"

namespace aihow::state::inline v0::json_file {

/// Watches the document's directory through inotify; where there is none to be had (a limit, a kernel without it) it only waits a while. A
/// network file system does not tell of what others do: no wait is longer than half a second.
class FileWatch {
 public:
  explicit FileWatch(const Place& place);

  /// Whether it is that directory which is watched.
  bool is_of(const Place& place) const noexcept;

  /// Until the document may have changed (or a while has passed): true; false: the deadline. `watch` may be null. Throws Error cancelled.
  static bool wait(FileWatch* watch, const Context& context, const std::string& path);

 private:
  /// Whether one of the events that have come, or some of them, is of the document.
  bool take_events();

  Fd fd_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
  std::string document_;
};

}  // namespace aihow::state::inline v0::json_file

// SPDX-License-Identifier: MIT
// Place: the directory and the names of one state's files, found anew for each use of them.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include "json_file/system.hpp"

namespace aihow::state::inline v0::json_file {

/// The files beside a state, as names in its directory.
struct Names {
  explicit Names(std::string_view state);

  std::string document;
  std::string backup;  ///< the previous revision
  std::string tmp;     ///< only while writing: the next document, then the displaced one
  std::string mend;    ///< the same where the document that stands is not valid: then the displaced one is kept
  std::string prev;    ///< a document that is to become the backup: of an erase, or where the file system cannot exchange
  std::string history;
  std::string history_tmp;  ///< a history that begins with the document that is being committed
  std::string lock;         ///< hidden, so that cleaning up `state.json.*` spares it
};

/// An opened directory with the names in it. Immutable.
class Place {
 public:
  /// Finds the state's directory: where `path` is a symlink, its target's. nullopt: there is no such directory.
  /// Throws Error: as the system says; permission for a symlink that a stranger planted in a shared directory.
  static std::optional<Place> find(const std::string& path);
  /// The same, and makes missing directories (0700, durable).
  static Place make(const std::string& path);

  int directory() const noexcept { return directory_.get(); }
  const Names& names() const noexcept { return names_; }
  /// A name of this directory as a path, for messages.
  std::string path_of(const std::string& name) const;
  std::string path() const { return path_of(names_.document); }

  /// Whether the state's path still leads to this document's name in this directory, whose lock file is `lock`. Not thrown: false.
  bool still_leads_here(const struct stat& lock) const noexcept;

  /// Makes renames in it durable; 0 or an errno.
  int sync() const noexcept;

 private:
  Place(const std::string& asked, std::string directory_path, const std::string& name, Fd directory);

  std::string asked_;           ///< the path as it was given
  std::string directory_path_;  ///< empty: the working directory
  std::string lock_path_;
  Fd directory_;
  Names names_;
};

}  // namespace aihow::state::inline v0::json_file

// SPDX-License-Identifier: MIT
// New files that are whole and durable before they get their name, and the renames that give it. Nothing here allocates but what makes a file.
#pragma once
#include <sys/stat.h>
#include <optional>
#include <string>
#include <string_view>
#include "json_file/place.hpp"

namespace aihow::state::inline v0::json_file {

/// A complete, durable file under a temporary name. The destructor removes it unless it was given away.
class NewFile {
 public:
  /// Writes and fsyncs it: 0600 from birth, then with mode and owner of `like` as far as they can be had. A failed fsync is final: the file
  /// is removed. Throws Error.
  static NewFile write(const Place& place, const std::string& name, std::string_view bytes, const struct stat* like);
  /// The same in steps: begin(), append() as often as needed, make_durable(). `fine_device`: a device with an open file whose file system
  /// was seen to have fine times.
  static NewFile begin(const Place& place, const std::string& name, const struct stat* like, std::optional<dev_t> fine_device = std::nullopt);
  void append(std::string_view bytes);
  void make_durable();
  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&&) = delete;
  ~NewFile();

  const char* name() const noexcept { return name_.c_str(); }
  /// Whether this file system was seen to give each change a time of its own: then a file whose times are the same has not been changed,
  /// however young they are. Seen where the kernel has multigrain timestamps (Linux 6.13 on ext4, XFS, Btrfs and tmpfs).
  bool has_fine_times() const noexcept { return fine_times_; }
  /// Once it is durable.
  const struct stat& status() const noexcept { return status_; }
  const Fd& fd() const noexcept { return fd_; }
  std::size_t size() const noexcept { return static_cast<std::size_t>(size_); }
  /// Whether a name of the place stands for this file: for looking after an error that may not tell the truth (NFS).
  bool stands_at(const char* name) const noexcept;
  /// Keeps the file, under whatever name it now has.
  void give_away() noexcept { directory_ = -1; }
  Fd take_fd() noexcept { return std::move(fd_); }

 private:
  NewFile(int directory, std::string name, std::string path, Fd fd)
      : directory_(directory), name_(std::move(name)), path_(std::move(path)), fd_(std::move(fd)) {}
  void begin_writing_back();

  int directory_;
  std::string name_;
  std::string path_;  ///< for messages
  Fd fd_;
  off_t size_ = 0;
  off_t written_back_ = 0;  ///< up to here the device was told to begin
  struct stat status_ {};
  bool fine_times_ = false;
};

/// What a rename came to. `unsupported`: this file system cannot do it this way.
enum class Renamed : std::uint8_t { done, in_the_way, gone, unsupported, failed };
struct Rename {
  Renamed outcome;
  int error = 0;
};

/// `file` and what stands at `target` change names, at once.
Rename exchange(const Place& place, const NewFile& file, const char* target) noexcept;
/// Gives `file` the name `target`, where nothing may stand.
Rename place_new(const Place& place, const NewFile& file, const char* target) noexcept;
/// Renames over whatever stands at `to`. 0 or an errno, after a look at the names.
int rename_over(const Place& place, const char* from, const char* to) noexcept;
/// Renames where nothing may stand at `to`. 0 or an errno, after a look at the names.
int rename_new(const Place& place, const char* from, const char* to) noexcept;
/// Removes a file, or an empty directory. 0 or an errno; 0 where nothing stands.
int remove(const Place& place, const char* name) noexcept;

/// `base`, or the first of `base-2`, `base-3` … that nothing has.
std::string free_name(const Place& place, const std::string& base);

}  // namespace aihow::state::inline v0::json_file

// SPDX-License-Identifier: MIT
// System calls as this room uses them: owned descriptors, files opened so that nothing planted can hang or mislead, errors in words.
#pragma once
#include <fcntl.h>
#include <sys/stat.h>
#include <aihow/state/error.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace aihow::state::inline v0::json_file {

/// Owns a descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) noexcept : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  ~Fd() { reset(); }

  int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }
  int release() noexcept { return std::exchange(fd_, -1); }
  void reset(int fd = -1) noexcept;

 private:
  int fd_ = -1;
};

/// Thrown for ESTALE: a network file system's handle is no longer good; opening everything anew may help.
struct Stale {};

/// Throws the Error for an errno: "cannot WHAT: the system's words: what to do", its path. Stale for ESTALE.
[[noreturn]] void throw_system(int error, std::string_view what, const std::string& path);
/// The same for an error that was already looked at, never Stale.
Error system_error(int error, std::string_view what, const std::string& path);
std::string system_words(int error);

/// What tells one file, unchanged, from another or a changed one.
struct Identity {
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;
  bool operator==(const Identity&) const = default;
  /// The same content as far as can be told by one who moved it: a rename changes the change time.
  bool is_moved(const Identity& other) const noexcept {
    return device == other.device && inode == other.inode && size == other.size && modified_ns == other.modified_ns;
  }
};
Identity identity_of(const struct stat& status) noexcept;
/// Of an open file; nullopt where it cannot be told.
std::optional<Identity> identity_now(const Fd& fd) noexcept;

/// Wall clock, in the unit of Identity.
std::int64_t wall_clock_ns() noexcept;

/// What a name stands for, not following a symlink; nullopt: nothing. Throws Error, Stale.
std::optional<struct stat> look_at(int directory, const std::string& name, const std::string& path);
/// The same in places that cannot throw; nullopt also where it cannot be told.
std::optional<struct stat> peek_at(int directory, const char* name) noexcept;

/// "a directory", "a symbolic link", "a FIFO" … for messages.
std::string_view kind_of(mode_t mode) noexcept;

struct OwnFile {
  Fd fd;
  struct stat status {};
};
/// Opens a regular file that has no other name; nullopt where nothing stands. Never follows a symlink, never waits for a FIFO.
/// `flags`: O_RDONLY, O_RDWR, with O_CREAT where it may be made (mode 0600 whatever the umask). Throws Error permission for anything planted.
std::optional<OwnFile> open_own_file(int directory, const std::string& name, int flags, const std::string& path);

struct stat status_of(const Fd& fd, const std::string& path);

/// Reads up to `size` bytes from `offset`; fewer only at the end of the file. Throws Error.
std::string read_at(const Fd& fd, off_t offset, std::size_t size, const std::string& path);
/// The same into a caller's buffer; -1 with errno on failure.
ssize_t read_into(int fd, off_t offset, std::span<char> buffer) noexcept;
/// Writes all bytes at `offset`; 0 or an errno. SIGXFSZ is held back: a file size limit is an error, not a death.
int write_at(int fd, off_t offset, std::string_view bytes) noexcept;

}  // namespace aihow::state::inline v0::json_file

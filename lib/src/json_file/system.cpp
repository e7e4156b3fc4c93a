// SPDX-License-Identifier: MIT
#include "json_file/system.hpp"
#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <system_error>

namespace aihow::state::inline v0::json_file {
namespace {

struct Meaning {
  int error;
  errc code;
  std::string_view remedy;
};
constexpr Meaning meanings[] = {
    {EACCES, errc::permission, "check owner and mode of the file and of its directory"},
    {EPERM, errc::permission, "check the owner, and whether the file is immutable (lsattr)"},
    {EROFS, errc::io, "the file system is mounted read-only: remount it, or choose another place"},
    {ENOENT, errc::not_found, "check the path"},
    {ENOTDIR, errc::invalid, "a part of the path is not a directory: check the path"},
    {ENAMETOOLONG, errc::invalid, "choose a shorter path"},
    {EISDIR, errc::invalid, "a directory stands where a file belongs: move it away"},
    {ELOOP, errc::permission, "a symbolic link stands where a file belongs: remove it"},
    {ENXIO, errc::invalid, "a socket or device stands where a file belongs: move it away"},
    {ENOSPC, errc::io, "free some space, or inodes"},
    {EDQUOT, errc::io, "free some of your quota"},
    {EFBIG, errc::io, "raise the file size limit (ulimit -f)"},
    {EMFILE, errc::io, "too many files are open in this process: close some, or raise the limit (ulimit -n)"},
    {ENFILE, errc::io, "too many files are open on this machine: try again later"},
    {ENOMEM, errc::out_of_memory, "free some memory"},
    {EIO, errc::io, "the device fails: look at the kernel's log, and save what can be read"},
};

/// Keeps SIGXFSZ from this thread while it writes where the size of files is limited, and swallows the one that the write raised.
class NoSigxfsz {
 public:
  NoSigxfsz() noexcept {
    rlimit limit{};
    is_limited_ = getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur != RLIM_INFINITY;
    if (!is_limited_) return;
    sigemptyset(&only_);
    sigaddset(&only_, SIGXFSZ);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGXFSZ) == 1;
    pthread_sigmask(SIG_BLOCK, &only_, &before_);
  }
  NoSigxfsz(const NoSigxfsz&) = delete;
  NoSigxfsz& operator=(const NoSigxfsz&) = delete;
  ~NoSigxfsz() {
    if (!is_limited_) return;
    const int error = errno;
    if (raised && !was_pending_) {
      const timespec at_once{};
      while (sigtimedwait(&only_, nullptr, &at_once) < 0 && errno == EINTR) {
      }
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    errno = error;
  }
  bool raised = false;

 private:
  bool is_limited_ = false;
  sigset_t only_;
  sigset_t before_;
  bool was_pending_ = false;
};

std::int64_t in_ns(const timespec& time) noexcept { return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec; }

[[noreturn]] void refuse_planted(mode_t mode, const std::string& path) {
  throw Error(errc::permission, fmt::format("{} stands where a file of ours belongs: it is not used; remove it", kind_of(mode)), {.path = path});
}

}  // namespace

void Fd::reset(int fd) noexcept {
  // What had to be durable was fsynced before: a failing close has nothing to tell.
  if (fd_ >= 0) close(fd_);
  fd_ = fd;
}

std::string system_words(int error) { return std::generic_category().message(error); }

Error system_error(int error, std::string_view what, const std::string& path) {
  const auto known = std::find_if(std::begin(meanings), std::end(meanings), [&](const Meaning& meaning) { return meaning.error == error; });
  if (known == std::end(meanings)) return {errc::io, fmt::format("cannot {}: {}", what, system_words(error)), {.path = path}};
  return {known->code, fmt::format("cannot {}: {}: {}", what, system_words(error), known->remedy), {.path = path}};
}

void throw_system(int error, std::string_view what, const std::string& path) {
  if (error == ESTALE) throw Stale{};
  throw system_error(error, what, path);
}

Identity identity_of(const struct stat& status) noexcept {
  return {status.st_dev, status.st_ino, status.st_size, in_ns(status.st_mtim), in_ns(status.st_ctim)};
}

std::optional<Identity> identity_now(const Fd& fd) noexcept {
  struct stat status {};
  return fstat(fd.get(), &status) == 0 ? std::optional(identity_of(status)) : std::nullopt;
}

std::int64_t wall_clock_ns() noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return in_ns(now);
}

std::optional<struct stat> look_at(int directory, const std::string& name, const std::string& path) {
  struct stat status {};
  if (fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) return status;
  if (errno == ENOENT) return std::nullopt;
  throw_system(errno, "look at it", path);
}

std::optional<struct stat> peek_at(int directory, const char* name) noexcept {
  struct stat status {};
  if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
  return status;
}

std::string_view kind_of(mode_t mode) noexcept {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return "a file";
    case S_IFDIR:
      return "a directory";
    case S_IFLNK:
      return "a symbolic link";
    case S_IFIFO:
      return "a FIFO";
    case S_IFSOCK:
      return "a socket";
    default:
      return "a device";
  }
}

std::optional<OwnFile> open_own_file(int directory, const std::string& name, int flags, const std::string& path) {
  Fd fd(openat(directory, name.c_str(), flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, 0600));
  if (!fd) {
    if (errno == ENOENT && (flags & O_CREAT) == 0) return std::nullopt;
    const int error = errno;
    const auto there = peek_at(directory, name.c_str());
    if (there && !S_ISREG(there->st_mode)) refuse_planted(there->st_mode, path);
    throw_system(error, "open it", path);
  }
  struct stat status = status_of(fd, path);
  if (!S_ISREG(status.st_mode)) refuse_planted(status.st_mode, path);
  if (status.st_nlink > 1)
    throw Error(errc::permission, "this file has another name elsewhere (a hard link): it is not used; remove this name", {.path = path});
  // A file that was just made under a umask that took the owner's own rights.
  if ((flags & O_CREAT) != 0 && (status.st_mode & 0600) != 0600 && fchmod(fd.get(), (status.st_mode & 07777) | 0600) != 0) {
    throw_system(errno, "set its mode", path);
  }
  return OwnFile{std::move(fd), status};
}

struct stat status_of(const Fd& fd, const std::string& path) {
  struct stat status {};
  if (fstat(fd.get(), &status) != 0) throw_system(errno, "look at it", path);
  return status;
}

ssize_t read_into(int fd, off_t offset, std::span<char> buffer) noexcept {
  std::size_t done = 0;
  while (done < buffer.size()) {
    const ssize_t count = pread(fd, buffer.data() + done, buffer.size() - done, offset + static_cast<off_t>(done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return -1;
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  return static_cast<ssize_t>(done);
}

std::string read_at(const Fd& fd, off_t offset, std::size_t size, const std::string& path) {
  std::string bytes(size, '\0');
  const ssize_t count = read_into(fd.get(), offset, bytes);
  if (count < 0) throw_system(errno, "read it", path);
  bytes.resize(static_cast<std::size_t>(count));
  return bytes;
}

int write_at(int fd, off_t offset, std::string_view bytes) noexcept {
  NoSigxfsz guard;
  while (!bytes.empty()) {
    const ssize_t count = pwrite(fd, bytes.data(), bytes.size(), offset);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      guard.raised = errno == EFBIG;
      return errno;
    }
    if (count == 0) return EIO;
    offset += count;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return 0;
}

}  // namespace aihow::state::inline v0::json_file

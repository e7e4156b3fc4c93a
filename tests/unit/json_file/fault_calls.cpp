// SPDX-License-Identifier: MIT
#include "fault_calls.hpp"
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <cerrno>
#include <map>

namespace aihow::test {
namespace {

Strike armed;
std::size_t seen = 0;
bool did_strike = false;
const char* struck_at = "";
std::size_t since_exchange = 0;
std::map<std::size_t, std::function<void()>> hands_at;
std::size_t renames = 0;
std::function<void()> hands_at_call;
std::size_t calls_before_hands = 0;

bool counts(Strike::Kind kind) { return armed.kind == kind && ++seen == armed.nth; }

/// Calls between two that change something are one point to a process that dies.
enum class Changes { nothing, something };

void let_hands_in() {
  if (!hands_at_call || --calls_before_hands != 0) return;
  const auto hands = std::move(hands_at_call);
  hands_at_call = nullptr;
  hands();
}

/// Whether this call is to fail; errno is set then.
bool fails(const char* name, Changes changes = Changes::nothing) {
  let_hands_in();
  if (armed.kind == Strike::Kind::call_fails && counts(Strike::Kind::call_fails)) {
    did_strike = true;
    struck_at = name;
    errno = armed.error;
    return true;
  }
  if (changes == Changes::something && armed.kind == Strike::Kind::process_dies && counts(Strike::Kind::process_dies)) _exit(137);
  return false;
}

int lies(int result) {
  if (armed.kind != Strike::Kind::rename_lies || result != 0) return result;
  did_strike = true;
  errno = EIO;
  return -1;
}

}  // namespace

Armed::Armed(Strike strike) {
  seen = 0;
  did_strike = false;
  struck_at = "";
  armed = strike;
}
Armed::~Armed() { armed = {}; }
bool Armed::struck() const noexcept { return did_strike; }
const char* Armed::where() const noexcept { return struck_at; }
void before_rename(std::size_t nth, std::function<void()> hands) {
  renames = 0;
  hands_at[nth] = std::move(hands);
}
void before_call(std::size_t nth, std::function<void()> hands) {
  calls_before_hands = nth;
  hands_at_call = std::move(hands);
}
bool hands_came() noexcept {
  const bool came = !hands_at_call;
  hands_at_call = nullptr;
  return came;
}
std::size_t allocations_since_exchange() noexcept { return since_exchange; }

bool allocation_fails() noexcept {
  ++since_exchange;
  if (!counts(Strike::Kind::allocation_fails)) return false;
  did_strike = true;
  return true;
}

}  // namespace aihow::test

using namespace aihow::test;

// System calls: the ones that this room makes, under the names that it links with (64-bit file offsets).

extern "C" {

int fsync(int fd) { return fails("fsync", Changes::something) ? -1 : static_cast<int>(syscall(SYS_fsync, fd)); }
int renameat2(int from_dir, const char* from, int to_dir, const char* to, unsigned flags) noexcept {
  if (armed.kind == Strike::Kind::no_exchange && flags != 0) {
    did_strike = true;
    errno = EINVAL;
    return -1;
  }
  if (fails("renameat2", Changes::something)) return -1;
  if (const auto hands = hands_at.extract(++renames); !hands.empty()) hands.mapped()();
  const int result = static_cast<int>(syscall(SYS_renameat2, from_dir, from, to_dir, to, flags));
  if (result == 0) since_exchange = 0;
  return lies(result);
}
int renameat(int from_dir, const char* from, int to_dir, const char* to) noexcept {
  return fails("renameat", Changes::something) ? -1 : lies(static_cast<int>(syscall(SYS_renameat, from_dir, from, to_dir, to)));
}
int unlinkat(int dir, const char* name, int flags) noexcept {
  return fails("unlinkat", Changes::something) ? -1 : static_cast<int>(syscall(SYS_unlinkat, dir, name, flags));
}
int ftruncate64(int fd, off64_t size) noexcept {
  return fails("ftruncate", Changes::something) ? -1 : static_cast<int>(syscall(SYS_ftruncate, fd, size));
}
ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t offset) {
  if (fails("pwrite", Changes::something)) return -1;
  return syscall(SYS_pwrite64, fd, bytes, size, offset);
}
ssize_t pread64(int fd, void* bytes, size_t size, off64_t offset) { return fails("pread") ? -1 : syscall(SYS_pread64, fd, bytes, size, offset); }
int openat64(int dir, const char* name, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return fails("openat", (flags & O_CREAT) != 0 ? Changes::something : Changes::nothing)
             ? -1
             : static_cast<int>(syscall(SYS_openat, dir, name, flags, mode));
}
int open64(const char* name, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return fails("open") ? -1 : static_cast<int>(syscall(SYS_openat, AT_FDCWD, name, flags, mode));
}
int fstatat64(int dir, const char* name, struct stat64* status, int flags) noexcept {
  if (armed.kind == Strike::Kind::stale) {
    errno = ESTALE;
    return -1;
  }
  return fails("fstatat") ? -1 : static_cast<int>(syscall(SYS_newfstatat, dir, name, status, flags));
}
int fstat64(int fd, struct stat64* status) noexcept { return fails("fstat") ? -1 : static_cast<int>(syscall(SYS_fstat, fd, status)); }
int lstat64(const char* name, struct stat64* status) noexcept {
  return fails("lstat") ? -1 : static_cast<int>(syscall(SYS_newfstatat, AT_FDCWD, name, status, AT_SYMLINK_NOFOLLOW));
}
int stat64(const char* name, struct stat64* status) noexcept {
  return fails("stat") ? -1 : static_cast<int>(syscall(SYS_newfstatat, AT_FDCWD, name, status, 0));
}
int fcntl64(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  if (armed.kind == Strike::Kind::no_locks) {
    errno = ENOLCK;
    return -1;
  }
  return fails("fcntl") ? -1 : static_cast<int>(syscall(SYS_fcntl, fd, command, argument));
}
int fstatfs64(int fd, struct statfs64* status) noexcept {
  if (armed.kind == Strike::Kind::coarse_times) {
    did_strike = true;
    errno = ENOSYS;
    return -1;
  }
  return fails("fstatfs") ? -1 : static_cast<int>(syscall(SYS_fstatfs, fd, status));
}
int sync_file_range(int fd, off64_t offset, off64_t size, unsigned flags) {
  return fails("sync_file_range") ? -1 : static_cast<int>(syscall(SYS_sync_file_range, fd, offset, size, flags));
}
int fchmod(int fd, mode_t mode) noexcept { return fails("fchmod", Changes::something) ? -1 : static_cast<int>(syscall(SYS_fchmod, fd, mode)); }
int mkdir(const char* name, mode_t mode) noexcept {
  return fails("mkdir", Changes::something) ? -1 : static_cast<int>(syscall(SYS_mkdir, name, mode));
}
int chmod(const char* name, mode_t mode) noexcept {
  return fails("chmod", Changes::something) ? -1 : static_cast<int>(syscall(SYS_chmod, name, mode));
}

}  // extern "C"

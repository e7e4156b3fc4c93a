// SPDX-License-Identifier: MIT
#include "json_file/atomic_file.hpp"
#include <fmt/format.h>
#include <stdio.h>
#include <unistd.h>
#include <cerrno>

namespace aihow::state::inline v0::json_file {
namespace {

/// Mode and owner of the file that it replaces. Without the right to give a file away, no one else gets more than they had.
void resemble(const Fd& fd, const struct stat& own, const struct stat& like, const std::string& path) {
  mode_t mode = like.st_mode & 0777;
  if (own.st_uid != like.st_uid || own.st_gid != like.st_gid) {
    if (fchown(fd.get(), like.st_uid, like.st_gid) != 0 && fchown(fd.get(), static_cast<uid_t>(-1), like.st_gid) != 0) mode &= ~mode_t{0070};
  }
  if ((own.st_mode & 07777) != mode && fchmod(fd.get(), mode) != 0) throw_system(errno, "give it the mode of the old one", path);
}

bool is_unsupported(int error) noexcept { return error == EINVAL || error == ENOSYS || error == EOPNOTSUPP; }

bool same_file(const struct stat& one, const struct stat& other) noexcept { return one.st_dev == other.st_dev && one.st_ino == other.st_ino; }

/// Runs a rename; after an error looks whether it was done all the same.
template <class Call>
int renamed(const Place& place, const char* from, const char* to, Call call) noexcept {
  const auto before = peek_at(place.directory(), from);
  int result = 0;
  do result = call();
  while (result != 0 && errno == EINTR);
  if (result == 0) return 0;
  const int error = errno;
  const auto now = peek_at(place.directory(), to);
  const bool done = before && now && same_file(*before, *now) && !peek_at(place.directory(), from);
  return done ? 0 : error;
}

}  // namespace

NewFile::NewFile(NewFile&& other) noexcept
    : directory_(std::exchange(other.directory_, -1)), name_(std::move(other.name_)), fd_(std::move(other.fd_)), status_(other.status_) {}

NewFile::~NewFile() {
  // What cannot be removed now is removed by the next commit.
  if (directory_ >= 0 && stands_at(name_.c_str())) unlinkat(directory_, name_.c_str(), 0);
}

NewFile NewFile::write(const Place& place, const std::string& name, std::string_view bytes, const struct stat* like) {
  const std::string path = place.path_of(name);
  std::string own_name = name;  // copied while there is nothing to remove yet
  Fd fd(openat(place.directory(), name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0600));
  if (!fd) throw_system(errno, "make it", path);
  NewFile file(place.directory(), std::move(own_name), std::move(fd));
  file.status_ = status_of(file.fd_, path);
  if (like != nullptr) resemble(file.fd_, file.status_, *like, path);
  else if ((file.status_.st_mode & 07777) != 0600 && fchmod(file.fd_.get(), 0600) != 0) throw_system(errno, "set its mode", path);
  if (const int error = write_at(file.fd_.get(), 0, bytes); error != 0) throw_system(error, "write it", path);
  if (fsync(file.fd_.get()) != 0) throw_system(errno, "make it durable", path);
  file.status_ = status_of(file.fd_, path);
  return file;
}

bool NewFile::stands_at(const char* name) const noexcept {
  const auto now = peek_at(directory_, name);
  return now && same_file(*now, status_);
}

Rename exchange(const Place& place, const NewFile& file, const char* target) noexcept {
  int result = 0;
  do result = renameat2(place.directory(), file.name(), place.directory(), target, RENAME_EXCHANGE);
  while (result != 0 && errno == EINTR);
  if (result == 0) return {Renamed::done};
  const int error = errno;
  if (file.stands_at(target)) return {Renamed::done};
  if (error == ENOENT) return {Renamed::gone, error};
  return {is_unsupported(error) ? Renamed::unsupported : Renamed::failed, error};
}

Rename place_new(const Place& place, const NewFile& file, const char* target) noexcept {
  const int error = rename_new(place, file.name(), target);
  if (error == 0 || file.stands_at(target)) return {Renamed::done};
  return {error == EEXIST ? Renamed::in_the_way : Renamed::failed, error};
}

int rename_over(const Place& place, const char* from, const char* to) noexcept {
  return renamed(place, from, to, [&] { return renameat(place.directory(), from, place.directory(), to); });
}

int rename_new(const Place& place, const char* from, const char* to) noexcept {
  const int error = renamed(place, from, to, [&] { return renameat2(place.directory(), from, place.directory(), to, RENAME_NOREPLACE); });
  if (!is_unsupported(error)) return error;
  // Without the kernel's help only a look can tell; the commit lock keeps other writers out meanwhile.
  return peek_at(place.directory(), to) ? EEXIST : rename_over(place, from, to);
}

int remove(const Place& place, const char* name) noexcept {
  if (unlinkat(place.directory(), name, 0) == 0 || errno == ENOENT) return 0;
  if (errno == EISDIR && unlinkat(place.directory(), name, AT_REMOVEDIR) == 0) return 0;
  return errno;
}

std::string free_name(const Place& place, const std::string& base) {
  std::string name = base;
  for (int number = 2; look_at(place.directory(), name, place.path_of(name)); ++number) name = fmt::format("{}-{}", base, number);
  return name;
}

}  // namespace aihow::state::inline v0::json_file

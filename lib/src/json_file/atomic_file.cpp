// SPDX-License-Identifier: MIT
#include "json_file/atomic_file.hpp"
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>
#include <cerrno>

namespace aihow::state::inline v0::json_file {
namespace {

/// Whether the file systems' clock is this kernel's: another machine's stamps prove nothing.
bool has_local_clock(const Fd& fd) noexcept {
  struct statfs status {};
  if (fstatfs(fd.get(), &status) != 0) return false;
  return status.f_type == EXT4_SUPER_MAGIC || status.f_type == XFS_SUPER_MAGIC || status.f_type == BTRFS_SUPER_MAGIC || status.f_type == TMPFS_MAGIC;
}

std::int64_t coarse_clock_ns() noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// Sees how a change is stamped right after the file was looked at. A coarse stamp is the coarse clock's value, which stands still between two
/// ticks; any other value is a time of its own.
bool see_fine_times(const Fd& fd, mode_t mode) noexcept {
  struct stat now {};
  const std::int64_t before = coarse_clock_ns();
  if (fchmod(fd.get(), mode) != 0 || fstat(fd.get(), &now) != 0) return false;
  return coarse_clock_ns() == before && identity_of(now).changed_ns != before && has_local_clock(fd);
}

/// Mode and owner of the file that it replaces; returns the mode. Without the right to give a file away, no one else gets more than they had.
mode_t resemble(const Fd& fd, const struct stat& own, const struct stat& like, const std::string& path) {
  mode_t mode = like.st_mode & 0777;
  if (own.st_uid != like.st_uid || own.st_gid != like.st_gid) {
    if (fchown(fd.get(), like.st_uid, like.st_gid) != 0 && fchown(fd.get(), static_cast<uid_t>(-1), like.st_gid) != 0) mode &= ~mode_t{0070};
  }
  if ((own.st_mode & 07777) != mode && fchmod(fd.get(), mode) != 0) throw_system(errno, "give it the mode of the old one", path);
  return mode;
}

/// With so much of a file the device is told to begin at once, piece by piece. With no more: that may have to wait behind what others write, as
/// what an fsync writes does not, and each piece may get a place of its own on the device, which takes time to give back.
constexpr off_t early_bytes = off_t{1} << 19;
constexpr off_t early_piece = off_t{1} << 18;

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
    : directory_(std::exchange(other.directory_, -1)),
      name_(std::move(other.name_)),
      path_(std::move(other.path_)),
      fd_(std::move(other.fd_)),
      size_(other.size_),
      written_back_(other.written_back_),
      status_(other.status_),
      fine_times_(other.fine_times_) {}

NewFile::~NewFile() {
  // What cannot be removed now is removed by the next commit.
  if (directory_ >= 0 && stands_at(name_.c_str())) unlinkat(directory_, name_.c_str(), 0);
}

NewFile NewFile::write(const Place& place, const std::string& name, std::string_view bytes, const struct stat* like) {
  NewFile file = begin(place, name, like);
  file.append(bytes);
  file.make_durable();
  return file;
}

NewFile NewFile::begin(const Place& place, const std::string& name, const struct stat* like, std::optional<dev_t> fine_device) {
  std::string path = place.path_of(name);
  std::string own_name = name;  // copied while there is nothing to remove yet
  Fd fd(openat(place.directory(), name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0600));
  if (!fd) throw_system(errno, "make it", path);
  NewFile file(place.directory(), std::move(own_name), std::move(path), std::move(fd));
  file.status_ = status_of(file.fd_, file.path_);
  mode_t mode = 0600;
  if (like != nullptr) mode = resemble(file.fd_, file.status_, *like, file.path_);
  else if ((file.status_.st_mode & 07777) != mode && fchmod(file.fd_.get(), mode) != 0) throw_system(errno, "set its mode", file.path_);
  file.fine_times_ = fine_device == file.status_.st_dev || see_fine_times(file.fd_, mode);
  return file;
}

void NewFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const bool is_early = written_back_ < early_bytes;
    const std::string_view part = is_early ? bytes.substr(0, static_cast<std::size_t>(written_back_ + early_piece - size_)) : bytes;
    if (const int error = write_at(fd_.get(), size_, part); error != 0) throw_system(error, "write it", path_);
    size_ += static_cast<off_t>(part.size());
    bytes.remove_prefix(part.size());
    if (is_early && size_ == written_back_ + early_piece) begin_writing_back();
  }
}

/// The device begins with what there is while the rest is made: less is left for the fsync to wait for.
void NewFile::begin_writing_back() {
  const bool begun = sync_file_range(fd_.get(), written_back_, size_ - written_back_, SYNC_FILE_RANGE_WRITE) == 0;
  if (!begun && errno != ENOSYS && errno != EINVAL && errno != ESPIPE) throw_system(errno, "write it", path_);
  written_back_ = size_;
}

void NewFile::make_durable() {
  if (fsync(fd_.get()) != 0) throw_system(errno, "make it durable", path_);
  status_ = status_of(fd_, path_);
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
  if (error == ENOENT) return {Renamed::gone, error};
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

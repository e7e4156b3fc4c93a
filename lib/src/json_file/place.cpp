// SPDX-License-Identifier: MIT
#include "json_file/place.hpp"
#include <fmt/format.h>
#include <limits.h>
#include <unistd.h>
#include <array>
#include <cerrno>

namespace aihow::state::inline v0::json_file {
namespace {

constexpr int max_symlinks = 40;  // as the kernel's

struct Parts {
  std::string_view directory;  ///< with its final slash; empty: the working directory
  std::string_view name;
};
Parts parts_of(std::string_view path) noexcept {
  const std::size_t end = path.rfind('/') + 1;  // npos: 0
  return {path.substr(0, end), path.substr(end)};
}

struct Split {
  std::string directory;
  std::string name;
};
Split split(const std::string& path) {
  const auto [directory, name] = parts_of(path);
  return {std::string(directory), std::string(name)};
}

/// The kernel's own rule (protected_symlinks), which reading the link ourselves would go round.
void refuse_planted(const struct stat& link, const std::string& path) {
  const std::string parent = split(path).directory;
  struct stat directory {};
  if (stat(parent.empty() ? "." : parent.c_str(), &directory) != 0) throw_system(errno, "look at its directory", path);
  const bool shared = (directory.st_mode & (S_ISVTX | S_IWOTH)) == (S_ISVTX | S_IWOTH);
  if (shared && link.st_uid != geteuid() && link.st_uid != directory.st_uid) {
    throw Error(errc::permission, "somebody else's symbolic link in a directory that all can write: it is not followed; remove it", {.path = path});
  }
}

/// Follows symlinks of the last component only; the kernel follows those of directories.
std::string resolve(std::string path) {
  for (int links = 0; links < max_symlinks; ++links) {
    struct stat status {};
    if (lstat(path.c_str(), &status) != 0) {
      if (errno == ENOENT) return path;
      throw_system(errno, "look at it", path);
    }
    if (!S_ISLNK(status.st_mode)) return path;
    refuse_planted(status, path);
    std::array<char, PATH_MAX> target;
    const ssize_t length = readlink(path.c_str(), target.data(), target.size());
    if (length < 0) throw_system(errno, "read the symbolic link", path);
    const std::string_view text(target.data(), static_cast<std::size_t>(length));
    path = text.starts_with('/') ? std::string(text) : split(path).directory.append(text);
  }
  throw_system(ELOOP, "follow the symbolic links", path);
}

Split resolve_and_split(const std::string& path) {
  Split out = split(resolve(path));
  if (out.name.empty() || out.name == "." || out.name == "..")
    throw Error(errc::invalid, "this names a directory: give the path of a file", {.path = path});
  return out;
}

Fd open_directory(const std::string& path) { return Fd(open(path.empty() ? "." : path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK)); }

/// Makes the last component of `path`, durable in its parent.
void make_directory(const std::string& path) {
  if (mkdir(path.c_str(), 0700) != 0) {
    if (errno == EEXIST) return;
    throw_system(errno, "make the directory", path);
  }
  if (chmod(path.c_str(), 0700) != 0) throw_system(errno, "set the mode of the directory", path);  // the umask may have taken rights of ours
  const std::string bare = path.substr(0, path.find_last_not_of('/') + 1);
  const Fd parent = open_directory(split(bare).directory);
  if (!parent || fsync(parent.get()) != 0) throw_system(errno, "make the new directory durable", path);
}

Fd make_directories(const std::string& path) {
  for (std::size_t at = path.find_first_not_of('/'); at != std::string::npos;) {
    const auto slash = path.find('/', at);
    const std::string part = path.substr(0, slash);
    struct stat status {};
    if (stat(part.c_str(), &status) != 0) {
      if (errno != ENOENT) throw_system(errno, "look at the directory", part);
      make_directory(part);
    }
    at = slash == std::string::npos ? slash : path.find_first_not_of('/', slash);
  }
  Fd directory = open_directory(path);
  if (!directory) throw_system(errno, "open the directory", path);
  return directory;
}

}  // namespace

Names::Names(std::string_view state)
    : document(state),
      backup(document + ".backup"),
      tmp(document + ".tmp"),
      mend(document + ".mend"),
      prev(document + ".prev"),
      history(document + ".history"),
      history_tmp(document + ".history.tmp"),
      lock("." + document + ".lock") {}

Place::Place(const std::string& asked, std::string directory_path, const std::string& name, Fd directory)
    : asked_(asked), directory_path_(std::move(directory_path)), directory_(std::move(directory)), names_(name) {
  lock_path_ = path_of(names_.lock);
}

std::optional<Place> Place::find(const std::string& path) {
  Split parts = resolve_and_split(path);
  Fd directory = open_directory(parts.directory);
  if (!directory) {
    if (errno == ENOENT) return std::nullopt;
    throw_system(errno, "open the directory", parts.directory);
  }
  return Place(path, std::move(parts.directory), parts.name, std::move(directory));
}

Place Place::make(const std::string& path) {
  if (auto found = find(path)) return std::move(*found);
  Split parts = resolve_and_split(path);
  Fd directory = make_directories(parts.directory);
  return Place(path, std::move(parts.directory), parts.name, std::move(directory));
}

std::string Place::path_of(const std::string& name) const { return directory_path_ + name; }

bool Place::still_leads_here(const struct stat& lock) const noexcept try {
  struct stat now {};
  if (lstat(lock_path_.c_str(), &now) != 0 || now.st_dev != lock.st_dev || now.st_ino != lock.st_ino) return false;
  // Only a symlink can have come to lead elsewhere. Without one nothing is allocated: memory that is out is no lost lock.
  const auto [directory, name] = parts_of(asked_);
  if (lstat(asked_.c_str(), &now) != 0) return errno == ENOENT && directory == directory_path_;
  if (!S_ISLNK(now.st_mode)) return directory == directory_path_ && name == names_.document;
  return resolve(asked_) == path();
} catch (...) {
  return false;
}

int Place::sync() const noexcept {
  int result = 0;
  do result = fsync(directory_.get());
  while (result != 0 && errno == EINTR);
  return result == 0 ? 0 : errno;
}

}  // namespace aihow::state::inline v0::json_file

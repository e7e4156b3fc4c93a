// SPDX-License-Identifier: MIT
#include "json_file/loose_file.hpp"
#include <fmt/format.h>
#include <unistd.h>
#include <aihow/state/json.hpp>
#include <cerrno>
#include <cstdlib>
#include <span>
#include <utility>
#include "json_file/system.hpp"

namespace aihow::state::inline v0::json_file {
namespace {

/// A new file beside the one that it is to become; removed unless it did.
class Beside {
 public:
  Beside(const std::string& path, bool alone) : path_(path), name_(path + (alone ? ".aihow-import" : ".XXXXXX")), fd_(open(alone)) {
    if (!fd_) throw system_error(errno, "make a file beside it", path_);
  }
  Beside(const Beside&) = delete;
  Beside& operator=(const Beside&) = delete;
  ~Beside() {
    if (!name_.empty()) ::unlink(name_.c_str());
  }

  void become(std::string_view bytes) {
    if (const int error = write_at(fd_.get(), 0, bytes); error != 0) throw system_error(error, "write it", path_);
    if (::fsync(fd_.get()) != 0) throw system_error(errno, "make it durable", path_);
    if (::rename(name_.c_str(), path_.c_str()) != 0) throw system_error(errno, "put it in place", path_);
    name_.clear();
  }

 private:
  int open(bool alone) {
    if (!alone) return ::mkostemp(name_.data(), O_CLOEXEC);
    if (::unlink(name_.c_str()) != 0 && errno != ENOENT) throw system_error(errno, "remove it", name_);
    return ::open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  }

  const std::string& path_;
  std::string name_;
  Fd fd_;
};

void sync_directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  const Fd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) throw system_error(errno, "make its directory durable (the file is written)", path);
}

}  // namespace

std::string read_loose_file(const std::string& path) {
  // A FIFO must not hold us up before it is seen to be one.
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) throw system_error(errno, "open it", path);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) throw system_error(errno, "look at it", path);
  if (!S_ISREG(status.st_mode)) throw Error(errc::invalid, "is no regular file: name a document", {.path = path});
  const auto refuse_size = [&] { throw Error(errc::corrupt, "is larger than a document may be (1 GiB)", {.path = path}); };
  if (status.st_size > static_cast<off_t>(max_document_bytes)) refuse_size();
  constexpr std::size_t piece = std::size_t{1} << 16;
  std::string out;
  out.reserve(static_cast<std::size_t>(status.st_size) + piece);
  for (;;) {
    const std::size_t size = out.size();
    if (size > max_document_bytes) refuse_size();
    out.resize(size + piece);
    const ssize_t count = read_into(fd.get(), static_cast<off_t>(size), std::span(out).subspan(size));
    if (count < 0) throw system_error(errno, "read it", path);
    out.resize(size + static_cast<std::size_t>(count));
    if (static_cast<std::size_t>(count) < piece) return out;
  }
}

void write_loose_file(const std::string& path, std::string_view bytes, bool alone) {
  if (path.empty()) throw Error(errc::invalid, "a copy needs the name of a file");
  // Whoever may write there could lose a device by it.
  if (const auto there = peek_at(AT_FDCWD, path.c_str()); there && !S_ISREG(there->st_mode) && !S_ISLNK(there->st_mode))
    throw Error(errc::invalid, fmt::format("{} stands there: name a file", kind_of(there->st_mode)), {.path = path});
  Beside(path, alone).become(bytes);
  sync_directory_of(path);
}

}  // namespace aihow::state::inline v0::json_file

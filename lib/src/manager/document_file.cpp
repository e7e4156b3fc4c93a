// SPDX-License-Identifier: MIT
#include "document_file.hpp"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <aihow/state/error.hpp>
#include <aihow/state/json.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace aihow::state::inline v0 {
namespace {

Error system_error(int error, std::string_view what, const std::string& path) {
  const errc code = error == ENOENT || error == ENOTDIR                   ? errc::not_found
                    : error == EACCES || error == EPERM || error == EROFS ? errc::permission
                    : error == ENOMEM                                     ? errc::out_of_memory
                                                                          : errc::io;
  return Error(code, std::string(what) + ": " + std::generic_category().message(error), {.path = path});
}

class Descriptor {
 public:
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const noexcept { return fd_; }
  /// Returns errno, or 0.
  int close() noexcept { return ::close(std::exchange(fd_, -1)) == 0 ? 0 : errno; }

 private:
  int fd_;
};

/// A new file beside the one that it is to become; removed unless it did.
class NewFile {
 public:
  NewFile(std::string path, bool alone) : path_(std::move(path)), name_(path_ + (alone ? ".aihow-import" : ".XXXXXX")), fd_(open(alone)) {
    if (fd_.get() < 0) throw system_error(errno, "cannot be written", path_);
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (!name_.empty()) ::unlink(name_.c_str());
  }

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::write(fd_.get(), bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw system_error(errno, "cannot be written", path_);
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  void commit() {
    if (::fsync(fd_.get()) != 0) throw system_error(errno, "cannot be made durable", path_);
    if (const int error = fd_.close()) throw system_error(error, "cannot be written", path_);
    if (::rename(name_.c_str(), path_.c_str()) != 0) throw system_error(errno, "cannot be put in place", path_);
    name_.clear();
  }

 private:
  int open(bool alone) {
    if (!alone) return ::mkostemp(name_.data(), O_CLOEXEC);
    if (::unlink(name_.c_str()) != 0 && errno != ENOENT) throw system_error(errno, "cannot be removed", name_);
    return ::open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  }

  std::string path_;
  std::string name_;
  Descriptor fd_;
};

void sync_directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  const Descriptor fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0 || ::fsync(fd.get()) != 0) throw system_error(errno, "is written, but the directory cannot be made durable", path);
}

}  // namespace

std::string read_document_file(const std::string& path) {
  // A FIFO must not hold us up before it is seen to be one.
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (fd.get() < 0) throw system_error(errno, "cannot be opened", path);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) throw system_error(errno, "cannot be looked at", path);
  if (!S_ISREG(status.st_mode)) throw Error(errc::invalid, "is no regular file: name a document", {.path = path});
  std::string out;
  out.reserve(std::min(static_cast<std::size_t>(status.st_size), max_document_bytes) + 1);
  constexpr std::size_t piece = std::size_t{1} << 16;
  for (;;) {
    const std::size_t size = out.size();
    if (size > max_document_bytes) throw Error(errc::corrupt, "is larger than a document may be (1 GiB)", {.path = path});
    out.resize(size + piece);
    ssize_t count = 0;
    do count = ::read(fd.get(), out.data() + size, piece);
    while (count < 0 && errno == EINTR);
    if (count < 0) throw system_error(errno, "cannot be read", path);
    out.resize(size + static_cast<std::size_t>(count));
    if (count == 0) return out;
  }
}

void write_document_file(const std::string& path, std::string_view bytes, bool alone) {
  if (path.empty()) throw Error(errc::invalid, "a copy needs the name of a file");
  NewFile file(path, alone);
  file.write(bytes);
  file.commit();
  sync_directory_of(path);
}

}  // namespace aihow::state::inline v0

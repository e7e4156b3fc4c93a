// SPDX-License-Identifier: MIT
#include "config/read_file.hpp"
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <aihow/state/error.hpp>
#include <cerrno>

namespace aihow::tool {
namespace {

using state::errc;
using state::Error;

class Descriptor {
 public:
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) (void)::close(fd_);  // nothing was written
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const noexcept { return fd_; }

 private:
  int fd_;
};

[[noreturn]] void fail(const std::string& path, int error) {
  const std::string words = std::generic_category().message(error);
  if (error == ENOENT || error == ENOTDIR) throw Error(errc::not_found, "there is no such configuration file", {.path = path});
  if (error == EACCES || error == EPERM) throw Error(errc::permission, "the configuration cannot be read: " + words, {.path = path});
  throw Error(errc::io, "the configuration cannot be read: " + words, {.path = path});
}

const char* kind_of(mode_t mode) { return S_ISDIR(mode) ? "a directory" : S_ISFIFO(mode) ? "a FIFO" : S_ISSOCK(mode) ? "a socket" : "a device"; }

}  // namespace

std::string read_regular_file(const std::string& path, std::size_t limit) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.get() < 0) {
    if (errno == ENXIO) throw Error(errc::invalid, "expected a configuration file, found a socket or a device", {.path = path});
    fail(path, errno);
  }
  struct stat info = {};
  if (::fstat(file.get(), &info) != 0) fail(path, errno);
  if (!S_ISREG(info.st_mode))
    throw Error(errc::invalid, fmt::format("expected a configuration file, found {}", kind_of(info.st_mode)), {.path = path});

  std::string bytes;
  std::size_t size = 0;
  bytes.resize(std::min(limit, static_cast<std::size_t>(info.st_size)) + 1);  // one more shows the end, or that it is too long
  while (size < bytes.size()) {
    const ssize_t count = ::read(file.get(), bytes.data() + size, bytes.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(path, errno);
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
    if (size == bytes.size() && size <= limit) bytes.resize(std::min(limit + 1, size * 2));  // it grew, or has no size (/proc)
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
#include "json_file/file_watch.hpp"
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <stop_token>

namespace aihow::state::inline v0::json_file {
namespace {

constexpr std::chrono::milliseconds longest_wait{500};
constexpr std::uint32_t events = IN_MOVED_TO | IN_MOVED_FROM | IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVE_SELF | IN_DELETE_SELF;

/// A descriptor that can be read once a stop is asked for.
class StopSignal {
 public:
  explicit StopSignal(const std::stop_token& stop) : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), on_stop_(stop, Ring{fd_.get()}) {}
  int fd() const noexcept { return fd_.get(); }

 private:
  struct Ring {
    int fd;
    void operator()() const noexcept {
      const std::uint64_t one = 1;
      // Where there is no descriptor the wait ends soon enough by itself.
      [[maybe_unused]] const ssize_t count = ::write(fd, &one, sizeof one);
    }
  };
  Fd fd_;
  std::stop_callback<Ring> on_stop_;
};

}  // namespace

FileWatch::FileWatch(const Place& place) : fd_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)), document_(place.names().document) {
  struct stat status {};
  if (fstat(place.directory(), &status) == 0) {
    device_ = status.st_dev;
    inode_ = status.st_ino;
  }
  const std::string directory = fmt::format("/proc/self/fd/{}", place.directory());
  if (fd_ && inotify_add_watch(fd_.get(), directory.c_str(), events | IN_ONLYDIR) < 0) fd_.reset();
}

bool FileWatch::is_of(const Place& place) const noexcept {
  struct stat status {};
  return fstat(place.directory(), &status) == 0 && status.st_dev == device_ && status.st_ino == inode_ && document_ == place.names().document;
}

bool FileWatch::take_events() {
  alignas(inotify_event) std::array<char, 4096> buffer{};
  bool found = false;
  // Once: in a busy directory there may be no end of them.
  const ssize_t count = ::read(fd_.get(), buffer.data(), buffer.size());
  for (std::size_t at = 0; count > 0 && at + sizeof(inotify_event) <= static_cast<std::size_t>(count);) {
    inotify_event event{};
    std::memcpy(&event, buffer.data() + at, sizeof event);
    // Without a name it is of the directory, or tells that some were lost.
    found = found || event.len == 0 || document_ == buffer.data() + at + sizeof event;
    at += sizeof event + event.len;
  }
  return found;
}

bool FileWatch::wait(FileWatch* watch, const Context& context, const std::string& path) {
  const StopSignal signal(context.stop);
  const auto until = std::min(context.deadline, std::chrono::steady_clock::now() + longest_wait);
  for (;;) {
    if (context.stop.stop_requested()) throw Error(errc::cancelled, "cancelled while waiting for a change", {.path = path});
    const auto now = std::chrono::steady_clock::now();
    if (now >= until) return now < context.deadline;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now);
    std::array<pollfd, 2> fds{pollfd{signal.fd(), POLLIN, 0}, pollfd{watch != nullptr && watch->fd_ ? watch->fd_.get() : -1, POLLIN, 0}};
    if (::poll(fds.data(), fds.size(), static_cast<int>(left.count())) < 0 && errno != EINTR) throw_system(errno, "wait for a change", path);
    if (fds[1].revents != 0 && watch->take_events()) return true;
  }
}

}  // namespace aihow::state::inline v0::json_file

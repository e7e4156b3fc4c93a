// SPDX-License-Identifier: MIT
#include "commands/confirm.hpp"
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <aihow/state/error.hpp>
#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdint>

namespace aihow::tool {
namespace {

class Event {
 public:
  Event() : fd_(::eventfd(0, EFD_CLOEXEC)) {
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { ::close(fd_); }
  int fd() const noexcept { return fd_; }
  void set() const noexcept {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t count = ::write(fd_, &one, sizeof one);  // fails only where it is set
  }

 private:
  int fd_;
};

}  // namespace

bool can_ask() noexcept { return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1; }

bool confirm(Console& console, std::string_view question, const std::stop_token& stop) {
  console.ask(question);
  const Event stopped;
  const std::stop_callback wake(stop, [&] { stopped.set(); });
  std::string answer;
  for (;;) {
    std::array<pollfd, 2> ready{pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{stopped.fd(), POLLIN, 0}};
    if (::poll(ready.data(), ready.size(), -1) < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "poll");
    if (stop.stop_requested()) throw state::Error(state::errc::cancelled, "stopped at the question; nothing was changed");
    if (ready[0].revents == 0) continue;
    char letter = 0;
    const ssize_t count = ::read(STDIN_FILENO, &letter, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0 || letter == '\n') break;
    if (answer.size() < 8) answer += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  return answer == "y" || answer == "yes";
}

}  // namespace aihow::tool

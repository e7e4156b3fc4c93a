// SPDX-License-Identifier: MIT
#include "commands/signals.hpp"
#include <fcntl.h>
#include <unistd.h>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <system_error>

namespace aihow::tool {
namespace {

constexpr std::array watched{SIGINT, SIGTERM};
std::atomic<int> wake_fd{-1};
static_assert(std::atomic<int>::is_always_lock_free);
volatile std::sig_atomic_t asked = 0;

/// Fails only for what is no signal.
void set_handler(int number, void (*handler)(int)) noexcept { static_cast<void>(std::signal(number, handler)); }

extern "C" void on_signal(int number) {
  const int saved = errno;
  if (asked != 0) {
    // Blocked while its handler runs, so it takes effect on return.
    set_handler(number, SIG_DFL);
    static_cast<void>(std::raise(number));
  } else {
    asked = 1;
    const char byte = 's';
    // A full pipe has woken the watcher already.
    [[maybe_unused]] const ssize_t count = ::write(wake_fd.load(), &byte, 1);
  }
  errno = saved;
}

}  // namespace

Signals::Signals() {
  set_handler(SIGPIPE, SIG_IGN);
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0) throw std::system_error(errno, std::generic_category(), "pipe2");
  if (::fcntl(pipe[0], F_SETFL, 0) != 0) throw std::system_error(errno, std::generic_category(), "fcntl");
  wake_fd = pipe[1];
  asked = 0;
  watcher_ = std::thread([this, fd = pipe[0]] {
    char byte = 0;
    ssize_t count = 0;
    do {
      count = ::read(fd, &byte, 1);
    } while (count < 0 && errno == EINTR);
    if (count == 1 && byte == 's') source_.request_stop();
    ::close(fd);
  });
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (const int number : watched) {
    struct sigaction before {};
    if (::sigaction(number, nullptr, &before) == 0 && before.sa_handler != SIG_IGN) ::sigaction(number, &action, nullptr);
  }
}

Signals::~Signals() {
  for (const int number : watched) {
    struct sigaction now {};
    if (::sigaction(number, nullptr, &now) == 0 && now.sa_handler == on_signal) set_handler(number, SIG_DFL);
  }
  const int fd = wake_fd.exchange(-1);
  ::close(fd);  // end of file wakes the watcher
  watcher_.join();
}

}  // namespace aihow::tool

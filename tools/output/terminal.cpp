// SPDX-License-Identifier: MIT
#include "output/terminal.hpp"
#include <sys/ioctl.h>
#include <unistd.h>
#include <cstdlib>

namespace aihow::tool {

Terminal look_at(int fd, bool no_color) noexcept {
  const char* term = std::getenv("TERM");
  const std::string_view kind = term == nullptr ? "" : term;
  const bool capable = ::isatty(fd) == 1 && !kind.empty() && kind != "dumb";
  return {capable, capable && !no_color};
}

std::size_t terminal_columns(int fd) noexcept {
  winsize size{};
  return ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace aihow::tool

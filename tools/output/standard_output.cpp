// SPDX-License-Identifier: MIT
#include "output/standard_output.hpp"
#include <fmt/format.h>
#include <unistd.h>
#include <aihow/state/error.hpp>
#include <cerrno>
#include <cstring>
#include "output/descriptor.hpp"

namespace aihow::tool {
namespace {

[[noreturn]] void fail(int number) {
  throw state::Error(state::errc::io, fmt::format("cannot write to standard output: {}; what was shown is not complete", std::strerror(number)));
}

}  // namespace

void StandardOutput::write(std::string_view text) {
  if (text.empty()) return;
  used_ = true;
  if (const int number = write_all(fd_, text); number != 0) fail(number);
}

void StandardOutput::finish() {
  if (!used_) return;
  // Closing a copy makes a network file system flush, and leaves the descriptor to whoever else has it.
  const int copy = ::dup(fd_);
  if (copy < 0) fail(errno);
  if (::close(copy) != 0 && errno != EINTR) fail(errno);
}

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
// StandardOutput: where data goes. A failed write is a failure of the command.
#pragma once
#include <string>
#include <string_view>
#include "output/terminal.hpp"

namespace aihow::tool {

class StandardOutput {
 public:
  explicit StandardOutput(bool no_color, int fd = 1) : fd_(fd), terminal_(look_at(fd, no_color)) {}

  const Terminal& terminal() const noexcept { return terminal_; }

  /// Writes the text. Throws Error io (the disk is full, the reader is gone).
  void write(std::string_view text);

  /// To be called last: reports what the system found out only later (network file systems). Throws Error io.
  void finish();

 private:
  int fd_;
  Terminal terminal_;
  bool used_ = false;
};

}  // namespace aihow::tool

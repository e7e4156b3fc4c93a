// SPDX-License-Identifier: MIT
// Running a program on input that is not trusted.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace aihow::tool {

struct CommandLimits {
  std::chrono::seconds cpu{30};
  std::uint64_t memory_bytes = std::uint64_t{1} << 30U;  ///< address space
  std::chrono::milliseconds wall{30'000};
  std::size_t output_bytes = 1024 * 1024;  ///< of each stream; more ends the program
};

struct CommandResult {
  enum class End : std::uint8_t { exited, signalled, timed_out, too_much_output };
  End end = End::exited;
  int code = 0;  ///< exit status, or signal
  std::string out;
  std::string err;
};

/// Runs a program (found in PATH) without a shell, in the C locale, with no input, in a process group of its own that does not outlive the
/// call. Blocks up to `limits.wall`. Throws Error unsupported (there is no such program), permission (it may not be run), io.
CommandResult run_limited(const std::vector<std::string>& arguments, const CommandLimits& limits = {});

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
// Exit codes: an interface, documented in docs/command.md.
#pragma once
#include <aihow/state/error.hpp>
#include <exception>
#include <optional>
#include <string>

namespace aihow::tool {

enum class ExitCode : int {
  done = 0,
  failed = 1,     ///< configuration or operation
  not_found = 2,  ///< configuration, state, VM
  permission = 3,
  usage = 4,     ///< bad command line; a question that could not be asked
  system = 5,    ///< libvirt, file system
  locked = 6,    ///< by another process, until the timeout
  conflict = 7,  ///< the state has changed since
  corrupt = 8,   ///< the state, and it was not repaired
  drift = 10,    ///< the state and libvirt differ
};

/// The exit code of a library error.
ExitCode exit_code(state::errc code) noexcept;

/// How a command ends that threw: its exit code, what to say, and which help to read (may be empty).
struct Ending {
  ExitCode code = ExitCode::failed;
  std::string text;
  std::string see;
};
Ending explain(const std::exception_ptr& thrown);

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
// The registry of commands.
#pragma once
#include <span>
#include <string>
#include <vector>
#include "commands/command.hpp"

namespace aihow::tool {

struct Group {
  std::string_view name;
  std::string_view summary;
};

/// In the order of the help.
std::span<const Command> commands() noexcept;
std::span<const Group> groups() noexcept;

/// What the words of a command line begin with: a command, a group alone, or nothing (no word at all).
struct Found {
  const Command* command = nullptr;
  const Group* group = nullptr;
  std::vector<std::string> arguments;  ///< the words after the command
};

/// Throws UsageError for an unknown word, naming the nearest known one.
Found find_command(const std::vector<std::string>& words);

}  // namespace aihow::tool

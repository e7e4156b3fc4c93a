// SPDX-License-Identifier: MIT
// Command: one command as a row of the registry.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include "commands/exit_code.hpp"
#include "commands/global_options.hpp"
#include "commands/options.hpp"

namespace aihow::tool {

class Session;

/// How many arguments a command takes, and what help calls them.
struct Arguments {
  std::string_view usage;  ///< `CONFIG`, `[CONFIG]`
  std::size_t least = 0;
  std::size_t most = 0;
};

struct Command {
  std::string_view group;  ///< `hpc`; empty: the command stands alone
  std::string_view name;   ///< `start`
  std::string_view summary;
  Arguments arguments;
  std::span<const Option> options;  ///< beyond the global ones
  std::string_view details;         ///< paragraphs for its help
  std::string_view examples;        ///< lines for its help; `{0}` stands for the group
  ExitCode (*run)(Session&) = nullptr;
  std::optional<OutputForm> also{};  ///< a form of output beyond those that every command has
};

/// `hpc start`, `version`.
inline std::string full_name(const Command& command) {
  return command.group.empty() ? std::string(command.name) : std::string(command.group) + " " + std::string(command.name);
}

// The commands, each in a file of its own. They parse, call and print; what they throw is explained by run.cpp.
ExitCode run_validate(Session& session);
ExitCode run_cluster_start(Session& session);
ExitCode run_cluster_stop(Session& session);
ExitCode run_cluster_status(Session& session);
ExitCode run_cluster_destroy(Session& session);
ExitCode run_vm_action(Session& session);
ExitCode run_vm_status(Session& session);
ExitCode run_plan_clusters(Session& session);
ExitCode run_refresh(Session& session);
ExitCode run_drift(Session& session);
ExitCode run_watch(Session& session);
ExitCode run_version(Session& session);

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
// GlobalOptions: what every command takes, with the environment and the defaults applied.
#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include "commands/command_line.hpp"
#include "output/log_level.hpp"

namespace aihow::tool {

/// Every command has the first four.
enum class OutputForm : std::uint8_t { table, json, yaml, name, markdown, dot };
inline constexpr std::array<std::string_view, 6> output_form_names{"table", "json", "yaml", "name", "markdown", "dot"};

struct GlobalOptions {
  std::string state = "output/state.json";
  std::string connect = "qemu:///system";
  bool connect_given = false;  ///< by an option: it is meant, whatever the state says
  OutputForm output = OutputForm::table;
  std::chrono::milliseconds timeout{10'000};
  std::chrono::milliseconds lock_timeout{10'000};
  LogLevel level = LogLevel::info;       ///< on standard error
  LogLevel log_level = LogLevel::debug;  ///< in the log file
  std::string log_file;                  ///< empty: none
  bool no_color = false;
  bool yes = false;
  bool non_interactive = false;
};

/// An environment variable, nullopt where it is not set; an empty one counts as not set.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;
std::optional<std::string> environment_variable(std::string_view name);

/// Throws UsageError for values that are not allowed, with what is.
GlobalOptions global_options(const CommandLine& line, const Environment& environment);

/// The duration of an option, nullopt where it is not there. Throws UsageError.
std::optional<std::chrono::milliseconds> duration_option(const CommandLine& line, Option option);

/// The same in seconds, rounded up.
std::optional<std::chrono::seconds> seconds_option(const CommandLine& line, Option option);

}  // namespace aihow::tool

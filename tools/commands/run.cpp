// SPDX-License-Identifier: MIT
#include "commands/run.hpp"
#include <fmt/format.h>
#include <algorithm>
#include <exception>
#include "commands/help.hpp"
#include "commands/registry.hpp"
#include "commands/session.hpp"
#include "commands/signals.hpp"
#include "commands/usage_error.hpp"
#include "output/descriptor.hpp"

namespace aihow::tool {
namespace {

constexpr std::string_view out_of_memory = "error: out of memory\n";

void fail(Console& console, const Ending& ending) {
  console.finish();
  console.error(ending.text);
  if (!ending.see.empty()) console.hint(fmt::format("see '{}'", ending.see));
}

ConsoleOptions console_options(const GlobalOptions& options) {
  return {.fd = 2,
          .terminal = look_at(2, options.no_color),
          .level = options.level,
          .log_level = options.log_level,
          .log = options.log_file.empty() ? nullptr : std::make_unique<LogFile>(options.log_file)};
}

// Options that the command does not take, and arguments too few or too many.
void check_usage(const Command& command, const CommandLine& line, const std::vector<std::string>& arguments, OutputForm form) {
  const std::string name = full_name(command);
  const std::string see = fmt::format("ai-how {} --help", name);
  for (const auto& [option, value] : line.options) {
    if (spec(option).global || std::find(command.options.begin(), command.options.end(), option) != command.options.end()) continue;
    throw UsageError(fmt::format("'{}' has no option '--{}'", name, spec(option).name), see);
  }
  if (arguments.size() < command.arguments.least)
    throw UsageError(fmt::format("'{0}' needs {1}: ai-how {0} {1}", name, command.arguments.usage), see);
  if (arguments.size() > command.arguments.most) {
    throw UsageError(fmt::format("'{}' does not take '{}'", name, arguments[command.arguments.most]), see);
  }
  const auto empty = std::find(arguments.begin(), arguments.end(), "");
  if (empty != arguments.end()) throw UsageError(fmt::format("'{}': {} is empty", name, command.arguments.usage), see);
  if (form > OutputForm::name && command.also != form) {
    throw UsageError(fmt::format("'{}' has no output as {}", name, output_form_names[static_cast<std::size_t>(form)]), see);
  }
}

std::string help_for(const Found& found) {
  if (found.command != nullptr) return command_help(*found.command);
  return found.group != nullptr ? group_help(*found.group) : overview_help();
}

int dispatch(const CommandLine& line, const GlobalOptions& options, Console& console, StandardOutput& out, const std::stop_token& stop) {
  std::vector<std::string> words = line.words;
  const bool help_command = !words.empty() && words.front() == "help";
  if (help_command) words.erase(words.begin());
  if (words.empty() && !help_command && line.has(Option::version)) words = {"version"};

  const Found found = find_command(words);
  if (help_command || line.has(Option::help)) {
    out.write(help_for(found));
    return static_cast<int>(ExitCode::done);
  }
  if (found.command == nullptr) {
    throw UsageError(found.group == nullptr ? "a command is missing" : fmt::format("'{}' needs a command", found.group->name),
                     found.group == nullptr ? "ai-how --help" : fmt::format("ai-how {} --help", found.group->name));
  }
  check_usage(*found.command, line, found.arguments, options.output);
  Session session(*found.command, line, found.arguments, options, console, out, stop);
  return static_cast<int>(found.command->run(session));
}

}  // namespace

int run(const std::vector<std::string>& arguments) noexcept {
  hold_standard_descriptors();
  try {
    // Until the options are known.
    const bool no_color =
        environment_variable("NO_COLOR").has_value() || std::find(arguments.begin(), arguments.end(), "--no-color") != arguments.end();
    auto console = std::make_unique<Console>(ConsoleOptions{.fd = 2, .terminal = look_at(2, no_color), .log = nullptr});
    try {
      const CommandLine line = parse_command_line(arguments);
      const GlobalOptions options = global_options(line, environment_variable);
      console = std::make_unique<Console>(console_options(options));
      const Signals signals;
      StandardOutput out(options.no_color);
      const int code = dispatch(line, options, *console, out, signals.token());
      console->finish();
      out.finish();
      return code;
    } catch (...) {
      const Ending ending = explain(std::current_exception());
      fail(*console, ending);
      return static_cast<int>(ending.code);
    }
  } catch (...) {
    write_all(2, out_of_memory);
    return static_cast<int>(ExitCode::system);
  }
}

}  // namespace aihow::tool

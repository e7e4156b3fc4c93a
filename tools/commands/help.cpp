// SPDX-License-Identifier: MIT
#include "commands/help.hpp"
#include <fmt/format.h>
#include <algorithm>
#include <sstream>
#include <vector>

namespace aihow::tool {
namespace {

constexpr std::string_view indent = "  ";

struct Line {
  std::string left;
  std::string_view right;
};

// Two columns; what is right of a left column that is too wide goes to the next line, and long texts are wrapped.
std::string columns_of(const std::vector<Line>& lines) {
  constexpr std::size_t widest = 30;
  constexpr std::size_t page = 100;
  std::size_t width = 0;
  for (const Line& line : lines) width = std::max(width, std::min(line.left.size(), widest));
  std::string out;
  for (const Line& line : lines) {
    out.append(indent).append(line.left);
    const std::size_t margin = indent.size() + width + 2;
    std::size_t at = indent.size() + line.left.size();
    if (at + 2 > margin) {
      out += '\n';
      at = 0;
    }
    out.append(margin - at, ' ');
    at = margin;
    std::istringstream words{std::string(line.right)};
    for (std::string word; words >> word;) {
      if (at != margin && at + 1 + word.size() > page) {
        out.append("\n").append(margin, ' ');
        at = margin;
      }
      if (at != margin) {
        out += ' ';
        ++at;
      }
      out += word;
      at += word.size();
    }
    out += '\n';
  }
  return out;
}

Line option_line(const OptionSpec& option) {
  std::string left = option.letter == 0 ? "    " : fmt::format("-{}, ", option.letter);
  left += fmt::format("--{}", option.name);
  if (!option.argument.empty()) left += (option.argument.front() == '[' ? "" : " ") + std::string(option.argument);
  return {left, option.help};
}

std::string global_options_help() {
  std::vector<Line> lines;
  for (const OptionSpec& option : option_table) {
    if (option.global) lines.push_back(option_line(option));
  }
  return columns_of(lines);
}

std::vector<Line> command_lines(std::string_view group) {
  std::vector<Line> lines;
  for (const Command& command : commands()) {
    if (command.group != group) continue;
    std::string left(command.name);
    if (!command.arguments.usage.empty()) left += " " + std::string(command.arguments.usage);
    lines.push_back({left, command.summary});
  }
  return lines;
}

std::string indented(std::string_view text, std::string_view group) {
  std::istringstream lines(fmt::format(fmt::runtime(text), group));
  std::string out;
  for (std::string line; std::getline(lines, line);) out.append(indent).append(line) += '\n';
  return out;
}

constexpr std::string_view overview_examples =
    "ai-how validate cluster.yaml\n"
    "ai-how hpc start cluster.yaml --wait\n"
    "ai-how hpc status\n"
    "ai-how hpc status -o json | jq -r '.vms[].ip_address'\n"
    "ai-how vm restart compute-01\n"
    "ai-how hpc stop\n"
    "ai-how hpc destroy cluster.yaml\n";

constexpr std::string_view exit_codes =
    "Exit codes: 0 done; 1 failed; 2 not found; 3 permission denied; 4 bad command line; 5 libvirt or file system;\n"
    "6 locked by another command; 7 the state changed meanwhile; 8 the state is corrupt.\n";

}  // namespace

std::string overview_help() {
  std::vector<Line> lines;
  for (const Group& group : groups()) lines.push_back({std::string(group.name) + " COMMAND", group.summary});
  for (const Line& line : command_lines("")) lines.push_back(line);
  lines.push_back({"help [COMMAND]", "show help"});
  std::string examples;
  std::istringstream rows{std::string(overview_examples)};
  for (std::string row; std::getline(rows, row);) examples.append(indent).append(row) += '\n';
  return fmt::format(
      "ai-how: clusters of virtual machines on libvirt, and the state that is kept of them\n\n"
      "Usage: ai-how [OPTIONS] COMMAND [ARGUMENTS]\n\nCommands:\n{}\n"
      "Options, before or after the command (one given twice: the last wins):\n{}\nExamples:\n{}\n{}\n"
      "'ai-how COMMAND --help' tells more of a command or a group of commands.\n",
      columns_of(lines), global_options_help(), examples, exit_codes);
}

std::string group_help(const Group& group) {
  return fmt::format(
      "ai-how {0}: {1}\n\nUsage: ai-how {0} COMMAND [OPTIONS] [ARGUMENTS]\n\nCommands:\n{2}\n'ai-how {0} COMMAND --help' tells more of each.\n",
      group.name, group.summary, columns_of(command_lines(group.name)));
}

std::string command_help(const Command& command) {
  std::string out = fmt::format("ai-how {}: {}\n\nUsage: ai-how {}{}{} [OPTIONS]\n", full_name(command), command.summary, full_name(command),
                                command.arguments.usage.empty() ? "" : " ", command.arguments.usage);
  if (!command.details.empty()) out += fmt::format("\n{}\n", command.details);
  if (!command.options.empty()) {
    std::vector<Line> lines;
    for (const Option option : command.options) lines.push_back(option_line(spec(option)));
    out += "\nOptions:\n" + columns_of(lines);
  }
  out += "\nOptions of every command:\n" + global_options_help();
  out += "\nExamples:\n" + indented(command.examples, command.group);
  return out + "\n" + std::string(exit_codes);
}

}  // namespace aihow::tool

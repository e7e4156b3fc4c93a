// SPDX-License-Identifier: MIT
// The command line, split into words and options.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>
#include "commands/options.hpp"

namespace aihow::tool {

struct CommandLine {
  std::vector<std::string> words;         ///< command and arguments, in order
  std::map<Option, std::string> options;  ///< the last value of each; flags: empty. `--json` stands as output=json

  bool has(Option option) const { return options.contains(option); }
  /// The value, nullopt where the option is not there.
  std::optional<std::string> value(Option option) const;
};

/// Options may stand anywhere; `--` ends them. One given twice: the last wins. Names are not completed.
/// Throws UsageError (unknown option, with the nearest known one; a missing or superfluous value).
CommandLine parse_command_line(const std::vector<std::string>& arguments);

}  // namespace aihow::tool

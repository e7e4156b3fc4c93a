// SPDX-License-Identifier: MIT
// Reading a configuration file: YAML to the checked model.
#pragma once
#include <aihow/state/error.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>
#include "config/model.hpp"

namespace aihow::tool {

/// A configuration that breaks rules: all of them, in the file's order. what() has one line per problem: `FILE:LINE:COLUMN: WHERE: MESSAGE`.
class ConfigError : public std::runtime_error {
 public:
  ConfigError(std::string_view path, std::vector<ConfigProblem> problems);
  const std::vector<ConfigProblem>& problems() const noexcept { return problems_; }

 private:
  std::vector<ConfigProblem> problems_;
};

/// Reads and checks a whole file. Limits: 4 MiB, depth 64, 100,000 nodes visited (an alias counts each time). `<<` merge keys are resolved;
/// duplicate keys are errors; `${VAR}` and `~` are expanded once, in `base_image_path` and its aliases only, an undefined or empty variable is an
/// error. Throws ConfigError; Error not_found, permission, io where the file cannot be read.
ConfigFile load_config(const std::string& path);

/// The same from text; `path` is for messages.
ConfigFile parse_config(std::string_view text, const std::string& path);

/// The cluster of a type, and of a name where one is given. Throws Error not_found, or invalid where the choice is not clear.
const ClusterConfig& select_cluster(const ConfigFile& file, std::string_view type, std::string_view name = {});

}  // namespace aihow::tool

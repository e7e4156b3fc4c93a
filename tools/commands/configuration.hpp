// SPDX-License-Identifier: MIT
// Configuration: the CONFIG of a command line, and the cluster that was chosen from it.
#pragma once
#include <optional>
#include <string>
#include "commands/session.hpp"
#include "config/load.hpp"

namespace aihow::tool {

class Configuration {
 public:
  /// Loads the first argument, chooses the cluster of the command's group (and of --cluster). Keys that the format does not name are counted.
  /// Throws as load_config() and select_cluster().
  explicit Configuration(const Session& session);
  Configuration(const Configuration&) = delete;
  Configuration& operator=(const Configuration&) = delete;

  const ClusterConfig& cluster() const noexcept { return cluster_; }

 private:
  ConfigFile file_;
  const ClusterConfig& cluster_;
};

/// The configuration where the command line has one: nullptr else.
std::unique_ptr<Configuration> maybe_configuration(const Session& session);

/// Tells, in one line, that a file has warnings.
void tell_warnings(const Session& session, const ConfigFile& file);

}  // namespace aihow::tool

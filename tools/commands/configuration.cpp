// SPDX-License-Identifier: MIT
#include "commands/configuration.hpp"
#include <fmt/format.h>

namespace aihow::tool {

Configuration::Configuration(const Session& session)
    : file_(load_config(session.arguments().at(0))), cluster_(select_cluster(file_, session.command().group, session.cluster_name())) {
  tell_warnings(session, file_);
}

std::unique_ptr<Configuration> maybe_configuration(const Session& session) {
  return session.arguments().empty() ? nullptr : std::make_unique<Configuration>(session);
}

void tell_warnings(const Session& session, const ConfigFile& file) {
  if (file.warnings.empty()) return;
  const bool one = file.warnings.size() == 1;
  session.console().warning(fmt::format("{}: {} {} in it {} left out; 'ai-how validate' lists {}", file.path, file.warnings.size(),
                                        one ? "thing" : "things", one ? "is" : "are", one ? "it" : "them"));
}

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
#include "commands/configuration.hpp"
#include <fmt/format.h>

namespace aihow::tool {

Configuration::Configuration(const Session& session)
    : file_(load_config(session.arguments().at(0))), cluster_(select_cluster(file_, session.command().group, session.cluster_name())) {
  tell_unknown_keys(session, file_);
}

std::unique_ptr<Configuration> maybe_configuration(const Session& session) {
  return session.arguments().empty() ? nullptr : std::make_unique<Configuration>(session);
}

void tell_unknown_keys(const Session& session, const ConfigFile& file) {
  if (file.warnings.empty()) return;
  session.console().warning(fmt::format("{}: {} {} that the format does not name {} ignored; 'ai-how validate' lists {}", file.path,
                                        file.warnings.size(), file.warnings.size() == 1 ? "key" : "keys", file.warnings.size() == 1 ? "is" : "are",
                                        file.warnings.size() == 1 ? "it" : "them"));
}

}  // namespace aihow::tool

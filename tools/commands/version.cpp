// SPDX-License-Identifier: MIT
#include "commands/version.hpp"
#include <aihow/state/json.hpp>
#include "commands/session.hpp"

namespace aihow::tool {
namespace {

class VersionView final : public View {
 public:
  std::string table(bool) const override { return "ai-how " AI_HOW_VERSION "\n"; }
  void json(JsonWriter& out) const override {
    out.begin_object().member("name", "ai-how").member("version", AI_HOW_VERSION).member("format_version", state::format_version).end_object();
  }
  std::vector<std::string> names() const override { return {AI_HOW_VERSION}; }
};

}  // namespace

ExitCode run_version(Session& session) {
  session.show(VersionView());
  return ExitCode::done;
}

}  // namespace aihow::tool

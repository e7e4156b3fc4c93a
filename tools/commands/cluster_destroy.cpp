// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <utility>
#include "commands/configuration.hpp"
#include "commands/confirm.hpp"
#include "commands/usage_error.hpp"

namespace aihow::tool {
namespace {

class DestroyedView final : public View {
 public:
  DestroyedView(std::string name, std::string type, std::string location)
      : name_(std::move(name)), type_(std::move(type)), location_(std::move(location)) {}
  std::string table(bool) const override { return fmt::format("{} cluster {} is destroyed\n", type_, name_); }
  void json(JsonWriter& out) const override {
    out.begin_object().member("cluster_name", name_).member("cluster_type", type_).member("state_location", location_);
    out.member("destroyed", true).end_object();
  }
  std::vector<std::string> names() const override { return {name_}; }

 private:
  std::string name_;
  std::string type_;
  std::string location_;
};

}  // namespace

ExitCode run_cluster_destroy(Session& session) {
  const GlobalOptions& options = session.options();
  const bool force = session.line().has(Option::force);
  const bool terminal = !options.non_interactive && can_ask();
  if (!force && !terminal) {
    throw UsageError("destroy asks first, and nobody can be asked here (no terminal, or --non-interactive); with --force it does not ask", {});
  }
  const auto configuration = maybe_configuration(session);
  state::ClusterStateManager manager = session.open_state();
  World world = session.world(manager);
  const std::string_view type = session.command().group;

  DestroyOptions destroy;
  destroy.shutdown_timeout = session.shutdown_timeout();
  if (!force && !options.yes) {
    destroy.confirm = [&](const std::vector<std::string>& goes) {
      return confirm(session.console(), fmt::format("This removes for good:\n{}\nGo on? [y/N]", fmt::join(goes, "\n")), session.stop());
    };
  }
  const auto name = destroy_cluster(world, type, configuration ? &configuration->cluster() : nullptr, session.cluster_name(), destroy);
  if (!name) {
    session.console().error("nothing was removed");
    return ExitCode::failed;
  }
  session.show(DestroyedView(*name, std::string(type), manager.location()));
  return ExitCode::done;
}

}  // namespace aihow::tool

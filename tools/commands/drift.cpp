// SPDX-License-Identifier: MIT
// drift: where the state and libvirt differ. Nothing is written.
#include <fmt/format.h>
#include "commands/cluster_view.hpp"
#include "commands/session.hpp"
#include "output/escape.hpp"

namespace aihow::tool {
namespace {

class DriftView final : public View {
 public:
  DriftView(const state::Drift& drift, std::string location) : drift_(drift), location_(std::move(location)) {}

  std::string table(bool color) const override {
    const state::ClusterState& cluster = drift_.snapshot->state;
    if (drift_.differences.empty()) {
      return fmt::format("{}\n", drift_.observation.unreachable.empty() ? fmt::format("no drift: cluster {} is as the state has it, revision {}",
                                                                                      escape(cluster.cluster_name), cluster.revision)
                                                                        : "no drift that can be seen");
    }
    Table out({{"OBJECT"}, {"FIELD"}, {"EXPECTED"}, {"FOUND"}, {"SINCE"}, {"WHY"}});
    for (const state::Difference& one : drift_.differences) {
      out.row({fmt::format("{}/{}", to_string(one.kind), one.name), one.field, one.expected, one.found, one.since ? one.since->to_string() : "",
               one.reason});
    }
    return out.text(color);
  }

  void json(JsonWriter& out) const override {
    const state::ClusterState& cluster = drift_.snapshot->state;
    out.begin_object().member("cluster_name", cluster.cluster_name).member("cluster_type", cluster.cluster_type);
    out.member("revision", cluster.revision).member("lineage", text_of(cluster.lineage)).member("state_location", location_);
    write_changes(out.key("drift"), drift_.differences);
    write_unreachable(out, drift_.observation.unreachable);
    write_strangers(out, drift_.observation.strangers);
    out.end_object();
  }

  std::vector<std::string> names() const override { return changed_objects(drift_.differences); }

 private:
  const state::Drift& drift_;
  std::string location_;
};

}  // namespace

ExitCode run_drift(Session& session) {
  state::ClusterStateManager manager = session.open_state();
  require_state(manager);
  libvirt::ObserverOptions options = session.observer_options(manager);
  options.full = true;
  const auto observer = libvirt::make_observer(std::move(options));
  const state::Drift drift = manager.drift(*observer, state::within(session.options().timeout, session.stop()));
  for (const state::Stranger& stranger : drift.observation.strangers) {
    if (!stranger.own) session.console().warning(stranger.why);
  }
  session.show(DriftView(drift, manager.location()));
  const ExitCode seen = session.tell_unreachable(drift.observation.unreachable, "its VMs were not compared");
  if (seen != ExitCode::done) return seen;
  return drift.differences.empty() ? ExitCode::done : ExitCode::drift;
}

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
// state show: everything that the state says, of all or of one object.
#include <fmt/format.h>
#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include "commands/cluster_view.hpp"
#include "commands/session.hpp"
#include "commands/state_commands.hpp"
#include "commands/when.hpp"
#include "output/escape.hpp"
#include "output/table.hpp"

namespace aihow::tool {
namespace {

/// An object by its document's members, one a row.
class ObjectView final : public View {
 public:
  ObjectView(std::string name, std::string json) : name_(std::move(name)), json_(std::move(json)) {}

  std::string table(bool color) const override {
    Table out({{"MEMBER"}, {"VALUE"}});
    const boost::json::value object = boost::json::parse(json_);
    for (const auto& member : object.get_object()) add(out, std::string(member.key()), member.value());
    return out.text(color);
  }
  void json(JsonWriter& out) const override { out.raw(json_); }
  std::vector<std::string> names() const override { return {name_}; }

 private:
  static void add(Table& out, const std::string& key, const boost::json::value& value) {
    const auto text = [](const boost::json::value& one) { return one.is_string() ? std::string(one.get_string()) : boost::json::serialize(one); };
    if (value.is_array() && !value.get_array().empty()) {
      for (const auto& element : value.get_array()) out.row({key, text(element)});
    } else {
      out.row({key, value.is_null() || value.is_array() ? "" : text(value)});
    }
  }

  std::string name_;
  std::string json_;
};

/// As one more of what a line says.
std::string listed(const std::string& text) { return text.empty() ? "" : ", " + text; }

/// All of them: the root's members, then a line an object.
class WholeView final : public View {
 public:
  WholeView(state::SnapshotPtr snapshot, std::string location) : snapshot_(std::move(snapshot)), location_(std::move(location)) {}

  std::string table(bool color) const override {
    const state::ClusterState& cluster = snapshot_->state;
    std::string out =
        fmt::format("Cluster  {} ({})\nStatus   {}\nState    {}, revision {}\nLineage  {}\nCreated  {}\nChanged  {}\n\n",
                    escape(cluster.cluster_name), escape(cluster.cluster_type), escape(status_text(cluster)), escape(location_), cluster.revision,
                    text_of(cluster.lineage).value_or("-"), cluster.created_at.to_string(), cluster.last_modified.to_string());
    Table objects({{"KIND"}, {"NAME"}, {"WHAT"}, {"PENDING"}});
    for (const auto& vm : cluster.vms) {
      const std::string what =
          fmt::format("{}{}, {} vCPUs, {} GiB{}", to_string(vm.state), vm.state_reason.empty() ? "" : " (" + vm.state_reason + ")", vm.cpu_cores,
                      vm.memory_gb, vm.ip_address ? ", " + *vm.ip_address : "");
      objects.row({"vm", vm.name, what, std::string(to_string(vm.pending))});
    }
    for (const auto& network : cluster.networks) {
      const std::string what = network.subnet + " on " + network.bridge + listed(trouble_text(network));
      objects.row({"network", network.name, what, std::string(to_string(network.pending))});
    }
    for (const auto& volume : cluster.volumes) {
      const std::string what = fmt::format("{}, {} GiB{}", volume.path, volume.size_gb, listed(trouble_text(volume)));
      objects.row({"volume", volume.name, what, std::string(to_string(volume.pending))});
    }
    for (const auto& pool : cluster.pools) {
      const std::string what = pool.path + (pool.owned ? "" : ", only used") + listed(trouble_text(pool));
      objects.row({"pool", pool.name, what, std::string(to_string(pool.pending))});
    }
    return out + objects.text(color);
  }
  void json(JsonWriter& out) const override { out.raw(state::write_document(snapshot_->state)); }
  std::vector<std::string> names() const override {
    std::vector<std::string> out;
    const auto add = [&](std::string_view kind, const auto& objects) {
      for (const auto& object : objects) out.push_back(fmt::format("{}/{}", kind, object.name));
    };
    add("vm", snapshot_->state.vms);
    add("network", snapshot_->state.networks);
    add("volume", snapshot_->state.volumes);
    add("pool", snapshot_->state.pools);
    return out;
  }

 private:
  state::SnapshotPtr snapshot_;
  std::string location_;
};

/// The JSON of the object that `name` means: a VM's name before others', or `kind/name`.
std::optional<std::string> json_of(const state::ClusterState& cluster, const std::string& name) {
  std::optional<std::string> out;
  const auto look = [&](std::string_view kind, const auto& objects) {
    if (out) return;
    for (const auto& object : objects) {
      if (object.name == name || fmt::format("{}/{}", kind, object.name) == name) {
        out = state::to_json(object);
        return;
      }
    }
  };
  look("vm", cluster.vms);
  look("network", cluster.networks);
  look("volume", cluster.volumes);
  look("pool", cluster.pools);
  return out;
}

}  // namespace

ExitCode run_state_show(Session& session) {
  state::ClusterStateManager manager = session.open_state();
  const auto at = session.line().value(Option::at);
  const state::SnapshotPtr snapshot = at ? state_at(manager, "--at", *at) : require_state(manager);
  if (session.arguments().empty()) {
    session.show(WholeView(snapshot, manager.location()));
    return ExitCode::done;
  }
  const std::string& name = session.arguments().front();
  auto json = json_of(snapshot->state, name);
  if (!json) {
    throw state::Error(state::errc::not_found, fmt::format("the state has no object '{}'; 'ai-how state show -o name' lists those that it has", name),
                       {.path = manager.location()});
  }
  session.show(ObjectView(name, std::move(*json)));
  return ExitCode::done;
}

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
#include "commands/validation_view.hpp"
#include <fmt/format.h>
#include "commands/cluster_view.hpp"
#include "output/escape.hpp"

namespace aihow::tool {
namespace {

void write_problems(JsonWriter& out, std::string_view name, const std::vector<ConfigProblem>& problems) {
  out.key(name).begin_array();
  for (const ConfigProblem& problem : problems) {
    out.begin_object().member("line", problem.line).member("column", problem.column).member("where", problem.where);
    out.member("message", problem.message).end_object();
  }
  out.end_array();
}

}  // namespace

std::string ValidationView::table(bool) const {
  std::string out;
  for (const ValidatedCluster& cluster : validation_.clusters) {
    out += fmt::format("{}: {} cluster {}, {} VMs: {}\n", escape(validation_.path), escape(cluster.type), escape(cluster.name), cluster.nodes,
                       validation_.valid() ? "valid" : "not usable on this machine");
  }
  if (validation_.state_location.empty()) return out;
  out += fmt::format("{}: {}\n", escape(validation_.state_location),
                     validation_.changes.empty() ? "the state is as libvirt has it" : "refreshed from libvirt:");
  for (const std::string& change : sentences(validation_.changes)) out += "  " + escape(change) + "\n";
  return out;
}

void ValidationView::json(JsonWriter& out) const {
  out.begin_object().member("path", validation_.path).member("valid", validation_.valid()).key("clusters").begin_array();
  for (const ValidatedCluster& cluster : validation_.clusters) {
    out.begin_object().member("cluster_name", cluster.name).member("cluster_type", cluster.type).member("vms", cluster.nodes).end_object();
  }
  out.end_array();
  write_problems(out, "problems", validation_.problems);
  write_problems(out, "warnings", validation_.warnings);
  out.key("host_problems").begin_array();
  for (const HostProblem& problem : validation_.host_problems) {
    out.begin_object().member("where", problem.where).member("message", problem.message).end_object();
  }
  out.end_array().key("state_location");
  if (validation_.state_location.empty()) {
    out.value(nullptr);
  } else {
    out.value(validation_.state_location);
  }
  write_changes(out.key("changes"), validation_.changes);
  out.end_object();
}

std::vector<std::string> ValidationView::names() const {
  std::vector<std::string> out;
  for (const ValidatedCluster& cluster : validation_.clusters) out.push_back(cluster.name);
  return out;
}

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
#include "config/read_cluster.hpp"
#include <fmt/format.h>
#include <aihow/state/validate.hpp>
#include <algorithm>
#include <array>
#include <iterator>
#include <unordered_map>
#include "config/text_check.hpp"

namespace aihow::tool {
namespace {

constexpr std::string_view name_words = "a name: 1 to 64 letters, digits, _, - and ., the first one a letter or digit";

/// What tells the two types apart in the file.
struct TypeKeys {
  std::string_view type;
  std::string_view head, head_role;
  std::string_view nodes, nodes_role;
  std::string_view settings;
};
constexpr std::array<TypeKeys, 2> type_keys = {{
    {"hpc", "controller", "controller", "compute_nodes", "compute", "slurm_config"},
    {"cloud", "control_plane", "control_plane", "worker_nodes", "worker", "kubernetes_config"},
}};

std::string read_name(Report& report, const Value& value) {
  if (!value) return {};
  const std::optional<std::string> text = as_text(report, value, name_words);
  if (!text) return {};
  if (state::is_name(*text)) return *text;
  report.expected(value, name_words);
  return {};
}

/// Absolute, without `..`; doubled and trailing slashes go.
std::string read_pool_path(Report& report, const Value& value) {
  constexpr std::string_view expected = "an absolute directory without ..";
  const std::optional<std::string> text = as_text(report, value, expected);
  if (!text) return {};
  const bool climbs = ("/" + *text + "/").find("/../") != std::string::npos;
  if (!text->starts_with('/') || climbs) report.expected(value, expected);
  return absolute_path(*text, "/");
}

void read_storage(Report& report, const Value& value, ClusterConfig& out) {
  Section storage(report, value);
  if (const Value path = storage.get("pool_path")) out.pool_path = read_pool_path(report, path);
  if (const Value name = storage.get("pool_name")) out.pool_name = read_name(report, name);
  storage.keep("beegfs");
  storage.keep("virtio_fs");
}

/// slurm_config and kubernetes_config are for those who set the guests up: their keys are named, what they hold is kept.
void read_settings(Report& report, const Value& value, std::string_view type) {
  Section settings(report, value);
  if (type == "hpc") {
    if (const Value partitions = settings.get("partitions")) (void)as_list(report, partitions, "a list of partitions");
    (void)settings.text("default_partition");
    if (const Value time = settings.get("max_job_time")) (void)as_scalar(report, time, "a time, 24:00:00");
  } else {
    for (const std::string_view key : {"cni", "ingress", "storage_class"}) settings.keep(key);
  }
}

/// Rules between nodes: names and addresses stand once. A CPU topology that does not give a node its cores is left out there.
void check_nodes(Reading& reading, const ClusterConfig& cluster) {
  Report& report = reading.report;
  std::unordered_map<std::string_view, const NodeConfig*> names, addresses;
  const NodeConfig* told = nullptr;  // a node with a count is told of once
  for (const NodeConfig& node : cluster.nodes) {
    const NodePlaces& at = reading.places.at(node.where);
    const auto [same_name, new_name] = names.emplace(node.name, &node);
    if (!new_name)
      report.problem(at.name, fmt::format("the name {} is also that of {} (line {}); give one of them another", node.name, same_name->second->where,
                                          same_name->second->line));
    if (node.ip) {
      const auto [same_ip, new_ip] = addresses.emplace(*node.ip, &node);
      if (!new_ip)
        report.problem(at.ip, fmt::format("the address {} is also that of {} (line {})", *node.ip, same_ip->second->where, same_ip->second->line));
    }
    if (const auto& topology = cluster.acceleration.cpu_topology; topology && node.cpu_cores > 0 && (told == nullptr || told->where != node.where)) {
      const std::int64_t product = std::int64_t{topology->sockets} * topology->cores * topology->threads;
      if (product != node.cpu_cores) {
        told = &node;
        report.warning(at.node, fmt::format("{} has {} cpu_cores and cpu_topology makes {} x {} x {} = {}: it is left out for this node", node.name,
                                            node.cpu_cores, topology->sockets, topology->cores, topology->threads, product));
      }
    }
    if (cluster.name.empty() || !new_name) continue;
    const auto [domain, new_domain] = reading.domains.emplace(cluster.domain_name(node.name), node.where);
    if (!new_domain)
      report.problem(at.name, fmt::format("its domain {} would also be that of {}; rename one of them", domain->first, domain->second));
  }
}

}  // namespace

std::optional<std::string> read_image_path(Reading& reading, const Value& value) {
  constexpr std::string_view expected = "the path of a .qcow2 file";
  const std::optional<std::string> text = as_text(reading.report, value, expected);
  if (!text) return std::nullopt;
  const Expanded expanded = expand_path(*text, reading.environment);
  if (!expanded.error.empty()) {
    reading.report.problem(value, expanded.error);
  } else if (!expanded.text.ends_with(".qcow2") || expanded.text.size() > 4095 || has_control(expanded.text)) {
    reading.report.problem(value, fmt::format("expected {}, found {}", expected, quoted(expanded.text)));
  } else {
    return absolute_path(expanded.text, reading.directory);
  }
  return std::nullopt;
}

ClusterConfig read_cluster(Reading& reading, const Value& value, const std::string& type) {
  Report& report = reading.report;
  const TypeKeys& keys = *std::ranges::find(type_keys, type, &TypeKeys::type);
  Section cluster(report, value);
  ClusterConfig out;
  out.type = type;
  const Value name = cluster.require("name", name_words);
  out.name = read_name(report, name);
  if (!out.name.empty()) {
    const auto [other, fresh] = reading.clusters.emplace(out.name, name.where);
    if (!fresh) report.problem(name, fmt::format("the cluster name {} is also that of {}", out.name, other->second));
  }
  out.pool_name = out.name + "-pool";
  out.pool_path = "/var/lib/libvirt/images/" + out.name;

  NodeDefaults defaults;
  if (const Value image = cluster.get("base_image_path")) {
    defaults.base_image = read_image_path(reading, image);
    defaults.base_image_wrong = !defaults.base_image;
  }
  if (const Value network = cluster.require("network", "a map with subnet and bridge")) {
    Section section(report, network);
    if (section) defaults.network = read_network(reading, section);
    out.network = defaults.network.config;
  }
  if (const Value hardware = cluster.get("hardware")) {
    Section section(report, hardware);
    if (const Value acceleration = section.get("acceleration")) {
      Section inner(report, acceleration);
      out.acceleration = read_acceleration(report, inner);
    }
  }
  if (const Value storage = cluster.get("storage")) read_storage(report, storage, out);
  if (const Value settings = cluster.get(keys.settings)) read_settings(report, settings, type);

  const Value head = cluster.require(keys.head, "a node");
  const Value nodes = cluster.require(keys.nodes, "nodes: a list, a map of group names to lists, or one map with a count");
  out.nodes = read_single_node(reading, head, std::string(keys.head_role), defaults);
  std::vector<NodeConfig> rest = read_nodes(reading, nodes, std::string(keys.nodes_role), defaults);
  out.nodes.insert(out.nodes.end(), std::make_move_iterator(rest.begin()), std::make_move_iterator(rest.end()));
  check_nodes(reading, out);
  return out;
}

}  // namespace aihow::tool

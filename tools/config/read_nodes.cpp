// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <aihow/state/validate.hpp>
#include <algorithm>
#include <array>
#include <limits>
#include "config/read_cluster.hpp"
#include "config/read_devices.hpp"

namespace aihow::tool {
namespace {

constexpr std::int32_t max_disk_gb = static_cast<std::int32_t>(std::min<std::int64_t>(state::max_size_gb, std::numeric_limits<std::int32_t>::max()));

std::int32_t read_size(Section& section, std::string_view key, std::int32_t highest) {
  const Value value = section.require(key, integer_range(1, highest));
  return value ? section.integer(key, 1, highest).value_or(0) : 0;
}

/// nullopt: DHCP, or wrong (which is noted).
std::optional<std::string> read_ip(Report& report, const Value& value, const NetworkReading& network, bool counted) {
  if (!value) return std::nullopt;
  const std::string_view expected = counted ? "DHCP (a node with a count has no address of its own)" : "an IPv4 address of the subnet, or DHCP";
  std::optional<std::string> text = as_text(report, value, expected);
  if (!text || *text == "DHCP" || *text == "dhcp") return std::nullopt;
  const std::optional<std::uint32_t> address = parse_ipv4(*text);
  if (!address || counted) report.expected(value, expected);
  else if (const auto& subnet = network.subnet; subnet && !subnet->is_host(*address)) {
    const char* what = *address == subnet->network       ? "is the network address of"
                       : *address == subnet->broadcast() ? "is the broadcast address of"
                                                         : "lies outside";
    report.problem(value, fmt::format("{} {} the subnet {}; expected {} to {}, or DHCP", *text, what, subnet->cidr(),
                                      format_ipv4(subnet->first_host()), format_ipv4(subnet->last_host())));
  } else if (network.gateway == address)
    report.problem(value, fmt::format("{} is the gateway of the subnet; expected another address, or DHCP", *text));
  else return text;
  return std::nullopt;
}

std::string read_name(Report& report, const Value& value) {
  constexpr std::string_view expected = "a name: 1 to 64 letters, digits, _, - and ., the first one a letter or digit";
  if (!value) return {};
  const std::optional<std::string> text = as_text(report, value, expected);
  if (!text) return {};
  if (state::is_name(*text)) return *text;
  report.expected(value, expected);
  return {};
}

struct Node {
  NodeConfig config;
  std::int32_t count = 1;
};

Node read_node(Reading& reading, const Value& value, const std::string& role, const NodeDefaults& defaults, bool countable) {
  Report& report = reading.report;
  Section section(report, value);
  Node out;
  NodeConfig& node = out.config;
  node.where = value.where;
  node.line = value.line;
  node.role = role;
  reading.places[node.where] = {value, value, value};
  if (!section) return out;
  const bool counted = countable && static_cast<bool>(section.get("count"));
  if (counted) out.count = section.integer("count", 1, std::numeric_limits<std::int32_t>::max()).value_or(1);
  const Value name = section.get("name", "hostname"), ip = section.get("ip", "ip_address");
  reading.places[node.where] = {value, name ? name : value, ip ? ip : value};
  node.name = read_name(report, name);
  node.cpu_cores = read_size(section, "cpu_cores", state::max_cpu_cores);
  node.memory_gb = read_size(section, "memory_gb", state::max_memory_gb);
  node.disk_gb = read_size(section, "disk_gb", max_disk_gb);
  node.ip = read_ip(report, ip, defaults.network, counted);
  node.auto_start = section.boolean("auto_start").value_or(true);
  if (const Value image = section.get("base_image_path", "image_path")) node.base_image = read_image_path(reading, image).value_or("");
  else if (defaults.base_image) node.base_image = *defaults.base_image;
  else if (!defaults.base_image_wrong) (void)section.require("base_image_path", "a .qcow2 file, here or for the whole cluster");
  if (const Value passthrough = section.get("pcie_passthrough")) node.devices = read_passthrough(report, passthrough);
  if (const Value mounts = section.get("virtio_fs_mounts")) node.mounts = read_mounts(report, mounts);
  return out;
}

/// What a node takes of the budget: long texts count, since `count` repeats them.
std::size_t cost(const NodeConfig& node) {
  std::size_t bytes = node.base_image.size() + node.where.size();
  for (const VirtiofsMount& mount : node.mounts)
    bytes += mount.host_path.size() + mount.mount_point.size() + mount.owner.size() + mount.group.size() + mount.mode.size() + mount.options.size();
  return 1 + node.devices.size() + node.mounts.size() + bytes / 512;
}

struct NodeList {
  std::vector<NodeConfig> nodes;
  std::string prefix;  ///< of default names
};

/// Appends a node, `count` times; gives names to those without.
void append(Reading& reading, NodeList& list, Node node, const Value& at) {
  const std::size_t total = cost(node.config) * static_cast<std::size_t>(node.count);
  if (total > reading.budget) {
    reading.report.problem(at, fmt::format("too many nodes: a file has at most 100000, devices and mounts counted; this adds {}", node.count));
    return;
  }
  reading.budget -= total;
  const std::string stem = node.config.name;
  for (std::int32_t i = 1; i <= node.count; ++i) {
    NodeConfig copy = node.config;
    if (stem.empty()) copy.name = fmt::format("{}-{:02}", list.prefix, list.nodes.size() + 1);
    else if (node.count > 1) copy.name = fmt::format("{}-{:02}", stem, i);
    list.nodes.push_back(std::move(copy));
  }
}

bool is_one_node(const YamlNode& map) {
  constexpr std::array<std::string_view, 4> keys = {"count", "cpu_cores", "memory_gb", "disk_gb"};
  return std::ranges::any_of(map.entries, [&keys](const YamlEntry& entry) {
    return std::ranges::find(keys, entry.key) != keys.end() && entry.value->kind == YamlNode::Kind::scalar;
  });
}

}  // namespace

std::vector<NodeConfig> read_single_node(Reading& reading, const Value& value, const std::string& role, const NodeDefaults& defaults) {
  if (!value) return {};
  Node node = read_node(reading, value, role, defaults, false);
  if (node.config.name.empty()) node.config.name = "controller";
  NodeList list;
  append(reading, list, std::move(node), value);
  return std::move(list.nodes);
}

std::vector<NodeConfig> read_nodes(Reading& reading, const Value& value, const std::string& role, const NodeDefaults& defaults) {
  if (!value) return {};
  NodeList list{{}, role};
  const auto one = [&](const Value& item) { append(reading, list, read_node(reading, item, role, defaults, true), item); };
  const auto several = [&](const Value& items) {
    for (const Value& item : as_list(reading.report, items, "a list of nodes")) one(item);
  };
  if (value.node->kind == YamlNode::Kind::list) {
    several(value);
  } else if (value.node->kind != YamlNode::Kind::map) {
    reading.report.expected(value, "nodes: a list, a map of group names to lists, or one map with a count");
  } else if (is_one_node(*value.node)) {
    one(value);
  } else {
    for (const YamlEntry& group : value.node->entries) {
      const bool absent = group.value->kind == YamlNode::Kind::null;
      const Value at{group.value, value.where + "." + shown(group.key), absent ? group.line : group.value->line,
                     absent ? group.column : group.value->column};
      if (group.value->kind == YamlNode::Kind::map) one(at);
      else several(at);
    }
  }
  return std::move(list.nodes);
}

}  // namespace aihow::tool

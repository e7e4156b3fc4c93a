// SPDX-License-Identifier: MIT
// Configurations: read to a model that keeps its promises, or refused with problems that stand somewhere.
#include "config/load.hpp"
#include "provision/identity.hpp"
#include "provision/xml.hpp"
#include "target.hpp"

using namespace aihow;
using namespace aihow::tool;

namespace {

void check_name(const std::string& name) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
  expect(!name.empty() && name.size() <= 64 && name.find_first_not_of(letters) == std::string::npos, "names are of letters, digits, _ . -");
}

void check_cluster(const ClusterConfig& cluster) {
  static const state::Uuid lineage = *state::Uuid::parse("0f8fad5b-d9cb-469f-a165-70867728950e");
  check_name(cluster.name);
  expect(cluster.type == "hpc" || cluster.type == "cloud", "a cluster has a type");
  expect(!cluster.nodes.empty(), "a cluster has a node");
  expect(cluster.pool_path.starts_with('/'), "a pool's path is absolute");
  libvirt::Mark mark;
  mark.lineage = mark.uuid = lineage;
  mark.cluster = cluster.name;
  mark.type = cluster.type;
  for (const NodeConfig& node : cluster.nodes) {
    check_name(node.name);
    expect(node.cpu_cores > 0 && node.memory_gb > 0 && node.disk_gb > 0, "a node has a size");
    expect(node.base_image.starts_with('/'), "an image's path is absolute");
    mark.name = node.name;
    expect(
        !domain_xml({cluster, node, mark, mac_address(lineage, node.name), volume_path(cluster.pool_path, node.name), node.base_image}, {}).empty(),
        "a domain follows from every node");
  }
  expect(!network_xml(cluster, mark).empty() && !pool_xml(cluster, lineage).empty(), "so do a network and a pool");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const ConfigFile file = parse_config(text, "cluster.yaml");
    expect(!file.clusters.empty(), "a configuration has a cluster");
    for (const ClusterConfig& cluster : file.clusters) check_cluster(cluster);
  } catch (const ConfigError& error) {
    expect(!error.problems().empty(), "what is refused has a problem");
    const auto lines = 2 + static_cast<int>(std::count(text.begin(), text.end(), '\n') + std::count(text.begin(), text.end(), '\r'));
    for (const ConfigProblem& problem : error.problems()) {
      expect(problem.line >= 0 && problem.line <= lines && problem.column >= 0, "a problem stands inside the file");
      expect(!problem.message.empty(), "a problem says what it is");
    }
  }
  return 0;
}

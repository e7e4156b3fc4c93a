// SPDX-License-Identifier: MIT
// The parts of a cluster, each read by one function that notes every problem and goes on.
#pragma once
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>
#include "config/addresses.hpp"
#include "config/expand.hpp"
#include "config/section.hpp"

namespace aihow::tool {

/// Where a node and two of its values stand, for rules between nodes. Absent values: the node's own place.
struct NodePlaces {
  Value node, name, ip;
};

/// What the readers share: one for a whole file.
struct Reading {
  Report report;
  Environment environment;
  std::string directory;         ///< absolute; relative paths begin here
  std::size_t budget = 100'000;  ///< nodes (with their devices and mounts) that the file may still have: `count` is only a number
  std::unordered_map<std::string, NodePlaces> places = {};  ///< by NodeConfig::where
  std::map<std::string, std::string> domains = {};          ///< libvirt's names with their places
  std::map<std::string, std::string> clusters = {};         ///< names with their places
};

struct NetworkReading {
  NetworkConfig config;
  std::optional<Ipv4Subnet> subnet;  ///< nullopt: wrong or missing
  std::optional<std::uint32_t> gateway;
};
NetworkReading read_network(Reading& reading, Section& network);

/// The section `hardware.acceleration`.
AccelerationConfig read_acceleration(Report& report, Section& acceleration);

/// What nodes take from their cluster.
struct NodeDefaults {
  NetworkReading network;
  std::optional<std::string> base_image;
  bool base_image_wrong = false;  ///< noted already: nodes without their own are not noted again
};

/// A `base_image_path`: expanded, absolute, ending in `.qcow2`.
std::optional<std::string> read_image_path(Reading& reading, const Value& value);

/// One node (a controller or control plane); its default name is `controller`.
std::vector<NodeConfig> read_single_node(Reading& reading, const Value& value, const std::string& role, const NodeDefaults& defaults);
/// Nodes in any of the three forms; their default names are `compute-01` … or `worker-01` …
std::vector<NodeConfig> read_nodes(Reading& reading, const Value& value, const std::string& role, const NodeDefaults& defaults);

/// A cluster of a type, `hpc` or `cloud`.
ClusterConfig read_cluster(Reading& reading, const Value& value, const std::string& type);

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
#include "commands/same_cluster.hpp"
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <aihow/state/error.hpp>
#include <string>

namespace aihow::tool {
namespace {

template <class Clusters, class Get>
std::string list(const Clusters& clusters, Get&& get) {
  std::vector<std::string> names;
  names.reserve(clusters.size());
  for (const auto& cluster : clusters) names.push_back(fmt::format("'{}' ({})", get(cluster).name, get(cluster).type));
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

bool is_same_cluster(const state::ClusterState& state, const ClusterConfig& cluster) noexcept {
  return state.cluster_name == cluster.name && state.cluster_type == cluster.type;
}

std::vector<const ClusterConfig*> clusters_named(const ConfigFile& file, std::string_view name) {
  std::vector<const ClusterConfig*> out;
  for (const ClusterConfig& cluster : file.clusters) {
    if (name.empty() || cluster.name == name) out.push_back(&cluster);
  }
  if (!out.empty()) return out;
  throw state::Error(state::errc::not_found,
                     fmt::format("no cluster '{}'; the file has {}", name, list(file.clusters, [](const ClusterConfig& c) { return c; })),
                     {.path = file.path});
}

const ClusterConfig& require_one_of(const state::ClusterState& state, const std::vector<const ClusterConfig*>& clusters, std::string_view location) {
  for (const ClusterConfig* cluster : clusters) {
    if (is_same_cluster(state, *cluster)) return *cluster;
  }
  throw state::Error(state::errc::invalid,
                     fmt::format("the state is of cluster '{}' ({}), the configuration of {}; name another state with --state", state.cluster_name,
                                 state.cluster_type, list(clusters, [](const ClusterConfig* c) { return *c; })),
                     {.path = std::string(location)});
}

}  // namespace aihow::tool

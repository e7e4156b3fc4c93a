// SPDX-License-Identifier: MIT
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include "peers.hpp"

namespace aihow::bench {
namespace {

namespace json = boost::json;

json::value value(const std::string& text) { return json::value(text); }
json::value value(const state::Timestamp& time) { return json::value(time.to_string()); }
json::value value(const state::Uuid& uuid) { return json::value(uuid.to_string()); }

json::value value(const state::VMInfo& vm);
json::value value(const state::VolumeInfo& volume);
json::value value(const state::NetworkInfo& network);
json::value value(const state::PoolInfo& pool);

template <class Object>
json::array list(const std::vector<Object>& objects) {
  json::array out;
  out.reserve(objects.size());
  for (const Object& object : objects) out.push_back(value(object));
  return out;
}

json::value value(const state::VMInfo& vm) {
  json::object out;
  out.reserve(16);
  out.emplace("name", vm.name);
  out.emplace("cpu_cores", vm.cpu_cores);
  out.emplace("memory_gb", vm.memory_gb);
  out.emplace("state", json::string_view(state::to_string(vm.state).data(), state::to_string(vm.state).size()));
  out.emplace("ip_address", vm.ip_address ? json::value(*vm.ip_address) : json::value());
  out.emplace("gpu_count", vm.gpu_count);
  out.emplace("volumes", list(vm.volumes));
  out.emplace("created_at", value(vm.created_at));
  out.emplace("last_seen", value(vm.last_seen));
  if (!vm.role.empty()) out.emplace("role", vm.role);
  if (!vm.domain_name.empty()) out.emplace("domain_name", vm.domain_name);
  if (vm.domain_uuid) out.emplace("domain_uuid", value(*vm.domain_uuid));
  if (!vm.state_reason.empty()) out.emplace("state_reason", vm.state_reason);
  return out;
}

json::value value(const state::NetworkInfo& network) {
  json::object out;
  out.emplace("name", network.name);
  out.emplace("subnet", network.subnet);
  out.emplace("bridge", network.bridge);
  out.emplace("active_ips", list(network.active_ips));
  if (network.uuid) out.emplace("uuid", value(*network.uuid));
  return out;
}

json::value value(const state::VolumeInfo& volume) {
  json::object out;
  out.reserve(8);
  out.emplace("name", volume.name);
  out.emplace("path", volume.path);
  out.emplace("size_gb", volume.size_gb);
  out.emplace("format", volume.format);
  if (!volume.pool.empty()) out.emplace("pool", volume.pool);
  if (!volume.backing_file.empty()) out.emplace("backing_file", volume.backing_file);
  return out;
}

json::value value(const state::PoolInfo& pool) {
  json::object out;
  out.emplace("name", pool.name);
  if (pool.uuid) out.emplace("uuid", value(*pool.uuid));
  out.emplace("path", pool.path);
  out.emplace("owned", pool.owned);
  if (pool.owns_directory) out.emplace("owns_directory", true);
  return out;
}

}  // namespace

std::string write_with_boost(const state::ClusterState& state) {
  json::object out;
  out.emplace("cluster_name", state.cluster_name);
  out.emplace("cluster_type", state.cluster_type);
  out.emplace("status", state.status);
  out.emplace("created_at", value(state.created_at));
  out.emplace("last_modified", value(state.last_modified));
  out.emplace("vms", list(state.vms));
  out.emplace("networks", list(state.networks));
  out.emplace("volumes", list(state.volumes));
  out.emplace("pools", list(state.pools));
  out.emplace("aihow", json::object{{"format_version", 1},
                                    {"revision", state.revision},
                                    {"lineage", value(*state.lineage)},
                                    {"checksum", "xxh128:00000000000000000000000000000000"}});
  return json::serialize(out);
}

}  // namespace aihow::bench

// SPDX-License-Identifier: MIT
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include "peers.hpp"

namespace aihow::bench {
namespace {

namespace json = boost::json;

// Everything is made where it stays: what is made elsewhere would be copied where the memory is another.
void set(json::object& out, json::string_view name, json::string_view text) { out.emplace(name, text); }
void set(json::object& out, json::string_view name, const state::Timestamp& time) {
  char text[state::Timestamp::max_chars];
  out.emplace(name, json::string_view(text, time.to_chars(text)));
}
void set(json::object& out, json::string_view name, const state::Uuid& uuid) {
  const auto text = uuid.to_chars();
  out.emplace(name, json::string_view(text.data(), text.size()));
}
void set(json::object& out, json::string_view name, const std::vector<std::string>& texts) {
  auto& list = out.emplace(name, json::array_kind).first->value().as_array();
  list.reserve(texts.size());
  for (const std::string& text : texts) list.emplace_back(json::string_view(text));
}

void fill(json::object& out, const state::VMInfo& vm) {
  out.reserve(16);
  set(out, "name", vm.name);
  out.emplace("cpu_cores", vm.cpu_cores);
  out.emplace("memory_gb", vm.memory_gb);
  const std::string_view state = state::to_string(vm.state);
  set(out, "state", json::string_view(state.data(), state.size()));
  if (vm.ip_address) set(out, "ip_address", *vm.ip_address);
  else out.emplace("ip_address", nullptr);
  out.emplace("gpu_count", vm.gpu_count);
  set(out, "volumes", vm.volumes);
  set(out, "created_at", vm.created_at);
  set(out, "last_seen", vm.last_seen);
  if (!vm.role.empty()) set(out, "role", vm.role);
  if (!vm.auto_start) out.emplace("auto_start", false);
  if (!vm.domain_name.empty()) set(out, "domain_name", vm.domain_name);
  if (vm.domain_uuid) set(out, "domain_uuid", *vm.domain_uuid);
  if (!vm.hypervisor.empty()) set(out, "hypervisor", vm.hypervisor);
  if (!vm.state_reason.empty()) set(out, "state_reason", vm.state_reason);
  if (vm.unreachable_since) set(out, "unreachable_since", *vm.unreachable_since);
}

void fill(json::object& out, const state::NetworkInfo& network) {
  set(out, "name", network.name);
  set(out, "subnet", network.subnet);
  set(out, "bridge", network.bridge);
  set(out, "active_ips", network.active_ips);
  if (network.uuid) set(out, "uuid", *network.uuid);
}

void fill(json::object& out, const state::VolumeInfo& volume) {
  out.reserve(8);
  set(out, "name", volume.name);
  set(out, "path", volume.path);
  out.emplace("size_gb", volume.size_gb);
  set(out, "format", volume.format);
  if (!volume.pool.empty()) set(out, "pool", volume.pool);
  if (!volume.backing_file.empty()) set(out, "backing_file", volume.backing_file);
}

void fill(json::object& out, const state::PoolInfo& pool) {
  set(out, "name", pool.name);
  if (pool.uuid) set(out, "uuid", *pool.uuid);
  set(out, "path", pool.path);
  out.emplace("owned", pool.owned);
  if (pool.owns_directory) out.emplace("owns_directory", true);
}

template <class Object>
void list(json::object& out, json::string_view name, const std::vector<Object>& objects) {
  auto& list = out.emplace(name, json::array_kind).first->value().as_array();
  list.reserve(objects.size());
  for (const Object& object : objects) fill(list.emplace_back(json::object_kind).as_object(), object);
}

}  // namespace

std::string write_with_boost(const state::ClusterState& state, std::size_t block) {
  const json::storage_ptr memory = block == 0 ? json::storage_ptr() : json::make_shared_resource<json::monotonic_resource>(block);
  json::object out(memory);
  set(out, "cluster_name", state.cluster_name);
  set(out, "cluster_type", state.cluster_type);
  set(out, "status", state.status);
  set(out, "created_at", state.created_at);
  set(out, "last_modified", state.last_modified);
  list(out, "vms", state.vms);
  list(out, "networks", state.networks);
  list(out, "volumes", state.volumes);
  list(out, "pools", state.pools);
  auto& own = out.emplace("aihow", json::object_kind).first->value().as_object();
  own.emplace("format_version", 1);
  own.emplace("revision", state.revision);
  set(own, "lineage", *state.lineage);
  set(own, "checksum", "xxh128:00000000000000000000000000000000");
  return json::serialize(out);
}

}  // namespace aihow::bench

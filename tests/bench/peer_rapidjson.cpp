// SPDX-License-Identifier: MIT
#if defined(__SSE2__)
#define RAPIDJSON_SSE2
#endif
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>
#include "peers.hpp"

namespace aihow::bench {
namespace {

using Writer = rapidjson::PrettyWriter<rapidjson::StringBuffer>;

void put(Writer& out, std::string_view text) { out.String(text.data(), static_cast<rapidjson::SizeType>(text.size())); }
void put(Writer& out, const state::Timestamp& time) {
  char text[state::Timestamp::max_chars];
  put(out, std::string_view(text, time.to_chars(text)));
}
void put(Writer& out, const state::Uuid& uuid) {
  const auto text = uuid.to_chars();
  put(out, std::string_view(text.data(), text.size()));
}
void put(Writer& out, std::int32_t number) { out.Int(number); }
void put(Writer& out, std::int64_t number) { out.Int64(number); }
void put(Writer& out, const std::vector<std::string>& texts) {
  out.StartArray();
  for (const std::string& text : texts) put(out, text);
  out.EndArray();
}
template <std::size_t N>
void key(Writer& out, const char (&name)[N]) {
  out.Key(name, N - 1);
}
template <std::size_t N, class Value>
void member(Writer& out, const char (&name)[N], const Value& value) {
  key(out, name);
  put(out, value);
}
template <std::size_t N>
void flag(Writer& out, const char (&name)[N], bool value) {
  key(out, name);
  out.Bool(value);
}

void put(Writer& out, const state::VMInfo& vm) {
  out.StartObject();
  member(out, "name", vm.name);
  member(out, "cpu_cores", vm.cpu_cores);
  member(out, "memory_gb", vm.memory_gb);
  member(out, "state", state::to_string(vm.state));
  key(out, "ip_address");
  if (vm.ip_address) put(out, *vm.ip_address);
  else out.Null();
  member(out, "gpu_count", vm.gpu_count);
  member(out, "volumes", vm.volumes);
  member(out, "created_at", vm.created_at);
  member(out, "last_seen", vm.last_seen);
  if (!vm.role.empty()) member(out, "role", vm.role);
  if (!vm.auto_start) flag(out, "auto_start", false);
  if (!vm.domain_name.empty()) member(out, "domain_name", vm.domain_name);
  if (vm.domain_uuid) member(out, "domain_uuid", *vm.domain_uuid);
  if (!vm.hypervisor.empty()) member(out, "hypervisor", vm.hypervisor);
  if (!vm.state_reason.empty()) member(out, "state_reason", vm.state_reason);
  if (vm.unreachable_since) member(out, "unreachable_since", *vm.unreachable_since);
  out.EndObject();
}

void put(Writer& out, const state::NetworkInfo& network) {
  out.StartObject();
  member(out, "name", network.name);
  member(out, "subnet", network.subnet);
  member(out, "bridge", network.bridge);
  member(out, "active_ips", network.active_ips);
  if (network.uuid) member(out, "uuid", *network.uuid);
  out.EndObject();
}

void put(Writer& out, const state::VolumeInfo& volume) {
  out.StartObject();
  member(out, "name", volume.name);
  member(out, "path", volume.path);
  member(out, "size_gb", volume.size_gb);
  member(out, "format", volume.format);
  if (!volume.pool.empty()) member(out, "pool", volume.pool);
  if (!volume.backing_file.empty()) member(out, "backing_file", volume.backing_file);
  out.EndObject();
}

void put(Writer& out, const state::PoolInfo& pool) {
  out.StartObject();
  member(out, "name", pool.name);
  if (pool.uuid) member(out, "uuid", *pool.uuid);
  member(out, "path", pool.path);
  flag(out, "owned", pool.owned);
  if (pool.owns_directory) flag(out, "owns_directory", true);
  out.EndObject();
}

template <std::size_t N, class Object>
void list(Writer& out, const char (&name)[N], const std::vector<Object>& objects) {
  key(out, name);
  out.StartArray();
  for (const Object& object : objects) put(out, object);
  out.EndArray();
}

}  // namespace

std::shared_ptr<const void> write_with_rapidjson(const state::ClusterState& state, std::size_t size) {
  const auto buffer = std::make_shared<rapidjson::StringBuffer>(nullptr, size);
  Writer out(*buffer);
  out.SetIndent(' ', 2);
  out.StartObject();
  member(out, "cluster_name", state.cluster_name);
  member(out, "cluster_type", state.cluster_type);
  member(out, "status", state.status);
  member(out, "created_at", state.created_at);
  member(out, "last_modified", state.last_modified);
  list(out, "vms", state.vms);
  list(out, "networks", state.networks);
  list(out, "volumes", state.volumes);
  list(out, "pools", state.pools);
  key(out, "aihow");
  out.StartObject();
  member(out, "format_version", std::int64_t{1});
  member(out, "revision", static_cast<std::int64_t>(state.revision));
  member(out, "lineage", *state.lineage);
  member(out, "checksum", std::string_view("xxh128:00000000000000000000000000000000"));
  out.EndObject();
  out.EndObject();
  return buffer;
}

}  // namespace aihow::bench

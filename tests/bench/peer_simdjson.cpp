// SPDX-License-Identifier: MIT
#include <simdjson.h>
#include <stdexcept>
#include "peers.hpp"

namespace aihow::bench {
namespace {

namespace ondemand = simdjson::ondemand;

std::string text(simdjson::simdjson_result<ondemand::value> value) { return std::string(std::string_view(value)); }
state::Timestamp time(simdjson::simdjson_result<ondemand::value> value) { return state::Timestamp::parse(std::string_view(value)).value(); }
state::Uuid uuid(simdjson::simdjson_result<ondemand::value> value) { return state::Uuid::parse(std::string_view(value)).value(); }
std::int32_t number(simdjson::simdjson_result<ondemand::value> value) { return static_cast<std::int32_t>(std::int64_t(value)); }

std::vector<std::string> texts(simdjson::simdjson_result<ondemand::value> value) {
  std::vector<std::string> out;
  for (auto element : value.get_array()) out.push_back(text(element));
  return out;
}

state::VMInfo vm(ondemand::object object) {
  state::VMInfo out;
  out.name = text(object.find_field("name"));
  out.cpu_cores = number(object.find_field("cpu_cores"));
  out.memory_gb = number(object.find_field("memory_gb"));
  out.state = state::vm_state_from_string(std::string_view(object.find_field("state"))).value();
  if (auto address = object.find_field("ip_address"); !address.is_null()) out.ip_address = text(address);
  out.gpu_count = number(object.find_field("gpu_count"));
  out.volumes = texts(object.find_field("volumes"));
  out.created_at = time(object.find_field("created_at"));
  out.last_seen = time(object.find_field("last_seen"));
  out.role = text(object.find_field("role"));
  out.domain_name = text(object.find_field("domain_name"));
  out.domain_uuid = uuid(object.find_field("domain_uuid"));
  out.state_reason = text(object.find_field("state_reason"));
  return out;
}

state::NetworkInfo network(ondemand::object object) {
  state::NetworkInfo out;
  out.name = text(object.find_field("name"));
  out.subnet = text(object.find_field("subnet"));
  out.bridge = text(object.find_field("bridge"));
  out.active_ips = texts(object.find_field("active_ips"));
  out.uuid = uuid(object.find_field("uuid"));
  return out;
}

state::VolumeInfo volume(ondemand::object object) {
  state::VolumeInfo out;
  out.name = text(object.find_field("name"));
  out.path = text(object.find_field("path"));
  out.size_gb = std::int64_t(object.find_field("size_gb"));
  out.format = text(object.find_field("format"));
  out.pool = text(object.find_field("pool"));
  out.backing_file = text(object.find_field("backing_file"));
  return out;
}

state::PoolInfo pool(ondemand::object object) {
  state::PoolInfo out;
  out.name = text(object.find_field("name"));
  out.uuid = uuid(object.find_field("uuid"));
  out.path = text(object.find_field("path"));
  out.owned = bool(object.find_field("owned"));
  out.owns_directory = bool(object.find_field("owns_directory"));
  return out;
}

}  // namespace

struct Simdjson::Impl {
  explicit Impl(std::string_view bytes) : padded(bytes) {}
  simdjson::padded_string padded;
  ondemand::parser parser;
};

Simdjson::Simdjson(std::string_view bytes) : impl_(std::make_unique<Impl>(bytes)) {}
Simdjson::~Simdjson() = default;

state::ClusterState Simdjson::load() {
  auto document = impl_->parser.iterate(impl_->padded);
  ondemand::object root = document.get_object();
  state::ClusterState out;
  out.cluster_name = text(root.find_field("cluster_name"));
  out.cluster_type = text(root.find_field("cluster_type"));
  out.status = text(root.find_field("status"));
  out.created_at = time(root.find_field("created_at"));
  out.last_modified = time(root.find_field("last_modified"));
  for (auto element : root.find_field("vms").get_array()) out.vms.push_back(vm(element.get_object()));
  for (auto element : root.find_field("networks").get_array()) out.networks.push_back(network(element.get_object()));
  for (auto element : root.find_field("volumes").get_array()) out.volumes.push_back(volume(element.get_object()));
  for (auto element : root.find_field("pools").get_array()) out.pools.push_back(pool(element.get_object()));
  ondemand::object own = root.find_field("aihow").get_object();
  if (number(own.find_field("format_version")) != 1) throw std::runtime_error("another format");
  out.revision = std::uint64_t(own.find_field("revision"));
  out.lineage = uuid(own.find_field("lineage"));
  return out;
}

}  // namespace aihow::bench

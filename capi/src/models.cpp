// SPDX-License-Identifier: MIT
#include "models.hpp"
#include "convert.hpp"

namespace aihow::capi {

using namespace state;

namespace {

static_assert(static_cast<int32_t>(ObjectKind::cluster) == AIHOW_KIND_CLUSTER && static_cast<int32_t>(ObjectKind::vm) == AIHOW_KIND_VM);
static_assert(static_cast<int32_t>(ObjectKind::network) == AIHOW_KIND_NETWORK && static_cast<int32_t>(ObjectKind::volume) == AIHOW_KIND_VOLUME);
static_assert(static_cast<int32_t>(ObjectKind::pool) == AIHOW_KIND_POOL);
static_assert(static_cast<int32_t>(Pending::none) == AIHOW_PENDING_NONE && static_cast<int32_t>(Pending::create) == AIHOW_PENDING_CREATE);
static_assert(static_cast<int32_t>(Pending::remove) == AIHOW_PENDING_DELETE);

Pending to_pending(int32_t number) {
  if (number < AIHOW_PENDING_NONE || number > AIHOW_PENDING_DELETE)
    refuse("pending", "is " + std::to_string(number) + ", which is no AIHOW_PENDING_");
  return static_cast<Pending>(number);
}

void set_text(std::string& member, const char* given, const char* argument) { member = optional_text(given, argument); }

void set_uuid(std::optional<Uuid>& member, const aihow_uuid& given) {
  // A document may say a nil UUID; here that looks as none.
  if (const auto uuid = to_uuid(given); uuid || (member && !member->is_nil())) member = uuid;
}

void set_time(std::optional<Timestamp>& member, const aihow_time& given, const char* argument) {
  if (given.kind == AIHOW_TIME_NONE) member.reset();
  else member = to_timestamp(given, member.value_or(Timestamp{}), argument);
}

std::vector<std::string> texts(const char* const* given, std::size_t count, const char* argument) {
  if (count != 0) out(given, argument);
  std::vector<std::string> made;
  for (std::size_t i = 0; i < count; ++i) made.emplace_back(text(given[i], argument));
  return made;
}

}  // namespace

VMState to_vm_state(int32_t number, const char* argument) {
  for (const VMState state : all_vm_states) {
    if (static_cast<int32_t>(state) == number) return state;
  }
  refuse(argument, "is " + std::to_string(number) + ", which is no AIHOW_VM_STATE_");
}

ObjectKind to_kind(int32_t number) {
  if (number < AIHOW_KIND_CLUSTER || number > AIHOW_KIND_POOL) refuse("kind", "is " + std::to_string(number) + ", which is no AIHOW_KIND_");
  return static_cast<ObjectKind>(number);
}

aihow_cluster view(const ClusterState& state) noexcept {
  return {.struct_size = sizeof(aihow_cluster),
          .cluster_name = state.cluster_name.c_str(),
          .cluster_type = state.cluster_type.c_str(),
          .status = state.status.c_str(),
          .created_at = to_c(state.created_at),
          .last_modified = to_c(state.last_modified),
          .revision = state.revision,
          .lineage = to_c(state.lineage)};
}

aihow_vm view(const VMInfo& vm, const char* const* volumes) noexcept {
  return {.struct_size = sizeof(aihow_vm),
          .name = vm.name.c_str(),
          .cpu_cores = vm.cpu_cores,
          .memory_gb = vm.memory_gb,
          .state = static_cast<int32_t>(vm.state),
          .gpu_count = vm.gpu_count,
          .ip_address = vm.ip_address ? vm.ip_address->c_str() : nullptr,
          .volumes = volumes,
          .volumes_count = vm.volumes.size(),
          .created_at = to_c(vm.created_at),
          .last_seen = to_c(vm.last_seen),
          .role = vm.role.c_str(),
          .domain_name = vm.domain_name.c_str(),
          .hypervisor = vm.hypervisor.c_str(),
          .state_reason = vm.state_reason.c_str(),
          .domain_uuid = to_c(vm.domain_uuid),
          .unreachable_since = to_c(vm.unreachable_since),
          .no_auto_start = vm.auto_start ? 0 : 1,
          .pending = static_cast<int32_t>(vm.pending)};
}

aihow_network view(const NetworkInfo& network, const char* const* active_ips) noexcept {
  return {.struct_size = sizeof(aihow_network),
          .name = network.name.c_str(),
          .subnet = network.subnet.c_str(),
          .bridge = network.bridge.c_str(),
          .active_ips = active_ips,
          .active_ips_count = network.active_ips.size(),
          .uuid = to_c(network.uuid),
          .pending = static_cast<int32_t>(network.pending),
          .reserved = 0,
          .missing_since = to_c(network.missing_since),
          .inactive_since = to_c(network.inactive_since)};
}

aihow_volume view(const VolumeInfo& volume) noexcept {
  return {.struct_size = sizeof(aihow_volume),
          .name = volume.name.c_str(),
          .path = volume.path.c_str(),
          .size_gb = volume.size_gb,
          .format = volume.format.c_str(),
          .pool = volume.pool.c_str(),
          .backing_file = volume.backing_file.c_str(),
          .pending = static_cast<int32_t>(volume.pending),
          .reserved = 0,
          .missing_since = to_c(volume.missing_since)};
}

aihow_pool view(const PoolInfo& pool) noexcept {
  return {.struct_size = sizeof(aihow_pool),
          .name = pool.name.c_str(),
          .path = pool.path.c_str(),
          .uuid = to_c(pool.uuid),
          .owned = pool.owned ? 1 : 0,
          .owns_directory = pool.owns_directory ? 1 : 0,
          .pending = static_cast<int32_t>(pool.pending),
          .reserved = 0,
          .missing_since = to_c(pool.missing_since),
          .inactive_since = to_c(pool.inactive_since)};
}

void assign(ClusterState& state, const aihow_cluster& given) {
  state.cluster_name = text(given.cluster_name, "cluster_name");
  state.cluster_type = text(given.cluster_type, "cluster_type");
  state.status = text(given.status, "status");
  state.created_at = to_timestamp(given.created_at, state.created_at, "created_at");
  state.last_modified = to_timestamp(given.last_modified, state.last_modified, "last_modified");
}

void assign(VMInfo& vm, const aihow_vm& given) {
  vm.name = text(given.name, "name");
  vm.cpu_cores = given.cpu_cores;
  vm.memory_gb = given.memory_gb;
  vm.state = to_vm_state(given.state, "state");
  vm.gpu_count = given.gpu_count;
  vm.ip_address = given.ip_address == nullptr ? std::nullopt : std::optional(std::string(text(given.ip_address, "ip_address")));
  vm.volumes = texts(given.volumes, given.volumes_count, "volumes");
  vm.created_at = to_timestamp(given.created_at, vm.created_at, "created_at");
  vm.last_seen = to_timestamp(given.last_seen, vm.last_seen, "last_seen");
  set_text(vm.role, given.role, "role");
  set_text(vm.domain_name, given.domain_name, "domain_name");
  set_text(vm.hypervisor, given.hypervisor, "hypervisor");
  set_text(vm.state_reason, given.state_reason, "state_reason");
  set_uuid(vm.domain_uuid, given.domain_uuid);
  set_time(vm.unreachable_since, given.unreachable_since, "unreachable_since");
  vm.auto_start = !truth(given.no_auto_start, "no_auto_start");
  vm.pending = to_pending(given.pending);
}

void assign(NetworkInfo& network, const aihow_network& given) {
  network.name = text(given.name, "name");
  network.subnet = text(given.subnet, "subnet");
  network.bridge = text(given.bridge, "bridge");
  network.active_ips = texts(given.active_ips, given.active_ips_count, "active_ips");
  set_uuid(network.uuid, given.uuid);
  set_time(network.missing_since, given.missing_since, "missing_since");
  set_time(network.inactive_since, given.inactive_since, "inactive_since");
  network.pending = to_pending(given.pending);
}

void assign(VolumeInfo& volume, const aihow_volume& given) {
  volume.name = text(given.name, "name");
  volume.path = text(given.path, "path");
  volume.size_gb = given.size_gb;
  volume.format = text(given.format, "format");
  set_text(volume.pool, given.pool, "pool");
  set_text(volume.backing_file, given.backing_file, "backing_file");
  set_time(volume.missing_since, given.missing_since, "missing_since");
  volume.pending = to_pending(given.pending);
}

void assign(PoolInfo& pool, const aihow_pool& given) {
  pool.name = text(given.name, "name");
  pool.path = text(given.path, "path");
  set_uuid(pool.uuid, given.uuid);
  pool.owned = truth(given.owned, "owned");
  pool.owns_directory = truth(given.owns_directory, "owns_directory");
  set_time(pool.missing_since, given.missing_since, "missing_since");
  set_time(pool.inactive_since, given.inactive_since, "inactive_since");
  pool.pending = to_pending(given.pending);
}

}  // namespace aihow::capi

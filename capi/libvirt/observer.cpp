// SPDX-License-Identifier: MIT
// The observer of libvirt as a table of C functions.
#include <aihow/libvirt/observer.hpp>
#include <chrono>
#include <string>
#include <vector>
#include "c_calls.hpp"
#include "cancellation.hpp"

namespace {

using namespace aihow;
using namespace aihow::capi_libvirt;

std::vector<const char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<const char*> out;
  out.reserve(texts.size());
  for (const std::string& text : texts) out.push_back(text.c_str());
  return out;
}

void add(aihow_observation* target, const state::VmObservation& seen) {
  const std::vector<const char*> volumes = seen.volumes ? pointers_to(*seen.volumes) : std::vector<const char*>();
  aihow_vm_observation out{};
  out.struct_size = sizeof out;
  out.name = seen.name.c_str();
  out.state = static_cast<int32_t>(seen.state);
  out.state_reason = seen.state_reason.c_str();
  out.domain_name = seen.domain_name.c_str();
  out.hypervisor = seen.hypervisor.c_str();
  out.domain_uuid = to_c(seen.domain_uuid);
  out.cpu_cores = seen.cpu_cores.value_or(0);
  out.memory_gb = seen.memory_gb.value_or(0);
  if (seen.gpu_count) out.said |= AIHOW_SAID_GPU_COUNT;
  out.gpu_count = seen.gpu_count.value_or(0);
  if (seen.volumes) out.said |= AIHOW_SAID_VOLUMES;
  out.volumes = volumes.data();
  out.volumes_count = volumes.size();
  if (seen.ip_address) out.said |= AIHOW_SAID_IP_ADDRESS;
  out.ip_address = seen.ip_address && *seen.ip_address ? (*seen.ip_address)->c_str() : nullptr;
  call(aihow_observation_add_vm, target, &out);
}

void add(aihow_observation* target, const state::NetworkObservation& seen) {
  const std::vector<const char*> addresses = seen.active_ips ? pointers_to(*seen.active_ips) : std::vector<const char*>();
  aihow_network_observation out{};
  out.struct_size = sizeof out;
  out.name = seen.name.c_str();
  out.exists = seen.exists ? 1 : 0;
  out.active = seen.active ? 1 : 0;
  out.uuid = to_c(seen.uuid);
  if (seen.active_ips) out.said |= AIHOW_SAID_ACTIVE_IPS;
  out.active_ips = addresses.data();
  out.active_ips_count = addresses.size();
  out.subnet = seen.subnet ? seen.subnet->c_str() : nullptr;
  out.bridge = seen.bridge ? seen.bridge->c_str() : nullptr;
  call(aihow_observation_add_network, target, &out);
}

void add_all(aihow_observation* target, const state::Observation& seen) {
  for (const auto& vm : seen.vms) add(target, vm);
  for (const auto& network : seen.networks) add(target, network);
  for (const auto& volume : seen.volumes) {
    const aihow_volume_observation out{sizeof out, volume.name.c_str(), volume.size_gb, volume.exists ? 1 : 0, 0};
    call(aihow_observation_add_volume, target, &out);
  }
  for (const auto& pool : seen.pools) {
    const aihow_pool_observation out{sizeof out,          pool.name.c_str(), pool.exists ? 1 : 0,
                                     pool.active ? 1 : 0, to_c(pool.uuid),   pool.path ? pool.path->c_str() : nullptr};
    call(aihow_observation_add_pool, target, &out);
  }
  for (const auto& one : seen.unreachable) call(aihow_observation_add_unreachable, target, one.hypervisor.c_str(), one.why.c_str());
  for (const auto& one : seen.strangers) {
    const aihow_uuid uuid = to_c(one.uuid);
    call(one.own ? aihow_observation_add_own : aihow_observation_add_stranger, target, static_cast<int32_t>(one.kind), one.name.c_str(), &uuid,
         one.why.c_str());
  }
}

int32_t observe(void* user_data, const aihow_state* given, int64_t timeout_ms, const aihow_cancel* cancel, aihow_observation* observation,
                aihow_sink* failure) {
  return guard(failure, [&] {
    const state::ClusterState asked = read_state(given);
    Cancellation cancellation(cancel);
    const auto context = state::within(std::chrono::milliseconds(timeout_ms), cancellation.token());
    add_all(observation, static_cast<state::Observer*>(user_data)->observe(asked, context));
  });
}

}  // namespace

extern "C" {

int32_t aihow_libvirt_observer_new(const aihow_libvirt_options* options, aihow_observer** observer, aihow_error** error) {
  return guard(error, [&] {
    auto made = libvirt::make_observer(to_options(take(options)));
    aihow_observer_table table{};
    table.struct_size = sizeof table;
    table.observe = observe;
    table.destroy = [](void* user_data) { delete static_cast<state::Observer*>(user_data); };
    call(aihow_observer_new, static_cast<const aihow_observer_table*>(&table), static_cast<void*>(made.get()), observer);
    // NOLINTNEXTLINE(bugprone-unused-return-value): the table's destroy has it from now on
    static_cast<void>(made.release());
  });
}
}

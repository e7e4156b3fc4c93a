// SPDX-License-Identifier: MIT
#include "observer.hpp"
#include <algorithm>
#include <chrono>
#include "callback.hpp"
#include "convert.hpp"
#include "models.hpp"
#include "state.hpp"

namespace aihow::capi {

using namespace state;

namespace {

constexpr std::size_t first_table_size = offsetof(aihow_observer_table, destroy) + sizeof(void (*)(void*));

std::vector<std::string> texts(const char* const* given, std::size_t count, const char* argument) {
  if (count != 0) out(given, argument);
  std::vector<std::string> made;
  for (std::size_t i = 0; i < count; ++i) made.emplace_back(text(given[i], argument));
  return made;
}

void add_stranger(aihow_observation* observation, int32_t kind, const char* name, const aihow_uuid* uuid, const char* why, bool own) {
  const auto to = use<capi::Observation>(observation);
  to->seen.strangers.push_back(
      {to_kind(kind), std::string(text(name, "name")), uuid == nullptr ? std::nullopt : to_uuid(*uuid), std::string(text(why, "why")), own});
}

std::optional<std::int32_t> if_said(int32_t number) { return number == 0 ? std::nullopt : std::optional(number); }

}  // namespace

int64_t milliseconds_left(const Context& context) noexcept {
  using namespace std::chrono;
  constexpr int64_t longest = 1000LL * 3600 * 24 * 365;
  if (context.deadline == steady_clock::time_point::max()) return longest;
  return std::clamp<int64_t>(ceil<milliseconds>(context.deadline - steady_clock::now()).count(), 0, longest);
}

CallerObserver::~CallerObserver() {
  if (!owns_user_data_ || table_.destroy == nullptr) return;
  try {
    table_.destroy(user_data_);
  } catch (const std::exception&) {
    // There is nobody left to be told.
  }
}

state::Observation CallerObserver::observe(const ClusterState& state, const Context& context) {
  capi::Observation collected;
  collected.seen.when = Timestamp::now();
  // The state stays the library's: what the callback reads of it is a copy's.
  State shown{ClusterState(state)};
  Cancel cancel(context.stop);
  {
    const Lent<State> lent_state(shown);
    const Lent<Cancel> lent_cancel(cancel);
    const Lent<capi::Observation> lent(collected);
    call_back("observe", [&](aihow_sink* failure) {
      return table_.observe(user_data_, lent_state.get(), milliseconds_left(context), lent_cancel.get(), lent.get(), failure);
    });
  }
  return std::move(collected.seen);
}

}  // namespace aihow::capi

using namespace aihow::capi;

extern "C" {

int32_t aihow_observation_add_vm(aihow_observation* observation, const aihow_vm_observation* vm, aihow_error** error) {
  return guard(error, [&] {
    const auto to = use<aihow::capi::Observation>(observation);
    const auto given = take<first_vm_size>(vm, "vm");
    aihow::state::VmObservation seen;
    seen.name = text(given.name, "name");
    seen.state = to_vm_state(given.state, "state");
    seen.state_reason = optional_text(given.state_reason, "state_reason");
    seen.domain_name = optional_text(given.domain_name, "domain_name");
    seen.hypervisor = optional_text(given.hypervisor, "hypervisor");
    seen.domain_uuid = to_uuid(given.domain_uuid);
    seen.cpu_cores = if_said(given.cpu_cores);
    seen.memory_gb = if_said(given.memory_gb);
    if ((given.said & AIHOW_SAID_GPU_COUNT) != 0) seen.gpu_count = given.gpu_count;
    if ((given.said & AIHOW_SAID_VOLUMES) != 0) seen.volumes = texts(given.volumes, given.volumes_count, "volumes");
    if ((given.said & AIHOW_SAID_IP_ADDRESS) != 0) {
      seen.ip_address.emplace();
      if (given.ip_address != nullptr) seen.ip_address->emplace(text(given.ip_address, "ip_address"));
    }
    to->seen.vms.push_back(std::move(seen));
  });
}

int32_t aihow_observation_add_network(aihow_observation* observation, const aihow_network_observation* network, aihow_error** error) {
  return guard(error, [&] {
    const auto to = use<aihow::capi::Observation>(observation);
    const auto given = take<first_network_size>(network, "network");
    aihow::state::NetworkObservation seen;
    seen.name = text(given.name, "name");
    seen.exists = truth(given.exists, "exists");
    seen.active = truth(given.active, "active");
    seen.uuid = to_uuid(given.uuid);
    if ((given.said & AIHOW_SAID_ACTIVE_IPS) != 0) {
      seen.active_ips = texts(given.active_ips, given.active_ips_count, "active_ips");
      std::sort(seen.active_ips->begin(), seen.active_ips->end());
    }
    if (given.subnet != nullptr) seen.subnet.emplace(text(given.subnet, "subnet"));
    if (given.bridge != nullptr) seen.bridge.emplace(text(given.bridge, "bridge"));
    to->seen.networks.push_back(std::move(seen));
  });
}

int32_t aihow_observation_add_volume(aihow_observation* observation, const aihow_volume_observation* volume, aihow_error** error) {
  return guard(error, [&] {
    const auto to = use<aihow::capi::Observation>(observation);
    const auto given = take<first_volume_size>(volume, "volume");
    to->seen.volumes.push_back({std::string(text(given.name, "name")), truth(given.exists, "exists"), given.size_gb});
  });
}

int32_t aihow_observation_add_pool(aihow_observation* observation, const aihow_pool_observation* pool, aihow_error** error) {
  return guard(error, [&] {
    const auto to = use<aihow::capi::Observation>(observation);
    const auto given = take<first_pool_size>(pool, "pool");
    aihow::state::PoolObservation seen{std::string(text(given.name, "name")), truth(given.exists, "exists"), truth(given.active, "active"),
                                       to_uuid(given.uuid)};
    if (given.path != nullptr) seen.path.emplace(text(given.path, "path"));
    to->seen.pools.push_back(std::move(seen));
  });
}

int32_t aihow_observation_add_unreachable(aihow_observation* observation, const char* hypervisor, const char* why, aihow_error** error) {
  return guard(error, [&] {
    const auto to = use<aihow::capi::Observation>(observation);
    to->seen.unreachable.push_back({std::string(text(hypervisor, "hypervisor")), std::string(text(why, "why"))});
  });
}

int32_t aihow_observation_add_stranger(aihow_observation* observation, int32_t kind, const char* name, const aihow_uuid* uuid, const char* why,
                                       aihow_error** error) {
  return guard(error, [&] { add_stranger(observation, kind, name, uuid, why, false); });
}

int32_t aihow_observation_add_own(aihow_observation* observation, int32_t kind, const char* name, const aihow_uuid* uuid, const char* why,
                                  aihow_error** error) {
  return guard(error, [&] { add_stranger(observation, kind, name, uuid, why, true); });
}

int32_t aihow_observer_new(const aihow_observer_table* table, void* user_data, aihow_observer** observer, aihow_error** error) {
  return guard(error, [&] {
    const auto given = take<first_table_size>(table, "table");
    if (given.observe == nullptr) refuse("table.observe", "is NULL");
    out(observer, "observer");
    Fresh<aihow::capi::Observer> made;
    made->observer = std::make_unique<CallerObserver>(given, user_data);
    made->observer->own_user_data();
    *observer = made.open();
  });
}

void aihow_observer_free(aihow_observer* observer) { close<aihow::capi::Observer>(observer); }
}

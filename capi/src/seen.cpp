// SPDX-License-Identifier: MIT
// What a refresh or a drift saw of each object.
#include "convert.hpp"
#include "error.hpp"
#include "observer.hpp"
#include "refresh.hpp"

namespace aihow::capi {
namespace {

void add_list(std::vector<TextList>& lists, const std::optional<std::vector<std::string>>& seen) {
  TextList& list = lists.emplace_back();
  if (!seen) return;
  for (const std::string& each : *seen) list.push_back(each.c_str());
}

void make_lists(Refresh& refresh) {
  std::call_once(refresh.listed, [&] {
    std::vector<TextList> volumes;
    std::vector<TextList> active_ips;
    for (const auto& vm : refresh.result.observation.vms) add_list(volumes, vm.volumes);
    for (const auto& network : refresh.result.observation.networks) add_list(active_ips, network.active_ips);
    refresh.volumes = std::move(volumes);
    refresh.active_ips = std::move(active_ips);
  });
}

const char* optional_c_str(const std::optional<std::string>& text) noexcept { return text ? text->c_str() : nullptr; }

aihow_vm_observation view(const state::VmObservation& seen, const TextList& volumes) noexcept {
  aihow_vm_observation filled{};
  filled.name = seen.name.c_str();
  filled.state = static_cast<int32_t>(seen.state);
  if (seen.gpu_count) filled.said |= AIHOW_SAID_GPU_COUNT;
  if (seen.volumes) filled.said |= AIHOW_SAID_VOLUMES;
  if (seen.ip_address) filled.said |= AIHOW_SAID_IP_ADDRESS;
  filled.state_reason = seen.state_reason.c_str();
  filled.domain_name = seen.domain_name.c_str();
  filled.hypervisor = seen.hypervisor.c_str();
  filled.domain_uuid = to_c(seen.domain_uuid);
  filled.cpu_cores = seen.cpu_cores.value_or(0);
  filled.memory_gb = seen.memory_gb.value_or(0);
  filled.gpu_count = seen.gpu_count.value_or(0);
  filled.volumes = volumes.data();
  filled.volumes_count = volumes.size();
  filled.ip_address = seen.ip_address ? optional_c_str(*seen.ip_address) : nullptr;
  return filled;
}

aihow_network_observation view(const state::NetworkObservation& seen, const TextList& active_ips) noexcept {
  aihow_network_observation filled{};
  filled.name = seen.name.c_str();
  filled.exists = seen.exists ? 1 : 0;
  filled.active = seen.active ? 1 : 0;
  filled.uuid = to_c(seen.uuid);
  if (seen.active_ips) filled.said |= AIHOW_SAID_ACTIVE_IPS;
  filled.active_ips = active_ips.data();
  filled.active_ips_count = active_ips.size();
  filled.subnet = optional_c_str(seen.subnet);
  filled.bridge = optional_c_str(seen.bridge);
  return filled;
}

}  // namespace
}  // namespace aihow::capi

using namespace aihow::capi;

extern "C" {

int32_t aihow_refresh_seen_vm(const aihow_refresh* refresh, size_t index, aihow_vm_observation* vm, aihow_error** error) {
  return guard(error, [&] {
    const auto of = use<aihow::capi::Refresh>(refresh);
    const auto& seen = item(of->result.observation.vms, index, "observed VM");
    make_lists(*of);
    give<first_vm_size>(vm, view(seen, of->volumes[index]), "vm");
  });
}

int32_t aihow_refresh_seen_network(const aihow_refresh* refresh, size_t index, aihow_network_observation* network, aihow_error** error) {
  return guard(error, [&] {
    const auto of = use<aihow::capi::Refresh>(refresh);
    const auto& seen = item(of->result.observation.networks, index, "observed network");
    make_lists(*of);
    give<first_network_size>(network, view(seen, of->active_ips[index]), "network");
  });
}

int32_t aihow_refresh_seen_volume(const aihow_refresh* refresh, size_t index, aihow_volume_observation* volume, aihow_error** error) {
  return guard(error, [&] {
    const auto of = use<aihow::capi::Refresh>(refresh);
    const auto& seen = item(of->result.observation.volumes, index, "observed volume");
    give<first_volume_size>(volume, aihow_volume_observation{0, seen.name.c_str(), seen.size_gb, seen.exists ? 1 : 0, 0}, "volume");
  });
}

int32_t aihow_refresh_seen_pool(const aihow_refresh* refresh, size_t index, aihow_pool_observation* pool, aihow_error** error) {
  return guard(error, [&] {
    const auto of = use<aihow::capi::Refresh>(refresh);
    const auto& seen = item(of->result.observation.pools, index, "observed pool");
    give<first_pool_size>(pool,
                          aihow_pool_observation{0, seen.name.c_str(), seen.exists ? 1 : 0, seen.active ? 1 : 0, to_c(seen.uuid),
                                                 seen.path ? seen.path->c_str() : nullptr},
                          "pool");
  });
}
}

// SPDX-License-Identifier: MIT
#include "provision/subject.hpp"
#include <fmt/format.h>
#include <aihow/state/error.hpp>
#include <aihow/state/identity.hpp>

namespace aihow::tool {
namespace {

using state::errc;
using state::Error;
using state::Pending;

void require_hypervisor(const state::ClusterState& state, std::string_view uri, std::string_view location) {
  for (const auto& vm : state.vms) {
    if (vm.hypervisor.empty() || vm.hypervisor == uri) continue;
    throw Error(errc::invalid,
                fmt::format("VM {} is recorded on the hypervisor {}, and {} was to be asked: nothing was touched. Leave out --connect to work where "
                            "the cluster is; if both are the same hypervisor, change `hypervisor` in the state",
                            vm.name, vm.hypervisor, uri),
                {.path = std::string(location)});
  }
}

void require_own_uuids(const state::ClusterState& state, std::string_view location) {
  const auto lineage = state.lineage.value_or(state::Uuid{});
  const auto require = [&](state::ObjectKind kind, const std::string& name, const std::optional<state::Uuid>& recorded) {
    if (!recorded || *recorded == state::object_uuid(lineage, kind, name)) return;
    throw Error(
        errc::invalid,
        fmt::format("the UUID that it records for {} {} does not follow from its lineage, so it cannot be told what is this cluster's own; nothing "
                    "was touched. Bring back an earlier copy, or move it away: then the cluster is found by its marks",
                    to_string(kind), name),
        {.path = std::string(location)});
  };
  for (const auto& vm : state.vms) require(state::ObjectKind::vm, vm.name, vm.domain_uuid);
  for (const auto& network : state.networks) require(state::ObjectKind::network, network.name, network.uuid);
  for (const auto& pool : state.pools) {
    if (pool.owned) require(state::ObjectKind::pool, pool.name, pool.uuid);
  }
}

}  // namespace

void require_subject(const state::ClusterState& state, const Subject& subject, std::string_view location) {
  if (state.cluster_type == subject.type && (subject.name.empty() || state.cluster_name == subject.name)) return;
  const auto wanted =
      subject.name.empty() ? fmt::format("a {} cluster", subject.type) : fmt::format("the {} cluster '{}'", subject.type, subject.name);
  throw Error(errc::invalid,
              fmt::format("the state is of the {} cluster '{}', and {} was asked for; nothing was touched. Choose its own state with --state",
                          state.cluster_type, state.cluster_name, wanted),
              {.path = std::string(location)});
}

void require_operable(const state::ClusterState& state, std::string_view uri, std::string_view location) {
  require_hypervisor(state, uri, location);
  require_own_uuids(state, location);
}

void require_provable(const state::ClusterState& state, std::string_view location) {
  std::string unproven;
  const auto look = [&](std::string_view what, const auto& object, bool proven) {
    if (!proven && object.pending == Pending::none) unproven += fmt::format("\n  {} {}", what, object.name);
  };
  for (const auto& vm : state.vms) look("VM", vm, vm.domain_uuid.has_value());
  for (const auto& network : state.networks) look("network", network, network.uuid.has_value());
  for (const auto& volume : state.volumes) look("disk", volume, !volume.pool.empty());
  for (const auto& pool : state.pools) look("pool", pool, pool.uuid.has_value() || !pool.owned);
  if (unproven.empty()) return;
  throw Error(
      errc::invalid,
      fmt::format("nothing was destroyed, since the state does not say which of libvirt's objects these are (it has no UUID of them, or no pool "
                  "of the disk), as one of another tool or written by hand:{}\nRemove them with virsh, and the state by hand",
                  unproven),
      {.path = std::string(location)});
}

std::optional<std::string> recorded_hypervisor(const state::ClusterState& state) {
  std::optional<std::string> out;
  for (const auto& vm : state.vms) {
    if (vm.hypervisor.empty() || out == vm.hypervisor) continue;
    if (out) return std::nullopt;
    out = vm.hypervisor;
  }
  return out;
}

}  // namespace aihow::tool

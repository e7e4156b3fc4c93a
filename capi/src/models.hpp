// SPDX-License-Identifier: MIT
// The models as C structures: views of an object, and an object's members taken over from one.
#pragma once
#include <aihow/state.h>
#include <aihow/state/cluster_state.hpp>
#include <cstddef>
#include <optional>

namespace aihow::capi {

/// sizeof in the version that brought the structure: no caller's is smaller.
template <class C>
inline constexpr std::size_t first_size = 0;
template <>
inline constexpr std::size_t first_size<aihow_cluster> = offsetof(aihow_cluster, lineage) + sizeof(aihow_uuid);
template <>
inline constexpr std::size_t first_size<aihow_vm> = offsetof(aihow_vm, pending) + sizeof(int32_t);
template <>
inline constexpr std::size_t first_size<aihow_network> = offsetof(aihow_network, reserved) + sizeof(int32_t);
template <>
inline constexpr std::size_t first_size<aihow_volume> = offsetof(aihow_volume, reserved) + sizeof(int32_t);
template <>
inline constexpr std::size_t first_size<aihow_pool> = offsetof(aihow_pool, reserved) + sizeof(int32_t);

/// Throws Error invalid where the number is none.
state::VMState to_vm_state(int32_t number, const char* argument);
state::ObjectKind to_kind(int32_t number);

/// A view: what it points at belongs to the object and the lists.
aihow_cluster view(const state::ClusterState& state) noexcept;
aihow_vm view(const state::VMInfo& vm, const char* const* volumes) noexcept;
aihow_network view(const state::NetworkInfo& network, const char* const* active_ips) noexcept;
aihow_volume view(const state::VolumeInfo& volume) noexcept;
aihow_pool view(const state::PoolInfo& pool) noexcept;

/// Takes over the members that differ. Throws Error invalid; the object is then void.
void assign(state::ClusterState& state, const aihow_cluster& given);
void assign(state::VMInfo& vm, const aihow_vm& given);
void assign(state::NetworkInfo& network, const aihow_network& given);
void assign(state::VolumeInfo& volume, const aihow_volume& given);
void assign(state::PoolInfo& pool, const aihow_pool& given);

}  // namespace aihow::capi

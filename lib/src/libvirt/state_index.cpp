// SPDX-License-Identifier: MIT
#include <aihow/state/cluster_state.hpp>
#include <algorithm>
#include "libvirt/host_look.hpp"

namespace aihow::libvirt::inline v0 {

StateIndex::StateIndex(const state::ClusterState& state) : state_(&state) {
  by_name_.reserve(state.vms.size());
  for (const state::VMInfo& vm : state.vms) {
    if (vm.domain_uuid) by_uuid_.emplace(*vm.domain_uuid, &vm);
    by_name_.emplace(vm.name, &vm);
  }
}

bool StateIndex::is_ours(const std::optional<Mark>& mark, const Uuid& uuid) const {
  return state_->lineage && ownership(mark, uuid, *state_->lineage) == Ownership::ours;
}
bool StateIndex::is_clone(const std::optional<Mark>& mark, const Uuid& uuid) const {
  return state_->lineage && ownership(mark, uuid, *state_->lineage) == Ownership::clone;
}

const state::VMInfo* StateIndex::vm_of(const Uuid& uuid, const std::optional<Mark>& mark) const {
  if (const auto found = by_uuid_.find(uuid); found != by_uuid_.end()) return found->second;
  if (!is_ours(mark, uuid) || mark->kind != ObjectKind::vm) return nullptr;
  const auto found = by_name_.find(mark->name);
  // A VM that is recorded under another UUID is that other domain.
  return found != by_name_.end() && !found->second->domain_uuid ? found->second : nullptr;
}

namespace {

/// By the recorded UUID; where none is recorded, by the name.
template <class Object>
const Object* find(const std::vector<Object>& objects, const Uuid& uuid, const std::string& name) {
  const auto found =
      std::find_if(objects.begin(), objects.end(), [&](const Object& object) { return object.uuid ? *object.uuid == uuid : object.name == name; });
  return found == objects.end() ? nullptr : &*found;
}

}  // namespace

const state::NetworkInfo* StateIndex::network_of(const Uuid& uuid, const std::string& name) const { return find(state_->networks, uuid, name); }
const state::PoolInfo* StateIndex::pool_of(const Uuid& uuid, const std::string& name) const { return find(state_->pools, uuid, name); }

}  // namespace aihow::libvirt::inline v0

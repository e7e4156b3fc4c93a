// SPDX-License-Identifier: MIT
// The changes that the reference names: ensure_state, save_state and the ones of single VMs.
#include <aihow/state/lifecycle.hpp>
#include <algorithm>
#include <utility>
#include "cluster_text.hpp"
#include "conflict_error.hpp"
#include "impl.hpp"

namespace aihow::state::inline v0 {
namespace {

/// What save_state() is to commit on top of `current`.
Plan plan_save(const ClusterState& mine, const SnapshotPtr& current, const std::string& location) {
  const SnapshotPtr& origin = mine.origin.snapshot;
  auto next = std::make_shared<Snapshot>();
  if (!origin) {
    if (current) {
      throw Error(errc::conflict,
                  "a state of the cluster " + cluster_text(current->state) +
                      " stands here already, and this one was not loaded from it: load that with get_state() and change it",
                  {.path = location});
    }
    next->state = mine;
    return {std::move(next)};
  }
  if (!current) {
    throw Error(errc::conflict, "the state of the cluster " + cluster_text(mine) + " was removed since it was loaded: nothing was saved",
                {.path = location});
  }
  // A document that was never committed by us has no lineage yet, and may have got one since.
  if (origin->state.lineage && origin->state.lineage != current->state.lineage) {
    throw Error(errc::conflict,
                "another state, of the cluster " + cluster_text(current->state) + ", took the place of the one that was loaded: nothing was saved",
                {.path = location});
  }
  if (origin->version == current->version) {
    next->state = mine;
    return {std::move(next), false, mine.status != origin->state.status};
  }
  Merge merged = merge(origin->state, mine, current->state);
  if (!merged.conflicts.empty())
    throw conflict_error("nothing was saved: load the state again and make the change on that", merged.conflicts, location);
  next->state = std::move(merged.state);
  return {std::move(next), false, mine.status != origin->state.status};
}

VMInfo& require_vm(ClusterState& state, std::string_view name, const std::string& location) {
  if (VMInfo* const vm = find_by_name(state.vms, name)) return *vm;
  throw Error(errc::not_found, "the cluster \"" + state.cluster_name + "\" has no VM \"" + std::string(name) + "\"", {.path = location});
}

std::string names_of(VMStateSet states) {
  std::string out;
  for (const VMState state : all_vm_states) {
    if (states.contains(state)) out.append(out.empty() ? "" : ", ").append(to_string(state));
  }
  return out;
}

void request_state(VMInfo& vm, VMState to, const std::string& location) {
  if (vm.state == to) return;
  const VMStateSet allowed = targets(vm.state);
  if (!allowed.contains(to)) {
    throw Error(errc::invalid,
                "the VM \"" + vm.name + "\" is " + std::string(to_string(vm.state)) + " and cannot become " + std::string(to_string(to)) +
                    "; allowed: " + names_of(allowed),
                {.path = location});
  }
  vm.state = to;
  // The reason was that of the state before.
  vm.state_reason.clear();
}

}  // namespace

ClusterState ClusterStateManager::ensure_state(std::string_view cluster_name, std::string_view cluster_type) {
  return guarded(*impl_, [&] {
    ClusterState out;
    const auto require_same = [&](const ClusterState& state) {
      if (state.cluster_name == cluster_name && state.cluster_type == cluster_type) return;
      throw Error(errc::invalid,
                  "the state here is of the cluster " + cluster_text(state) + ", not of " + cluster_text(cluster_name, cluster_type) +
                      ": nothing was changed",
                  {.path = impl_->location});
    };
    if (const auto newest = impl_->load()) {
      require_same(newest->snapshot()->state);
      out = newest->snapshot()->state;
      out.origin.snapshot = newest->snapshot();
      return out;
    }
    const Planner plan = [&](const SnapshotPtr& current) {
      if (current) {
        require_same(current->state);
        return Plan{};
      }
      auto next = std::make_shared<Snapshot>();
      next->state.cluster_name = cluster_name;
      next->state.cluster_type = cluster_type;
      return Plan{std::move(next)};
    };
    impl_->committer.run({.operation = "ensure_state", .plan = plan, .copy = &out});
    return out;
  });
}

void ClusterStateManager::save_state(ClusterState& state) {
  guarded(*impl_, [&] {
    const Planner plan = [&](const SnapshotPtr& current) { return plan_save(state, current, impl_->location); };
    impl_->committer.run({.operation = "save_state", .plan = plan, .copy = &state});
  });
}

void ClusterStateManager::add_vm(VMInfo vm) {
  guarded(*impl_, [&] {
    if (vm.created_at == Timestamp{}) vm.created_at = Timestamp::now();
    if (vm.last_seen == Timestamp{}) vm.last_seen = vm.created_at;
    const Planner plan = changing(*impl_, [&](ClusterState& state) {
      if (find_by_name(state.vms, vm.name) != nullptr) {
        throw Error(errc::conflict, "the cluster \"" + state.cluster_name + "\" has a VM \"" + vm.name + "\" already", {.path = impl_->location});
      }
      state.vms.push_back(vm);
    });
    impl_->committer.run({"add_vm", plan});
  });
}

void ClusterStateManager::update_vm_state(std::string_view name, VMState state) {
  guarded(*impl_, [&] {
    const Planner plan = [&](const SnapshotPtr& current) {
      if (!current) throw impl_->no_state();
      auto next = impl_->working_copy.of(current);
      VMInfo& vm = require_vm(next->state, name, impl_->location);
      request_state(vm, state, impl_->location);
      const auto place = static_cast<std::size_t>(&vm - next->state.vms.data());
      return Plan{.next = std::move(next), .only_vm = place};
    };
    impl_->committer.run({"update_vm_state", plan});
  });
}

void ClusterStateManager::remove_vm(std::string_view name) {
  guarded(*impl_, [&] {
    const Planner plan = changing(*impl_, [&](ClusterState& state) {
      const VMInfo& vm = require_vm(state, name, impl_->location);
      state.vms.erase(state.vms.begin() + (&vm - state.vms.data()));
    });
    impl_->committer.run({"remove_vm", plan});
  });
}

SnapshotPtr ClusterStateManager::forget_vm(std::string_view name, const Operation* under) {
  return guarded(*impl_, [&] {
    const Planner plan = changing(*impl_, [&](ClusterState& state) {
      const VMInfo& vm = require_vm(state, name, impl_->location);
      const auto uses = [](const VMInfo& each, const std::string& path) {
        return std::find(each.volumes.begin(), each.volumes.end(), path) != each.volumes.end();
      };
      std::erase_if(state.volumes, [&](const VolumeInfo& volume) {
        const bool shared =
            std::any_of(state.vms.begin(), state.vms.end(), [&](const VMInfo& each) { return &each != &vm && uses(each, volume.path); });
        return uses(vm, volume.path) && !shared;
      });
      state.vms.erase(state.vms.begin() + (&vm - state.vms.data()));
    });
    return impl_->committer.run({"forget_vm", plan, under}).snapshot;
  });
}

SnapshotPtr ClusterStateManager::rename_vm(std::string_view name, std::string_view new_name, const Operation* under) {
  return guarded(*impl_, [&] {
    const Planner plan = changing(*impl_, [&](ClusterState& state) {
      const VMInfo& vm = require_vm(state, name, impl_->location);
      const std::string what = "VM \"" + vm.name + "\"";
      if (find_by_name(state.vms, new_name) != nullptr) {
        throw Error(errc::conflict, what + " cannot become \"" + std::string(new_name) + "\": a VM of that name is there", {.path = impl_->location});
      }
      if (vm.domain_uuid) {
        throw Error(errc::invalid,
                    what + " has a machine in libvirt, whose UUID and mark follow from its name: destroy it and start it under the new name",
                    {.path = impl_->location});
      }
      state.vms[static_cast<std::size_t>(&vm - state.vms.data())].name = new_name;
    });
    return impl_->committer.run({"rename_vm", plan, under}).snapshot;
  });
}

}  // namespace aihow::state::inline v0

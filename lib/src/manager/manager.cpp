// SPDX-License-Identifier: MIT
#include <utility>
#include "impl.hpp"

namespace aihow::state::inline v0 {
namespace {

Channels open_channels(std::string_view location, const StoreOptions& options) {
  const auto open_one = [at = std::string(location), options] { return open_store(at, options); };
  const auto open = [&] { return std::make_shared<Channel>(open_one()); };
  const auto first = open();
  // A store of this process alone may keep its content in the object itself; its calls are short.
  if (!first->use([](StateStore& store) { return store.capabilities().multi_process; })) return {first, first, first, {}};
  return {first, open(), open(), open_one};
}

Channels one_channel(std::unique_ptr<StateStore> store) {
  const auto only = std::make_shared<Channel>(std::move(store));
  return {only, only, only, {}};
}

/// As guarded(), while there is no object yet that has its error ready.
template <class Open>
void opening(const Open& open) try {
  open();
} catch (const std::bad_alloc&) {
  throw Error(errc::out_of_memory, "out of memory: the state was not opened");
}

ClusterState copy_of(const SnapshotPtr& snapshot) {
  ClusterState out = snapshot->state;
  out.origin.snapshot = snapshot;
  return out;
}

}  // namespace

std::shared_ptr<const IndexedSnapshot> ClusterStateManager::Impl::load() {
  const SnapshotPtr newest = channels.reader->use([&](StateStore& store) { return store.load(cache.known(), io_context()); });
  if (newest) notices.loaded(*newest);
  return cache.remember(newest);
}

SnapshotPtr ClusterStateManager::Impl::require() {
  const auto newest = load();
  if (!newest) throw no_state();
  return newest->snapshot();
}

Error ClusterStateManager::Impl::no_state() const {
  return Error(errc::not_found, "there is no state here: a cluster that is started, or ensure_state(), makes one", {.path = location});
}

ClusterStateManager::ClusterStateManager(std::string_view location, ManagerOptions options) {
  opening([&] {
    const Channels channels = open_channels(location, options.store);
    impl_ = std::make_unique<Impl>(channels, std::move(options));
  });
}

ClusterStateManager::ClusterStateManager(std::unique_ptr<StateStore> store, ManagerOptions options) {
  opening([&] { impl_ = std::make_unique<Impl>(one_channel(std::move(store)), std::move(options)); });
}

ClusterStateManager::~ClusterStateManager() = default;

std::string ClusterStateManager::location() const {
  return guarded(*impl_, [&] { return impl_->location; });
}

SnapshotPtr ClusterStateManager::snapshot() {
  return guarded(*impl_, [&]() -> SnapshotPtr {
    const auto newest = impl_->load();
    return newest ? newest->snapshot() : nullptr;
  });
}

std::optional<ClusterState> ClusterStateManager::get_state() {
  return guarded(*impl_, [&]() -> std::optional<ClusterState> {
    const auto newest = impl_->load();
    if (!newest) return std::nullopt;
    return copy_of(newest->snapshot());
  });
}

std::vector<VMInfo> ClusterStateManager::get_all_vms() {
  return guarded(*impl_, [&] {
    const auto newest = impl_->load();
    return newest ? newest->snapshot()->state.vms : std::vector<VMInfo>();
  });
}

std::optional<VMInfo> ClusterStateManager::get_vm(std::string_view name) {
  return guarded(*impl_, [&]() -> std::optional<VMInfo> {
    const auto newest = impl_->load();
    const VMInfo* const vm = newest ? newest->find_vm(name) : nullptr;
    if (vm == nullptr) return std::nullopt;
    return *vm;
  });
}

SnapshotPtr ClusterStateManager::transaction(std::string_view operation, const std::function<void(ClusterState&)>& change, const Operation* under) {
  if (!change) throw Error(errc::invalid, "a transaction needs a function that changes the state");
  return guarded(*impl_, [&] {
    const Planner plan = changing(*impl_, [&](ClusterState& state) { change(state); });
    return impl_->committer.run({operation, plan, under}).snapshot;
  });
}

SnapshotPtr ClusterStateManager::create(ClusterState state, std::string_view operation, const Operation* under) {
  return guarded(*impl_, [&] {
    const Planner plan = [&](const SnapshotPtr& current) {
      if (current) {
        throw Error(errc::conflict, "a state of the cluster \"" + current->state.cluster_name + "\" stands here already: it is not replaced",
                    {.path = impl_->location});
      }
      auto next = std::make_shared<Snapshot>();
      next->state = state;
      return Plan{std::move(next)};
    };
    return impl_->committer.run({operation, plan, under}).snapshot;
  });
}

void ClusterStateManager::erase(std::string_view operation, const Operation* under) {
  guarded(*impl_, [&] {
    const Planner plan = [](const SnapshotPtr&) { return Plan{nullptr, true}; };
    impl_->committer.run({operation, plan, under});
  });
}

Operation ClusterStateManager::begin_operation(std::string_view what, std::stop_token stop) {
  return guarded(*impl_, [&] {
    const Holder self = holder_of(this_process(impl_->options.program, impl_->options.actor), what);
    const Context context{impl_->committer.deadline(), std::move(stop)};
    return Operation(lock_operation(impl_->operation_place, *impl_->channels.operations, self, context, impl_->location), std::string(what));
  });
}

std::optional<Holder> ClusterStateManager::operation_holder() {
  return guarded(*impl_,
                 [&] { return impl_->channels.reader->use([](StateStore& store) { return store.holder(LockKind::operation, io_context()); }); });
}

RecordPage ClusterStateManager::records(const RecordQuery& query) {
  return guarded(*impl_, [&] { return impl_->channels.reader->use([&](StateStore& store) { return store.records(query, io_context()); }); });
}

std::vector<std::string> ClusterStateManager::verify(bool mend) {
  return guarded(*impl_, [&] {
    return impl_->committer.exclusively([&](StateStore& store) { return store.verify(mend, {impl_->committer.deadline(), {}}); });
  });
}

}  // namespace aihow::state::inline v0

// SPDX-License-Identifier: MIT
// The objects of a state: reading them, and changing those of a working copy.
#include <algorithm>
#include "convert.hpp"
#include "error.hpp"
#include "models.hpp"
#include "state.hpp"

using namespace aihow::state;
using namespace aihow::capi;

namespace {

/// What differs between the kinds: their lists, and how a view of one is made.
template <class C>
struct Kind;
template <>
struct Kind<aihow_vm> {
  static constexpr auto list = &ClusterState::vms;
  static constexpr const char* name = "vm";
  static constexpr ObjectKind kind = ObjectKind::vm;
  static aihow_vm look(const State& state, std::size_t i) { return state.vm(i); }
};
template <>
struct Kind<aihow_network> {
  static constexpr auto list = &ClusterState::networks;
  static constexpr const char* name = "network";
  static constexpr ObjectKind kind = ObjectKind::network;
  static aihow_network look(const State& state, std::size_t i) { return state.network(i); }
};
template <>
struct Kind<aihow_volume> {
  static constexpr auto list = &ClusterState::volumes;
  static constexpr const char* name = "volume";
  static constexpr ObjectKind kind = ObjectKind::volume;
  static aihow_volume look(const State& state, std::size_t i) { return state.volume(i); }
};
template <>
struct Kind<aihow_pool> {
  static constexpr auto list = &ClusterState::pools;
  static constexpr const char* name = "pool";
  static constexpr ObjectKind kind = ObjectKind::pool;
  static aihow_pool look(const State& state, std::size_t i) { return state.pool(i); }
};

[[noreturn]] void no_object(std::string_view kind, std::size_t index, std::size_t count) {
  throw Error(errc::not_found, "there is no " + std::string(kind) + " " + std::to_string(index) + "; the state has " + std::to_string(count));
}

template <class C>
int32_t get(const aihow_state* state, std::size_t index, C* target, aihow_error** error) {
  return guard(error, [&] {
    const auto from = use<State>(state);
    const std::size_t count = (from->read().*Kind<C>::list).size();
    if (index >= count) no_object(Kind<C>::name, index, count);
    fill<first_size<C>>(target, Kind<C>::name, [&] { return Kind<C>::look(*from, index); });
  });
}

template <class C>
int32_t set(aihow_state* state, std::size_t index, const C* given, aihow_error** error) {
  return guard(error, [&] {
    const auto to = use<State>(state);
    const auto& list = to->read().*Kind<C>::list;
    if (index >= list.size()) no_object(Kind<C>::name, index, list.size());
    // The structure may point into what is about to change.
    auto next = list[index];
    assign(next, take<first_size<C>>(given, Kind<C>::name, Kind<C>::look(*to, index)));
    (to->write(Kind<C>::kind, index).*Kind<C>::list)[index] = std::move(next);
  });
}

template <class C>
int32_t insert(aihow_state* state, std::size_t index, const C* given, aihow_error** error) {
  return guard(error, [&] {
    const auto to = use<State>(state);
    const auto& list = to->read().*Kind<C>::list;
    const std::size_t at = index == SIZE_MAX ? list.size() : index;
    if (at > list.size()) no_object(Kind<C>::name, index, list.size());
    typename std::remove_cvref_t<decltype(list)>::value_type made;
    assign(made, take<first_size<C>>(given, Kind<C>::name));
    auto& changed = to->write().*Kind<C>::list;
    changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(at), std::move(made));
  });
}

/// Calls `call` with the list of a kind. Throws Error invalid for the cluster itself, which is in no list.
template <class S, class Call>
decltype(auto) with_list(ObjectKind kind, S& state, Call&& call) {
  switch (kind) {
    case ObjectKind::vm:
      return call(state.vms);
    case ObjectKind::network:
      return call(state.networks);
    case ObjectKind::volume:
      return call(state.volumes);
    case ObjectKind::pool:
      return call(state.pools);
    case ObjectKind::cluster:
      break;
  }
  refuse("kind", "is the cluster itself, which is in no list");
}

}  // namespace

extern "C" {

size_t aihow_state_count(const aihow_state* state, int32_t kind) {
  const auto found = look<State>(state);
  if (!found || kind < AIHOW_KIND_CLUSTER || kind > AIHOW_KIND_POOL) return 0;
  if (kind == AIHOW_KIND_CLUSTER) return 1;
  return with_list(static_cast<ObjectKind>(kind), found->read(), [](const auto& list) { return list.size(); });
}

int32_t aihow_state_find(const aihow_state* state, int32_t kind, const char* name, size_t* index, aihow_error** error) {
  return guard(error, [&] {
    const auto from = use<State>(state);
    const ObjectKind wanted = to_kind(kind);
    const std::string_view text = bytes(name, "name");
    out(index, "index");
    std::size_t at = SIZE_MAX;
    if (wanted == ObjectKind::vm) {
      at = from->find_vm(text);
    } else {
      at = with_list(wanted, from->read(), [&](const auto& list) {
        const auto* const found = find_by_name(list, text);
        return found == nullptr ? SIZE_MAX : static_cast<std::size_t>(found - list.data());
      });
    }
    if (at == SIZE_MAX) {
      throw Error(errc::not_found,
                  "the cluster \"" + from->read().cluster_name + "\" has no " + std::string(to_string(wanted)) + " \"" + std::string(text) + "\"");
    }
    *index = at;
  });
}

int32_t aihow_state_get_cluster(const aihow_state* state, aihow_cluster* cluster, aihow_error** error) {
  return guard(error, [&] { give<first_size<aihow_cluster>>(cluster, use<State>(state)->cluster(), "cluster"); });
}

int32_t aihow_state_set_cluster(aihow_state* state, const aihow_cluster* cluster, aihow_error** error) {
  return guard(error, [&] {
    const auto to = use<State>(state);
    const ClusterState& from = to->read();
    ClusterState next;
    next.created_at = from.created_at;
    next.last_modified = from.last_modified;
    assign(next, take<first_size<aihow_cluster>>(cluster, "cluster", view(from)));
    ClusterState& changed = to->write(ObjectKind::cluster, 0);
    changed.cluster_name = std::move(next.cluster_name);
    changed.cluster_type = std::move(next.cluster_type);
    changed.status = std::move(next.status);
    changed.created_at = next.created_at;
    changed.last_modified = next.last_modified;
  });
}

int32_t aihow_state_get_vm(const aihow_state* state, size_t index, aihow_vm* vm, aihow_error** error) { return get(state, index, vm, error); }
int32_t aihow_state_get_network(const aihow_state* state, size_t index, aihow_network* network, aihow_error** error) {
  return get(state, index, network, error);
}
int32_t aihow_state_get_volume(const aihow_state* state, size_t index, aihow_volume* volume, aihow_error** error) {
  return get(state, index, volume, error);
}
int32_t aihow_state_get_pool(const aihow_state* state, size_t index, aihow_pool* pool, aihow_error** error) { return get(state, index, pool, error); }

int32_t aihow_state_get_vms(const aihow_state* state, size_t first, size_t count, aihow_vm* vms, aihow_error** error) {
  return guard(error, [&] {
    const auto from = use<State>(state);
    const std::size_t all = from->read().vms.size();
    if (first > all || count > all - first) no_object("vm", first + count, all);
    if (count == 0) return;
    const std::size_t size = out(vms, "vms").struct_size;
    require_size(size, first_size<aihow_vm>, "vms");
    auto* target = reinterpret_cast<char*>(vms);
    for (std::size_t i = 0; i < count; ++i, target += size) {
      aihow_vm filled = Kind<aihow_vm>::look(*from, first + i);
      filled.struct_size = size;
      std::memcpy(target, &filled, std::min(size, sizeof filled));
    }
  });
}

int32_t aihow_state_set_vm(aihow_state* state, size_t index, const aihow_vm* vm, aihow_error** error) { return set(state, index, vm, error); }
int32_t aihow_state_set_network(aihow_state* state, size_t index, const aihow_network* network, aihow_error** error) {
  return set(state, index, network, error);
}
int32_t aihow_state_set_volume(aihow_state* state, size_t index, const aihow_volume* volume, aihow_error** error) {
  return set(state, index, volume, error);
}
int32_t aihow_state_set_pool(aihow_state* state, size_t index, const aihow_pool* pool, aihow_error** error) { return set(state, index, pool, error); }

int32_t aihow_state_insert_vm(aihow_state* state, size_t index, const aihow_vm* vm, aihow_error** error) { return insert(state, index, vm, error); }
int32_t aihow_state_insert_network(aihow_state* state, size_t index, const aihow_network* network, aihow_error** error) {
  return insert(state, index, network, error);
}
int32_t aihow_state_insert_volume(aihow_state* state, size_t index, const aihow_volume* volume, aihow_error** error) {
  return insert(state, index, volume, error);
}
int32_t aihow_state_insert_pool(aihow_state* state, size_t index, const aihow_pool* pool, aihow_error** error) {
  return insert(state, index, pool, error);
}

int32_t aihow_state_remove(aihow_state* state, int32_t kind, size_t index, aihow_error** error) {
  return guard(error, [&] {
    const auto to = use<State>(state);
    const ObjectKind wanted = to_kind(kind);
    with_list(wanted, to->read(), [&](const auto& list) {
      if (index >= list.size()) no_object(to_string(wanted), index, list.size());
    });
    with_list(wanted, to->write(), [&](auto& list) { list.erase(list.begin() + static_cast<std::ptrdiff_t>(index)); });
  });
}

int32_t aihow_state_move(aihow_state* state, int32_t kind, size_t from, size_t to, aihow_error** error) {
  return guard(error, [&] {
    const auto changed = use<State>(state);
    const ObjectKind wanted = to_kind(kind);
    with_list(wanted, changed->read(), [&](const auto& list) {
      if (std::max(from, to) >= list.size()) no_object(to_string(wanted), std::max(from, to), list.size());
    });
    with_list(wanted, changed->write(), [&](auto& list) {
      const auto begin = list.begin();
      const auto at = [&](std::size_t i) { return begin + static_cast<std::ptrdiff_t>(i); };
      if (from < to) std::rotate(at(from), at(from + 1), at(to + 1));
      else std::rotate(at(to), at(from), at(from + 1));
    });
  });
}
}

// SPDX-License-Identifier: MIT
// The members of each object by group, and look-ups by name in two lists that mostly have one order.
#pragma once
#include <aihow/state/model.hpp>
#include <algorithm>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <vector>

namespace aihow::state::inline v0::detail {

/// References to an object's members but its name: declared (what was asked for), observed (what is), times (never in conflict).
template <class Declared, class Observed, class Times>
struct Groups {
  Declared declared;
  Observed observed;
  Times times;
};
template <class Declared, class Observed, class Times>
Groups(Declared, Observed, Times) -> Groups<Declared, Observed, Times>;

// The structured bindings name every member: one that is added to a model does not compile here until it has its group.

template <class Vm>
requires std::same_as<std::remove_const_t<Vm>, VMInfo>
auto groups(Vm& vm) noexcept {
  auto& [name, cpu_cores, memory_gb, state, ip_address, gpu_count, volumes, created_at, last_seen, role, auto_start, domain_name, domain_uuid,
         hypervisor, state_reason, unreachable_since, pending, unknown] = vm;
  return Groups{
      std::tie(cpu_cores, memory_gb, gpu_count, volumes, created_at, role, auto_start, domain_name, domain_uuid, hypervisor, pending, unknown),
      std::tie(state, state_reason, ip_address, unreachable_since), std::tie(last_seen)};
}
template <class Network>
requires std::same_as<std::remove_const_t<Network>, NetworkInfo>
auto groups(Network& network) noexcept {
  auto& [name, subnet, bridge, active_ips, uuid, missing_since, inactive_since, pending, unknown] = network;
  return Groups{std::tie(subnet, bridge, uuid, pending, unknown), std::tie(missing_since, inactive_since, active_ips), std::tuple<>{}};
}
template <class Volume>
requires std::same_as<std::remove_const_t<Volume>, VolumeInfo>
auto groups(Volume& volume) noexcept {
  auto& [name, path, size_gb, format, pool, backing_file, missing_since, pending, unknown] = volume;
  return Groups{std::tie(path, size_gb, format, pool, backing_file, pending, unknown), std::tie(missing_since), std::tuple<>{}};
}
template <class Pool>
requires std::same_as<std::remove_const_t<Pool>, PoolInfo>
auto groups(Pool& pool) noexcept {
  auto& [name, uuid, path, owned, owns_directory, missing_since, inactive_since, pending, unknown] = pool;
  return Groups{std::tie(uuid, path, owned, owns_directory, pending, unknown), std::tie(missing_since, inactive_since), std::tuple<>{}};
}
/// The root without its lists; `status` stands alone in `observed`.
template <class State>
requires std::same_as<std::remove_const_t<State>, ClusterState>
auto groups(State& state) noexcept {
  auto& [cluster_name, cluster_type, status, created_at, last_modified, vms, networks, volumes, pools, unknown, revision, lineage, unknown_in_aihow,
         origin] = state;
  return Groups{std::tie(cluster_name, cluster_type, created_at, unknown, unknown_in_aihow), std::tie(status), std::tie(last_modified)};
}

/// Takes over another state's root: all but the lists and the origin.
inline void take_root(ClusterState& to, const ClusterState& from) {
  groups(to).declared = groups(from).declared;
  groups(to).observed = groups(from).observed;
  groups(to).times = groups(from).times;
  to.revision = from.revision;
  to.lineage = from.lineage;
}
inline ClusterState root_of(const ClusterState& state) {
  ClusterState root;
  take_root(root, state);
  return root;
}

/// The same addresses, in whatever order.
inline bool same_set(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  if (a == b) return true;
  if (a.size() != b.size()) return false;
  const auto sorted = [](const std::vector<std::string>& in) {
    std::vector<std::string_view> out(in.begin(), in.end());
    std::sort(out.begin(), out.end());
    return out;
  };
  return sorted(a) == sorted(b);
}

template <class Object>
bool same_declared(const Object& a, const Object& b) {
  return groups(a).declared == groups(b).declared;
}
template <class Object>
bool same_observed(const Object& a, const Object& b) {
  if constexpr (std::same_as<Object, NetworkInfo>)
    return a.missing_since == b.missing_since && a.inactive_since == b.inactive_since && same_set(a.active_ips, b.active_ips);
  else return groups(a).observed == groups(b).observed;
}

/// Positions by name. Two lists mostly agree in their order, so the list is searched from the place on that is given as a hint. The table is made
/// only where that has taken more looks than the table would.
template <class Object>
class NameIndex {
 public:
  explicit NameIndex(const std::vector<Object>& objects) noexcept : objects_(objects), looks_left_(4 * objects.size()) {}

  std::optional<std::size_t> find(std::string_view name, std::size_t hint) {
    if (looks_left_ >= objects_.size()) return search(name, std::min(hint, objects_.size()));
    if (hint < objects_.size() && objects_[hint].name == name) return hint;
    if (!made_) {
      positions_.reserve(objects_.size());
      for (std::size_t i = 0; i < objects_.size(); ++i) positions_.try_emplace(objects_[i].name, i);
      made_ = true;
    }
    const auto found = positions_.find(name);
    return found == positions_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  /// From the hint to the end, then from the beginning to the hint.
  std::optional<std::size_t> search(std::string_view name, std::size_t hint) {
    for (std::size_t looks = 0, at = hint; looks < objects_.size(); ++looks, ++at) {
      if (at == objects_.size()) at = 0;
      --looks_left_;
      if (objects_[at].name == name) return at;
    }
    return std::nullopt;
  }

  const std::vector<Object>& objects_;
  std::unordered_map<std::string_view, std::size_t> positions_;
  std::size_t looks_left_;
  bool made_ = false;
};

}  // namespace aihow::state::inline v0::detail

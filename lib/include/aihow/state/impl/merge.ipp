// SPDX-License-Identifier: MIT
// Bodies of merge().
#pragma once
#include <aihow/state/impl/objects.ipp>
#include <iterator>
#include <utility>

namespace aihow::state::inline v0 {
namespace detail {

inline std::string conflict_name(ObjectKind kind, std::string_view name, std::string_view how) {
  std::string out(to_string(kind));
  if (!name.empty()) out.append(" ").append(name);
  return out.append(" (").append(how).append(")");
}

/// The value of a time that never conflicts: the one that was changed; of two changes the later.
inline Timestamp merge_time(const Timestamp& base, const Timestamp& mine, const Timestamp& theirs) noexcept {
  if (mine == base) return theirs;
  if (theirs == base) return mine;
  return earlier(theirs, mine) ? mine : theirs;
}

/// What both have, onto `theirs`.
template <class Object>
void merge_object(ObjectKind kind, const Object& base, const Object& mine, Object& theirs, std::vector<std::string>& conflicts) {
  if (!same_declared(mine, base)) {
    if (same_declared(theirs, base)) {
      groups(theirs).declared = groups(mine).declared;
    } else if (!same_declared(mine, theirs)) {
      conflicts.push_back(conflict_name(kind, mine.name, "declared"));
    }
  }
  if (!same_observed(mine, base)) {
    if (same_observed(theirs, base)) {
      groups(theirs).observed = groups(mine).observed;
    } else if (!same_observed(mine, theirs)) {
      conflicts.push_back(conflict_name(kind, mine.name, "observed"));
    }
  } else if constexpr (std::same_as<Object, NetworkInfo>) {
    if (theirs.active_ips == base.active_ips) theirs.active_ips = mine.active_ips;
  }
  if constexpr (std::same_as<Object, VMInfo>) theirs.last_seen = merge_time(base.last_seen, mine.last_seen, theirs.last_seen);
}

template <class Object>
bool same_but_times(const Object& a, const Object& b) {
  return same_declared(a, b) && same_observed(a, b);
}

/// Whether `mine` says something about order: anything other than removing from `base` and adding at its end.
template <class Object>
bool has_own_order(const std::vector<Object>& base, const std::vector<Object>& mine) {
  NameIndex<Object> index(base);
  std::size_t next = 0;
  bool added = false;
  for (const Object& object : mine) {
    const auto at = index.find(object.name, next);
    if (!at) {
      added = true;
      continue;
    }
    if (added || *at < next) return true;
    next = *at + 1;
  }
  return false;
}

template <class Object>
void reorder_like(const std::vector<Object>& order, std::vector<Object>& objects) {
  NameIndex<Object> index(order);
  std::vector<std::pair<std::size_t, std::size_t>> keys;  // (place in `order`, else after all of them; place now)
  keys.reserve(objects.size());
  for (std::size_t i = 0; i < objects.size(); ++i) keys.emplace_back(index.find(objects[i].name, i).value_or(order.size()), i);
  std::sort(keys.begin(), keys.end());
  std::vector<Object> out;
  out.reserve(objects.size());
  for (const auto& [place, now] : keys) out.push_back(std::move(objects[now]));
  objects = std::move(out);
}

/// Merges one list onto `theirs`, which keeps its order; what only `mine` has comes last.
template <class Object>
void merge_objects(ObjectKind kind, const std::vector<Object>& base, const std::vector<Object>& mine, std::vector<Object>& theirs,
                   std::vector<std::string>& conflicts) {
  std::vector<bool> gone(theirs.size());
  std::vector<const Object*> added;
  {
    NameIndex<Object> in_base(base);
    NameIndex<Object> in_theirs(theirs);
    for (std::size_t i = 0; i < mine.size(); ++i) {
      const Object& object = mine[i];
      const auto at_base = in_base.find(object.name, i);
      const auto at_theirs = in_theirs.find(object.name, i);
      if (at_base && at_theirs) {
        merge_object(kind, base[*at_base], object, theirs[*at_theirs], conflicts);
      } else if (at_theirs) {
        if (!same_but_times(object, theirs[*at_theirs])) conflicts.push_back(conflict_name(kind, object.name, "added on both sides"));
      } else if (!at_base) {
        added.push_back(&object);
      } else if (!same_but_times(base[*at_base], object)) {
        conflicts.push_back(conflict_name(kind, object.name, "changed here, removed there"));
      }
    }
    NameIndex<Object> in_mine(mine);
    for (std::size_t i = 0; i < base.size(); ++i) {
      if (in_mine.find(base[i].name, i)) continue;
      const auto at_theirs = in_theirs.find(base[i].name, i);
      if (!at_theirs) continue;
      if (same_but_times(base[i], theirs[*at_theirs])) {
        gone[*at_theirs] = true;
      } else {
        conflicts.push_back(conflict_name(kind, base[i].name, "removed here, changed there"));
      }
    }
  }
  if (std::find(gone.begin(), gone.end(), true) != gone.end()) {
    std::vector<Object> kept;
    kept.reserve(theirs.size());
    for (std::size_t i = 0; i < theirs.size(); ++i) {
      if (!gone[i]) kept.push_back(std::move(theirs[i]));
    }
    theirs = std::move(kept);
  }
  theirs.reserve(theirs.size() + added.size());
  for (const Object* object : added) theirs.push_back(*object);
  if (has_own_order(base, mine)) reorder_like(mine, theirs);
}

}  // namespace detail

inline Merge merge(const ClusterState& base, const ClusterState& mine, const ClusterState& theirs) {
  using detail::same_declared;
  Merge out{theirs, {}};
  ClusterState& state = out.state;
  if (!same_declared(mine, base)) {
    if (same_declared(theirs, base)) {
      detail::groups(state).declared = detail::groups(mine).declared;
    } else if (!same_declared(mine, theirs)) {
      out.conflicts.push_back(detail::conflict_name(ObjectKind::cluster, {}, "declared"));
    }
  }
  state.last_modified = detail::merge_time(base.last_modified, mine.last_modified, theirs.last_modified);
  detail::merge_objects(ObjectKind::vm, base.vms, mine.vms, state.vms, out.conflicts);
  detail::merge_objects(ObjectKind::network, base.networks, mine.networks, state.networks, out.conflicts);
  detail::merge_objects(ObjectKind::volume, base.volumes, mine.volumes, state.volumes, out.conflicts);
  detail::merge_objects(ObjectKind::pool, base.pools, mine.pools, state.pools, out.conflicts);
  if (mine.status != base.status) {
    // Two words for what the VMs are doing are both out of date: the VMs as merged decide.
    state.status = theirs.status == base.status || theirs.status == mine.status ? mine.status : std::string(derive_status(state.vms));
  }
  return out;
}

}  // namespace aihow::state::inline v0

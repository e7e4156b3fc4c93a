// SPDX-License-Identifier: MIT
// Bodies of diff().
#pragma once
#include <aihow/state/impl/objects.ipp>

namespace aihow::state::inline v0 {
namespace detail {

/// Adds an object that both have, where it differs.
template <class Object>
void diff_object(ObjectKind kind, const std::vector<Object>& before, std::size_t at, const std::vector<Object>& after, std::size_t i,
                 StateDiff& out) {
  const Object& old = before[at];
  const Object& object = after[i];
  if (old == object) return;
  out.changes.push_back({kind, object.name});
  out.places.push_back({at, i});
  out.touch_only = out.touch_only && same_declared(old, object) && same_observed(old, object);
}

/// Adds the differing objects of one kind, those of `after` first (in its order), then the removed ones; returns whether those that both have
/// stand in another order.
template <class Object>
bool diff_objects(ObjectKind kind, const std::vector<Object>& before, const std::vector<Object>& after, StateDiff& out) {
  constexpr std::size_t nowhere = static_cast<std::size_t>(-1);
  NameIndex<Object> index(before);
  std::vector<bool> matched(before.size());
  std::size_t next = 0;
  std::size_t highest = nowhere;
  bool reordered = false;
  const auto differs = [&](const std::string& name, StateDiff::Places places) {
    out.changes.push_back({kind, name});
    out.places.push_back(places);
  };
  for (std::size_t i = 0; i < after.size(); ++i) {
    const Object& object = after[i];
    const auto at = index.find(object.name, next);
    // A second object of one name is a change too, so that whoever validates what changed sees it.
    if (!at || matched[*at]) {
      differs(object.name, {std::nullopt, i});
      out.touch_only = false;
      continue;
    }
    matched[*at] = true;
    reordered |= highest != nowhere && *at < highest;
    highest = *at;
    next = *at + 1;
    diff_object(kind, before, *at, after, i, out);
  }
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (matched[i]) continue;
    differs(before[i].name, {i, std::nullopt});
    out.touch_only = false;
  }
  return reordered;
}

/// The cluster itself is the first change.
inline void add_root(StateDiff& diff) {
  diff.changes.insert(diff.changes.begin(), {ObjectKind::cluster, {}});
  diff.places.insert(diff.places.begin(), StateDiff::Places{});
}

}  // namespace detail

inline StateDiff diff(const ClusterState& before, const ClusterState& after) {
  StateDiff objects;
  bool& reordered = objects.reordered;
  reordered |= detail::diff_objects(ObjectKind::vm, before.vms, after.vms, objects);
  reordered |= detail::diff_objects(ObjectKind::network, before.networks, after.networks, objects);
  reordered |= detail::diff_objects(ObjectKind::volume, before.volumes, after.volumes, objects);
  reordered |= detail::diff_objects(ObjectKind::pool, before.pools, after.pools, objects);

  const bool root = reordered || !detail::same_declared(before, after) || !detail::same_observed(before, after);
  if (!root && before.last_modified == after.last_modified) return objects;
  detail::add_root(objects);
  objects.touch_only = objects.touch_only && !root;
  return objects;
}

}  // namespace aihow::state::inline v0

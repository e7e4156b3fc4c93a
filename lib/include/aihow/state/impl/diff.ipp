// SPDX-License-Identifier: MIT
// Bodies of diff().
#pragma once
#include <aihow/state/impl/objects.ipp>

namespace aihow::state::inline v0 {
namespace detail {

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
  const auto changed = [&](const std::string& name) {
    out.changes.push_back({kind, name});
    out.touch_only = false;
  };
  for (const Object& object : after) {
    const auto at = index.find(object.name, next);
    // A second object of one name is a change too, so that whoever validates what changed sees it.
    if (!at || matched[*at]) {
      changed(object.name);
      continue;
    }
    matched[*at] = true;
    reordered |= highest != nowhere && *at < highest;
    highest = *at;
    next = *at + 1;
    const Object& old = before[*at];
    if (old == object) continue;
    if (same_declared(old, object) && same_observed(old, object)) out.changes.push_back({kind, object.name});
    else changed(object.name);
  }
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!matched[i]) changed(before[i].name);
  }
  return reordered;
}

}  // namespace detail

inline StateDiff diff(const ClusterState& before, const ClusterState& after) {
  StateDiff objects;
  bool reordered = detail::diff_objects(ObjectKind::vm, before.vms, after.vms, objects);
  reordered |= detail::diff_objects(ObjectKind::network, before.networks, after.networks, objects);
  reordered |= detail::diff_objects(ObjectKind::volume, before.volumes, after.volumes, objects);
  reordered |= detail::diff_objects(ObjectKind::pool, before.pools, after.pools, objects);

  const bool root = reordered || !detail::same_declared(before, after) || !detail::same_observed(before, after);
  if (!root && before.last_modified == after.last_modified) return objects;
  StateDiff out;
  out.changes.reserve(objects.changes.size() + 1);
  out.changes.push_back({ObjectKind::cluster, {}});
  out.changes.insert(out.changes.end(), std::make_move_iterator(objects.changes.begin()), std::make_move_iterator(objects.changes.end()));
  out.touch_only = objects.touch_only && !root;
  return out;
}

}  // namespace aihow::state::inline v0

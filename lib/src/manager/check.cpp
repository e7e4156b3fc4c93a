// SPDX-License-Identifier: MIT
#include "check.hpp"
#include <aihow/state/impl/objects.ipp>
#include <aihow/state/validate.hpp>
#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <utility>
#include <vector>
#include "model/quick_hash.hpp"

namespace aihow::state::inline v0 {
namespace {

/// Above this many the whole document is as quickly checked.
constexpr std::size_t few = 1'000;

using Texts = boost::unordered_flat_set<std::string_view, detail::QuickHash>;

/// The state with all that changed VMs are checked against, and no VM.
ClusterState without_vms(const ClusterState& after) {
  ClusterState part = detail::root_of(after);
  for (const NetworkInfo& network : after.networks) {
    NetworkInfo& copy = part.networks.emplace_back();
    copy.name = network.name;
    copy.subnet = network.subnet;
    copy.bridge = network.bridge;
  }
  return part;
}

/// Whether the change can be judged by the changed VMs alone. `changed`: where they stand in `after`, ascending.
bool is_judged_by_part(const ClusterState& before, const ClusterState& after, const StateDiff& diff, std::vector<std::size_t>& changed) {
  if (diff.changes.size() > few) return false;
  Texts names;
  Texts addresses;
  for (std::size_t i = 0; i < diff.changes.size(); ++i) {
    const auto& [at_before, at_after] = diff.places[i];
    if (diff.changes[i].kind == ObjectKind::cluster) continue;
    if (diff.changes[i].kind != ObjectKind::vm) return false;
    if (!at_after) continue;
    const VMInfo& vm = after.vms[*at_after];
    changed.push_back(*at_after);
    // The name and the address that it had before no other one has that did not change too.
    if (!at_before) names.insert(vm.name);
    if (vm.ip_address && (!at_before || before.vms[*at_before].ip_address != vm.ip_address)) addresses.insert(*vm.ip_address);
  }
  if (names.empty() && addresses.empty()) return true;
  auto next = changed.begin();
  for (std::size_t i = 0; i < after.vms.size(); ++i) {
    if (next != changed.end() && *next == i) {
      ++next;
      continue;
    }
    const VMInfo& vm = after.vms[i];
    if (names.contains(vm.name) || (vm.ip_address && addresses.contains(*vm.ip_address))) return false;
  }
  return true;
}

}  // namespace

void require_valid_change(const ClusterState& before, ClusterState& after, const StateDiff& diff, std::string_view location) {
  std::vector<std::size_t> changed;
  if (!is_judged_by_part(before, after, diff, changed)) return require_valid(after, location);
  ClusterState part = without_vms(after);
  part.vms.reserve(changed.size());
  for (const std::size_t at : changed) part.vms.push_back(std::move(after.vms[at]));
  const bool is_valid = validate(part).empty();
  for (std::size_t i = 0; i < changed.size(); ++i) after.vms[changed[i]] = std::move(part.vms[i]);
  // What is found in the part is looked for again in the whole, whose pointers say the right place.
  if (!is_valid) require_valid(after, location);
}

}  // namespace aihow::state::inline v0

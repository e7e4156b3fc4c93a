// SPDX-License-Identifier: MIT
#include "check.hpp"
#include <aihow/state/validate.hpp>
#include <algorithm>

namespace aihow::state::inline v0 {
namespace {

/// Above this many the whole document is as quickly checked.
constexpr std::size_t few = 16;

/// Whether the change can be judged by the changed VMs alone; they are put into `part`, a state that has all that they are checked against.
bool take_part(const ClusterState& after, const StateDiff& changes, ClusterState& part) {
  std::vector<std::string_view> names;
  for (const Change& change : changes.changes) {
    if (change.kind == ObjectKind::cluster) continue;
    if (change.kind != ObjectKind::vm || names.size() == few) return false;
    names.push_back(change.name);
  }
  part.cluster_name = after.cluster_name;
  part.cluster_type = after.cluster_type;
  part.status = after.status;
  part.created_at = after.created_at;
  part.last_modified = after.last_modified;
  part.lineage = after.lineage;
  part.revision = after.revision;
  part.unknown = after.unknown;
  part.unknown_in_aihow = after.unknown_in_aihow;
  part.networks = after.networks;

  const auto is_changed = [&](const VMInfo& vm) { return std::find(names.begin(), names.end(), vm.name) != names.end(); };
  std::vector<const std::string*> addresses;
  for (const VMInfo& vm : after.vms) {
    if (!is_changed(vm)) continue;
    part.vms.push_back(vm);
    if (vm.ip_address) addresses.push_back(&*vm.ip_address);
  }
  return addresses.empty() || std::none_of(after.vms.begin(), after.vms.end(), [&](const VMInfo& vm) {
           return vm.ip_address && std::any_of(addresses.begin(), addresses.end(), [&](const std::string* a) { return *a == *vm.ip_address; }) &&
                  !is_changed(vm);
         });
}

}  // namespace

void require_valid_change(const ClusterState& after, const StateDiff& changes, std::string_view location) {
  ClusterState part;
  // What is found in the part is looked for again in the whole, whose pointers say the right place.
  if (!take_part(after, changes, part) || !validate(part).empty()) require_valid(after, location);
}

}  // namespace aihow::state::inline v0

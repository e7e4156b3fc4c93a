// SPDX-License-Identifier: MIT
#include "check.hpp"
#include <aihow/state/impl/objects.ipp>
#include <aihow/state/validate.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <algorithm>
#include "model/quick_hash.hpp"

namespace aihow::state::inline v0 {
namespace {

/// Above this many the whole document is as quickly checked.
constexpr std::size_t few = 1'000;

/// A few texts, which need no table where they are very few.
class Texts {
 public:
  bool empty() const noexcept { return list_.empty(); }
  void add(std::string_view text) {
    list_.push_back(text);
    if (list_.size() > scanned) table_.insert(list_.size() == scanned + 1 ? list_.begin() : list_.end() - 1, list_.end());
  }
  bool contains(std::string_view text) const {
    return table_.empty() ? std::find(list_.begin(), list_.end(), text) != list_.end() : table_.contains(text);
  }

 private:
  static constexpr std::size_t scanned = 4;
  std::vector<std::string_view> list_;
  boost::unordered_flat_set<std::string_view, detail::QuickHash> table_;
};

/// The state with all that changed VMs are checked against, and no VM.
ClusterState without_vms(const ClusterState& after) {
  ClusterState part;
  part.cluster_name = after.cluster_name;
  part.cluster_type = after.cluster_type;
  part.status = after.status;
  part.created_at = after.created_at;
  part.last_modified = after.last_modified;
  part.lineage = after.lineage;
  part.revision = after.revision;
  part.unknown = after.unknown;
  part.unknown_in_aihow = after.unknown_in_aihow;
  for (const NetworkInfo& network : after.networks) {
    NetworkInfo& copy = part.networks.emplace_back();
    copy.name = network.name;
    copy.subnet = network.subnet;
    copy.bridge = network.bridge;
  }
  return part;
}

/// Whether the change can be judged by the changed VMs alone, which are put into `part`.
bool take_part(const ClusterState& before, const ClusterState& after, const StateDiff& changes, ClusterState& part) {
  if (changes.changes.size() > few) return false;
  Texts names;
  for (const Change& change : changes.changes) {
    if (change.kind == ObjectKind::vm) names.add(change.name);
    else if (change.kind != ObjectKind::cluster) return false;
  }
  part = without_vms(after);
  Texts new_addresses;
  detail::NameIndex<VMInfo> in_before(before.vms);
  std::size_t hint = 0;
  for (const VMInfo& vm : after.vms) {
    if (!names.contains(vm.name)) continue;
    part.vms.push_back(vm);
    if (!vm.ip_address) continue;
    // What it had before no other one has, unless that one changed too.
    const auto at = in_before.find(vm.name, hint);
    if (at) hint = *at + 1;
    if (!at || before.vms[*at].ip_address != vm.ip_address) new_addresses.add(*vm.ip_address);
  }
  return new_addresses.empty() || std::none_of(after.vms.begin(), after.vms.end(), [&](const VMInfo& vm) {
           return vm.ip_address && new_addresses.contains(*vm.ip_address) && !names.contains(vm.name);
         });
}

}  // namespace

void require_valid_change(const ClusterState& before, const ClusterState& after, const StateDiff& changes, std::string_view location) {
  ClusterState part;
  // What is found in the part is looked for again in the whole, whose pointers say the right place.
  if (!take_part(before, after, changes, part) || !validate(part).empty()) require_valid(after, location);
}

}  // namespace aihow::state::inline v0

// SPDX-License-Identifier: MIT
#include "observed.hpp"
#include <aihow/state/diff.hpp>
#include <aihow/state/impl/objects.ipp>
#include <aihow/state/validate.hpp>
#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include "model/address.hpp"

namespace aihow::state::inline v0 {
namespace {

/// Puts those objects back to `newest` that others changed since `base`.
template <class Object, class IsOvertaken>
void keep_overtaken(const std::vector<Object>& base, const std::vector<Object>& newest, std::vector<Object>& taken, const IsOvertaken& is_overtaken) {
  detail::NameIndex<Object> index(base);
  std::size_t hint = 0;
  for (std::size_t i = 0; i < newest.size(); ++i) {
    const auto at = index.find(newest[i].name, hint);
    if (at) hint = *at + 1;
    if (!at || is_overtaken(base[*at], newest[i])) taken[i] = newest[i];
  }
}

bool vm_is_overtaken(const VMInfo& base, const VMInfo& newest) {
  return !detail::same_observed(base, newest) || (base.last_seen != newest.last_seen && earlier(base.last_seen, newest.last_seen));
}

/// A root in which one object is checked alone.
ClusterState frame(const ClusterState& state) {
  ClusterState out;
  out.cluster_name = state.cluster_name;
  out.cluster_type = state.cluster_type;
  out.status = "stopped";
  return out;
}

std::string refusal(ObjectKind kind, std::string_view name, const Problem& problem) {
  return std::string(to_string(kind)).append(" ").append(name).append(": what was observed cannot be recorded: ").append(problem.message);
}

class Refuser {
 public:
  Refuser(const ClusterState& newest, Taken& taken) : newest_(newest), taken_(taken), part_(frame(newest)) {}

  /// To be called first: what addresses are checked against.
  void networks() {
    auto& networks = taken_.state.networks;
    for (std::size_t i = 0; i < networks.size(); ++i) {
      const NetworkInfo& before = newest_.networks[i];
      if (networks[i] == before) continue;
      if (networks[i].subnet != before.subnet) leave_behind(networks[i]);
      ClusterState part = frame(newest_);
      part.networks = {networks[i]};
      refuse(ObjectKind::network, part, networks[i], [&](NetworkInfo& network) {
        network.subnet = before.subnet;
        network.bridge = before.bridge;
        network.active_ips = before.active_ips;
      });
      moved_ = moved_ || networks[i].subnet != before.subnet;
    }
    part_.networks = networks;
    for (NetworkInfo& network : part_.networks) network.active_ips.clear();
  }

  void pools() {
    auto& pools = taken_.state.pools;
    for (std::size_t i = 0; i < pools.size(); ++i) {
      const PoolInfo& before = newest_.pools[i];
      if (pools[i] == before) continue;
      ClusterState part = frame(newest_);
      part.pools = {pools[i]};
      refuse(ObjectKind::pool, part, pools[i], [&](PoolInfo& pool) {
        pool.path = before.path;
        pool.owns_directory = before.owns_directory;
      });
    }
  }

  void volumes() {
    auto& volumes = taken_.state.volumes;
    for (std::size_t i = 0; i < volumes.size(); ++i) {
      if (volumes[i] == newest_.volumes[i]) continue;
      ClusterState part = frame(newest_);
      part.volumes = {volumes[i]};
      refuse(ObjectKind::volume, part, volumes[i], [&](VolumeInfo& volume) { volume.size_gb = newest_.volumes[i].size_gb; });
    }
  }

  void vms() {
    auto& vms = taken_.state.vms;
    for (std::size_t i = 0; i < vms.size(); ++i) {
      const VMInfo& before = newest_.vms[i];
      if (moved_) leave_behind(vms[i]);
      if (vms[i] == before || only_seen(before, vms[i])) continue;
      part_.vms = {vms[i]};
      refuse(ObjectKind::vm, part_, vms[i], [&](VMInfo& vm) {
        VMInfo kept = before;
        if (moved_) leave_behind(kept);
        kept.state = vm.state;
        kept.last_seen = vm.last_seen;
        kept.unreachable_since = vm.unreachable_since;
        // The old reason would be one of another state.
        kept.state_reason = is_recordable_reason(vm.state_reason) ? vm.state_reason : "";
        vm = std::move(kept);
      });
    }
    shared_addresses();
  }

 private:
  /// Addresses that the network had where it was before.
  void leave_behind(NetworkInfo& network) {
    const auto subnet = detail::parse_cidr(network.subnet);
    std::erase_if(network.active_ips, [&](const std::string& text) {
      const auto address = detail::parse_address(text);
      if (!subnet || !address || subnet->contains(*address)) return false;
      taken_.refused.push_back(refusal(ObjectKind::network, network.name, {{}, text + " is no address of " + network.subnet}));
      return true;
    });
  }
  void leave_behind(VMInfo& vm) {
    const auto address = vm.ip_address ? detail::parse_address(*vm.ip_address) : std::nullopt;
    if (!address) return;
    const auto has_it = [&](const NetworkInfo& network) {
      const auto subnet = detail::parse_cidr(network.subnet);
      return subnet && subnet->contains(*address);
    };
    if (std::any_of(part_.networks.begin(), part_.networks.end(), has_it)) return;
    taken_.refused.push_back("vm " + vm.name + ": its address " + *vm.ip_address + " is in no network any more: left out");
    vm.ip_address.reset();
  }

  static bool only_seen(const VMInfo& before, const VMInfo& after) {
    return detail::same_declared(before, after) && detail::same_observed(before, after);
  }

  bool is_recordable_reason(const std::string& reason) {
    ClusterState part = frame(newest_);
    part.vms.emplace_back().name = "vm";
    part.vms.back().state_reason = reason;
    return validate(part).empty();
  }

  template <class Object, class Restore>
  void refuse(ObjectKind kind, const ClusterState& part, Object& object, const Restore& restore) {
    const auto problems = validate(part);
    if (problems.empty()) return;
    for (const Problem& problem : problems) taken_.refused.push_back(refusal(kind, object.name, problem));
    restore(object);
  }

  /// One address on two VMs: the one that was seen now has it, of two such the first.
  void shared_addresses() {
    auto& vms = taken_.state.vms;
    const auto is_new = [&](std::size_t i) { return vms[i].ip_address && vms[i].ip_address != newest_.vms[i].ip_address; };
    bool any = false;
    for (std::size_t i = 0; i < vms.size(); ++i) any |= is_new(i);
    if (!any) return;
    std::unordered_map<std::string_view, std::size_t> owners;
    for (std::size_t i = 0; i < vms.size(); ++i) {
      if (!vms[i].ip_address) continue;
      const auto [owner, is_first] = owners.try_emplace(*vms[i].ip_address, i);
      if (is_first) continue;
      std::size_t loser = i;
      if (vms[i].last_seen != newest_.vms[i].last_seen && vms[owner->second].last_seen == newest_.vms[owner->second].last_seen) {
        std::swap(loser, owner->second);
      }
      taken_.refused.push_back("vm " + vms[loser].name + ": its address " + *vms[loser].ip_address + " is also that of another VM: left out");
      lost_.push_back(loser);
    }
    // Only now: the table above looks at the addresses' own text.
    for (const std::size_t i : lost_) vms[i].ip_address.reset();
  }

  const ClusterState& newest_;
  Taken& taken_;
  ClusterState part_;   ///< with the networks that there are
  bool moved_ = false;  ///< some network has another subnet than before
  std::vector<std::size_t> lost_;
};

/// Those of `before` that are none `after` any more.
std::vector<Difference> resolved(std::vector<Difference> before, const std::vector<Difference>& after) {
  const auto key = [](const Difference& difference) {
    return std::string(to_string(difference.kind)) + "/" + difference.field + "/" + difference.name;
  };
  std::unordered_set<std::string> left;
  for (const Difference& difference : after) left.insert(key(difference));
  std::erase_if(before, [&](const Difference& difference) { return left.count(key(difference)) != 0; });
  return before;
}

}  // namespace

Taken take_up(const ClusterState& base, const ClusterState& newest, const Observation& observation) {
  Taken out{newest, {}, false, false, {}};
  const Applied applied = apply(out.state, observation);
  keep_overtaken(base.vms, newest.vms, out.state.vms, vm_is_overtaken);
  const auto is_overtaken = [](const auto& a, const auto& b) { return !detail::same_declared(a, b) || !detail::same_observed(a, b); };
  keep_overtaken(base.networks, newest.networks, out.state.networks, is_overtaken);
  keep_overtaken(base.volumes, newest.volumes, out.state.volumes, is_overtaken);
  keep_overtaken(base.pools, newest.pools, out.state.pools, is_overtaken);
  if (applied.changed) {
    Refuser refuser(newest, out);
    refuser.networks();
    refuser.pools();
    refuser.volumes();
    refuser.vms();
  }
  const StateDiff changes = diff(newest, out.state);
  out.changed = !changes.touch_only;
  out.touched = !changes.empty();
  if (!out.changed) return out;
  out.differences = resolved(reconcile(newest, observation), reconcile(out.state, observation));
  return out;
}

bool is_fresh(const ClusterState& state, const Observation& observation, std::chrono::milliseconds interval) {
  const std::int64_t interval_us = std::chrono::duration_cast<std::chrono::microseconds>(interval).count();
  const std::int64_t now = observation.when.unix_us();
  detail::NameIndex<VMInfo> index(state.vms);
  std::size_t hint = 0;
  for (const VmObservation& seen : observation.vms) {
    const auto at = index.find(seen.name, hint);
    if (!at) continue;
    hint = *at + 1;
    // A time ahead of the clock is no reason to wait for it.
    const std::int64_t age_us = now - state.vms[*at].last_seen.unix_us();
    if (age_us < 0 || age_us >= interval_us) return false;
  }
  return true;
}

}  // namespace aihow::state::inline v0

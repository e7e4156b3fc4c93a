// SPDX-License-Identifier: MIT
#include "provision/plan.hpp"
#include <fmt/format.h>
#include <algorithm>
#include "provision/identity.hpp"

namespace aihow::tool {
namespace {

using state::ClusterState;
using state::ObjectKind;
using state::VMInfo;
using state::VMState;

class Planner {
 public:
  Planner(const ClusterConfig& config, const ClusterState* existing) : config_(config), existing_(existing) {}

  ClusterPlan run() {
    out_.cluster = config_.name;
    out_.type = config_.type;
    network();
    pool();
    for (const NodeConfig& node : config_.nodes) volume(node);
    for (const NodeConfig& node : config_.nodes) vm(node);
    gone();
    return std::move(out_);
  }

 private:
  void item(PlanAction action, ObjectKind kind, std::string name, std::string detail) {
    out_.items.push_back({action, kind, std::move(name), std::move(detail)});
  }
  template <class Have, class Want>
  void compare(const std::string& object, const char* field, const Have& have, const Want& want) {
    if (have != want) out_.differences.push_back({object, field, fmt::to_string(have), fmt::to_string(want)});
  }
  /// The element of that name that exists: recorded, and not only intended.
  template <class Objects>
  auto existing(const Objects& objects, std::string_view name) const {
    auto* found = state::find_by_name(objects, name);
    return found != nullptr && found->pending != state::Pending::create ? found : nullptr;
  }

  void network() {
    const auto& want = config_.network;
    const auto* have = existing_ == nullptr ? nullptr : existing(existing_->networks, config_.network_name());
    item(have == nullptr ? PlanAction::create : PlanAction::keep, ObjectKind::network, config_.network_name(),
         fmt::format("{} on {}, DHCP {} to {}", want.subnet, want.bridge, want.dhcp_start, want.dhcp_end));
    if (have == nullptr) return;
    compare("network " + have->name, "subnet", have->subnet, want.subnet);
    compare("network " + have->name, "bridge", have->bridge, want.bridge);
  }

  void pool() {
    const auto* have = existing_ == nullptr ? nullptr : existing(existing_->pools, config_.pool_name);
    item(have == nullptr ? PlanAction::create : PlanAction::keep, ObjectKind::pool, config_.pool_name, config_.pool_path);
    if (have != nullptr) compare("pool " + have->name, "path", have->path, config_.pool_path);
  }

  void volume(const NodeConfig& node) {
    const auto name = volume_record(node.name);
    const auto* have = existing_ == nullptr ? nullptr : existing(existing_->volumes, name);
    item(have == nullptr ? PlanAction::create : PlanAction::keep, ObjectKind::volume, name,
         fmt::format("{} GiB qcow2 over {}", node.disk_gb, node.base_image));
    if (have == nullptr) return;
    compare("volume " + name, "size_gb", have->size_gb, std::int64_t{node.disk_gb});
    if (!have->backing_file.empty()) compare("volume " + name, "backing_file", have->backing_file, node.base_image);
  }

  void vm(const NodeConfig& node) {
    const VMInfo* have = existing_ == nullptr ? nullptr : existing(existing_->vms, node.name);
    const auto detail = fmt::format("{} {}, {} GiB memory, {}{}", node.cpu_cores, node.cpu_cores == 1 ? "core" : "cores", node.memory_gb,
                                    node.ip.value_or("DHCP"), node.auto_start ? "" : ", not started");
    const bool undefined = have == nullptr || have->state == VMState::UNDEFINED;
    const bool idle = undefined || have->state != VMState::RUNNING;
    item(undefined ? PlanAction::create : idle && node.auto_start ? PlanAction::start : PlanAction::keep, ObjectKind::vm, node.name, detail);
    if (undefined) return;  // it is made as the configuration says
    const auto object = "vm " + node.name;
    compare(object, "cpu_cores", have->cpu_cores, node.cpu_cores);
    compare(object, "memory_gb", have->memory_gb, node.memory_gb);
    compare(object, "auto_start", have->auto_start, node.auto_start);
    if (!have->role.empty()) compare(object, "role", have->role, node.role);
    if (node.ip && have->ip_address) compare(object, "ip_address", *have->ip_address, *node.ip);
    std::int32_t gpus = 0;
    for (const PassthroughDevice& device : node.devices) gpus += device.type == "gpu";
    compare(object, "gpu_count", have->gpu_count, gpus);
  }

  /// What exists and the configuration no longer names.
  void gone() {
    if (existing_ == nullptr) return;
    for (const VMInfo& vm : existing_->vms) {
      const bool wanted = std::any_of(config_.nodes.begin(), config_.nodes.end(), [&](const NodeConfig& node) { return node.name == vm.name; });
      if (!wanted) out_.differences.push_back({"vm " + vm.name, "", "exists", "is not in the configuration"});
    }
  }

  const ClusterConfig& config_;
  const ClusterState* existing_;
  ClusterPlan out_;
};

}  // namespace

std::string ConfigDifference::sentence() const {
  if (field.empty()) return fmt::format("{} {}, and {}", object, exists, wanted);
  return fmt::format("{}: {} is {}, the configuration says {}", object, field, exists, wanted);
}

ClusterPlan plan_cluster(const ClusterConfig& config, const ClusterState* existing) { return Planner(config, existing).run(); }

}  // namespace aihow::tool

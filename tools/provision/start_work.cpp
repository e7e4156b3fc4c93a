// SPDX-License-Identifier: MIT
#include "provision/start_work.hpp"
#include <fmt/format.h>
#include <chrono>
#include <optional>
#include "provision/identity.hpp"
#include "provision/ownership.hpp"
#include "provision/pool_path.hpp"
#include "provision/settings.hpp"
#include "provision/side_by_side.hpp"
#include "provision/xml.hpp"

namespace aihow::tool {
namespace {

using state::ClusterState;
using state::errc;
using state::Error;
using state::ObjectKind;
using state::Pending;
using state::VMState;

class Decider {
 public:
  Decider(World& world, const libvirt::Hypervisor& hypervisor, const ClusterConfig& config, const ClusterState* existing, const state::Uuid& lineage)
      : world_(world), hypervisor_(hypervisor), config_(config), existing_(existing), inventory_(hypervisor) {
    work_.lineage = lineage;
  }

  StartWork run() {
    network();
    pool();
    int first_host_cpu = 0;
    for (const NodeConfig& node : config_.nodes) {
      vm(node);
      work_.vms.back().first_host_cpu = first_host_cpu;
      first_host_cpu += node.cpu_cores;
    }
    if (!problems_.empty()) {
      std::string text = "nothing was done, since something stands in the way:";
      for (const std::string& problem : problems_) text += "\n  " + problem;
      throw OperationFailed(text + "\nRemove or rename what is not this cluster's, or choose other names in the configuration.");
    }
    tell();
    return std::move(work_);
  }

 private:
  /// What was decided, and why.
  void tell() const {
    const auto say = [&](const std::string& what, bool make, bool start) {
      world_.reporter.trace(what + (make ? " is not there: it is made" : start ? " is there and off: it is started" : " is there"));
    };
    say("network " + config_.network_name(), work_.make_network, work_.start_network);
    say("pool " + config_.pool_name, work_.make_pool, work_.start_pool);
    for (const VmWork& vm : work_.vms) {
      std::string what = vm.make_volume ? (vm.discard_volume ? ", its half-made disk is made again" : ", its disk is made") : "";
      if (vm.define) what += ", it is defined";
      if (vm.reserve) what += ", its address is reserved";
      if (vm.power != PowerOn::none) what += fmt::format(", {}", to_string(vm.power));
      world_.reporter.trace(fmt::format("VM {}{}", vm.node->name, what.empty() ? " is as it should be" : ":" + what.substr(1)));
    }
  }

  template <class Look>
  auto guarded(const Look& look) -> decltype(look()) {
    try {
      return look();
    } catch (const Error& error) {
      if (error.code() != state::errc::invalid) throw;
      problems_.emplace_back(error.what());
      return {};
    }
  }

  void network() {
    const auto name = config_.network_name();
    if (const auto own = guarded([&] { return own_network(hypervisor_, work_.lineage, name); })) {
      work_.start_network = !own->status().active;
      network_xml_ = own->xml();
      return;
    }
    if (const auto* other = inventory_.network(name)) {
      const auto found = hypervisor_.find_network(name);
      problems_.push_back(describe_foreign("network", name, other->uuid, found ? libvirt::read_mark(found->xml()) : std::nullopt));
    }
    work_.make_network = true;
  }

  void pool() {
    const auto& name = config_.pool_name;
    const auto own_uuid = state::object_uuid(work_.lineage, ObjectKind::pool, name);
    const auto* record = existing_ == nullptr ? nullptr : state::find_by_name(existing_->pools, name);
    const auto* found = inventory_.pool(name);
    directory_ = config_.pool_path;
    if (is_local(world_.uri)) guarded([&] { return require_safe_pool_path(config_.pool_path), 0; });
    if (found == nullptr) {
      work_.make_pool = true;
      // What an earlier run that was killed has made stays ours.
      work_.pool_owns_directory =
          (record != nullptr && record->owns_directory) || !is_local(world_.uri) || path_kind(config_.pool_path) == PathKind::absent;
      return;
    }
    work_.pool_owned = found->uuid == own_uuid;
    work_.pool_owns_directory = work_.pool_owned && record != nullptr && record->owns_directory;
    if (!work_.pool_owned && record != nullptr && record->owned && record->pending == Pending::none) {
      problems_.push_back(fmt::format("pool {}: it has been replaced by another one of that name (UUID {})", name, found->uuid.to_string()));
      return;
    }
    auto pool = hypervisor_.find_pool(found->uuid);
    if (!pool) return;
    directory_ = pool_directory(pool->xml());
    if (directory_ != config_.pool_path && !work_.pool_owned) {
      problems_.push_back(
          fmt::format("pool {}: it exists and keeps its volumes in {}, the configuration says {}", name, directory_, config_.pool_path));
      return;
    }
    if (!work_.pool_owned) {
      world_.reporter.notice(fmt::format("pool {} exists and is not this cluster's: it is used, and will not be removed", name));
    }
    if (!found->active) {
      work_.start_pool = true;
      return;
    }
    look_again_into(*pool);
    pool_ = std::move(pool);
  }

  /// Finds what was put there or taken away by hand. libvirt refuses that while a volume is made there: a copy goes on after its client was killed.
  void look_again_into(const libvirt::Pool& pool) {
    std::optional<Error> last;
    const auto refreshed = [&] {
      try {
        pool.refresh();
        return true;
      } catch (const Error& error) {
        // A pool that cannot be read is stopped by the attempt.
        if (error.code() != errc::io || !pool.status().active) throw;
        if (!last) world_.reporter.notice(fmt::format("pool {}: waiting for libvirt, which is at work in it ({})", pool.name(), error.message()));
        last = error;
        return false;
      }
    };
    if (!wait_until(refreshed, std::chrono::steady_clock::now() + world_.timeout * 3, world_.stop)) throw Error(*last);
  }

  bool volume_exists(const NodeConfig& node) {
    if (pool_) return pool_->find_volume(volume_file(node.name)).has_value();
    return is_local(world_.uri) && path_kind(volume_path(directory_, node.name)) != PathKind::absent;
  }

  void vm(const NodeConfig& node) {
    VmWork& work = work_.vms.emplace_back();
    work.node = &node;
    work.backing_file = node.base_image;
    const auto domain = guarded([&] { return own_domain(hypervisor_, work_.lineage, node.name); });
    if (!domain) {
      const auto name = config_.domain_name(node.name);
      if (const auto* other = inventory_.domain(name)) {
        const auto found = hypervisor_.find_domain(name);
        problems_.push_back(describe_foreign("domain", name, other->uuid, found ? libvirt::read_mark(found->xml(true)) : std::nullopt));
      }
      work.define = true;
    }
    volume(work, domain.has_value());
    reservation(work);
    const auto state = domain ? state_of(*domain) : VMState::SHUTOFF;
    const bool left_off = !node.auto_start && (state == VMState::SHUTOFF || state == VMState::CRASHED || state == VMState::DYING);
    if (!left_off) work.power = power_on_for(state);
    if (work.make_volume && !work.define && state != VMState::SHUTOFF) {
      problems_.push_back(
          fmt::format("vm {}: its disk {} is gone while it is {}; stop it first", node.name, volume_path(directory_, node.name), to_string(state)));
    }
  }

  void volume(VmWork& work, bool domain_exists) {
    const NodeConfig& node = *work.node;
    const auto* record = existing_ == nullptr ? nullptr : state::find_by_name(existing_->volumes, volume_record(node.name));
    const bool exists = volume_exists(node);
    if (record != nullptr && !record->backing_file.empty()) work.backing_file = record->backing_file;
    if (domain_exists && exists) return;  // a domain is defined only once its disk is whole
    if (record == nullptr && exists) {
      problems_.push_back(fmt::format("disk {}: something of that name exists and is not this cluster's", volume_path(directory_, node.name)));
      return;
    }
    const bool half_made = record != nullptr && record->pending == Pending::create;
    if (exists && !half_made) return;  // its own disk, whose domain is gone
    work.make_volume = true;
    work.discard_volume = exists;
    work.backing_file = node.base_image;
    if (record != nullptr && !half_made) {
      world_.reporter.notice(fmt::format("disk {} of VM {} is gone: it is made again, empty, from {}", record->path, node.name, node.base_image));
    }
  }

  void reservation(VmWork& work) {
    const NodeConfig& node = *work.node;
    work.reserve = work.define && node.ip && !work_.make_network && reserved_address(network_xml_, mac_address(work_.lineage, node.name)).empty();
  }

  World& world_;
  const libvirt::Hypervisor& hypervisor_;
  const ClusterConfig& config_;
  const ClusterState* existing_;
  Inventory inventory_;
  std::optional<libvirt::Pool> pool_;  ///< active
  std::string directory_;              ///< of the pool
  std::string network_xml_;
  StartWork work_;
  std::vector<std::string> problems_;
};

template <class Objects>
auto& find_or_add(Objects& objects, const std::string& name) {
  if (auto* found = state::find_by_name(objects, name)) return *found;
  auto& added = objects.emplace_back();
  added.name = name;
  return added;
}

Pending intent(bool make) { return make ? Pending::create : Pending::none; }

/// What is made anew is missing no more: it is pending.
template <class Object>
void set_intent(Object& object, bool make) {
  object.pending = intent(make);
  if (make) object.missing_since.reset();
}

}  // namespace

StartWork decide_start(World& world, const libvirt::Hypervisor& hypervisor, const ClusterConfig& config, const ClusterState* existing,
                       const state::Uuid& lineage) {
  return Decider(world, hypervisor, config, existing, lineage).run();
}

void record_intent(ClusterState& next, const ClusterConfig& config, const StartWork& work, const std::string& uri) {
  const auto now = state::Timestamp::now();
  auto& network = find_or_add(next.networks, config.network_name());
  if (network.subnet.empty() || work.make_network) {
    network.subnet = config.network.subnet;
    network.bridge = config.network.bridge;
  }
  network.uuid = state::object_uuid(work.lineage, ObjectKind::network, network.name);
  set_intent(network, work.make_network);

  auto& pool = find_or_add(next.pools, config.pool_name);
  if (pool.path.empty() || work.make_pool) {
    pool.path = config.pool_path;
    pool.owned = work.pool_owned;
    pool.owns_directory = work.pool_owns_directory;
  }
  if (pool.owned) pool.uuid = state::object_uuid(work.lineage, ObjectKind::pool, pool.name);
  set_intent(pool, work.make_pool);

  for (const VmWork& vm : work.vms) {
    const NodeConfig& node = *vm.node;
    const auto path = volume_path(pool.path, node.name);
    auto& volume = find_or_add(next.volumes, volume_record(node.name));
    if (volume.path.empty() || vm.make_volume) {
      volume.path = path;
      volume.size_gb = node.disk_gb;
      volume.format = "qcow2";
      volume.pool = pool.name;
      volume.backing_file = vm.backing_file;
    }
    set_intent(volume, vm.make_volume);

    const bool is_new = state::find_by_name(next.vms, node.name) == nullptr;
    auto& record = find_or_add(next.vms, node.name);
    if (is_new || vm.define) {
      record.cpu_cores = node.cpu_cores;
      record.memory_gb = node.memory_gb;
      record.role = node.role;
      record.auto_start = node.auto_start;
      record.gpu_count = 0;
      for (const PassthroughDevice& device : node.devices) record.gpu_count += device.type == "gpu";
      record.volumes = {path};
      record.domain_name = config.domain_name(node.name);
      record.domain_uuid = vm_uuid(work.lineage, node.name);
      record.hypervisor = uri;
      if (is_new) record.created_at = record.last_seen = now;
    }
    if (vm.define) {
      record.state = VMState::UNDEFINED;
      record.state_reason.clear();
      record.ip_address.reset();
    }
    record.pending = intent(vm.define);
  }
}

}  // namespace aihow::tool

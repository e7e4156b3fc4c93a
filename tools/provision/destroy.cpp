// SPDX-License-Identifier: MIT
// destroy: removes what is the cluster's own, and nothing else. Intent first; the state is erased last.
#include <fmt/format.h>
#include <algorithm>
#include <filesystem>
#include <map>
#include "provision/adopt.hpp"
#include "provision/identity.hpp"
#include "provision/operations.hpp"
#include "provision/ownership.hpp"
#include "provision/pool_path.hpp"
#include "provision/power.hpp"
#include "provision/recorder.hpp"
#include "provision/remove.hpp"
#include "provision/shutdown.hpp"
#include "provision/side_by_side.hpp"

namespace aihow::tool {
namespace {

using state::ClusterState;
using state::errc;
using state::Error;
using state::ObjectKind;
using state::Pending;
using state::Uuid;

class Destroy {
 public:
  Destroy(World& world, const Subject& subject, const DestroyOptions& options)
      : world_(world), options_(options), operation_(begin(world, subject)), hypervisor_(world.connect()), recorder_(world.manager, operation_) {
    snapshot_ = load_or_adopt(world, hypervisor_, subject, &operation_);
    if (!snapshot_) throw no_cluster(world, subject);
    require_operable(snapshot_->state, world.uri, world.manager.location());
    require_provable(snapshot_->state, world.manager.location());
    lineage_ = snapshot_->state.lineage.value_or(Uuid{});
  }

  static state::Operation begin(World& world, const Subject& subject) {
    look_before_locking(world, subject, true);
    return world.manager.begin_operation(fmt::format("{} destroy", subject.type), world.stop);
  }

  bool run() {
    const ClusterState& state = snapshot_->state;
    const auto goes = what_goes();
    require_no_other_user();
    require_pools_of_disks();
    if (options_.confirm && !options_.confirm(goes)) return false;
    throw_if_stopped(world_.stop);
    world_.manager.transaction(
        operation_.what(), [](ClusterState& next) { intend(next); }, &operation_);

    phase("stopping VMs", shutdown_parts(world_, hypervisor_, state, options_.shutdown_timeout, recorder_));
    phase("removing VMs", domain_parts());
    open_pools();
    phase("removing disks", volume_parts());
    phase("removing network and pool", foundation_parts());
    throw_if_stopped(world_.stop);
    world_.manager.erase(operation_.what(), &operation_);
    return true;
  }
  const std::string& cluster_name() const noexcept { return snapshot_->state.cluster_name; }

 private:
  static void intend(ClusterState& next) {
    for (auto& vm : next.vms) vm.pending = Pending::remove;
    for (auto& network : next.networks) network.pending = Pending::remove;
    for (auto& volume : next.volumes) volume.pending = Pending::remove;
    for (auto& pool : next.pools) {
      if (pool.owned) pool.pending = Pending::remove;
    }
  }

  /// Looks at everything before anything is touched: an object whose mark is gone stops the whole.
  std::vector<std::string> what_goes() {
    const ClusterState& state = snapshot_->state;
    std::vector<std::string> out;
    for (const auto& vm : state.vms) {
      if (const auto domain = own_domain(hypervisor_, lineage_, vm.name))
        out.push_back(fmt::format("domain {} ({})", domain->name(), to_string(state_of(*domain))));
      else world_.reporter.trace(fmt::format("VM {}: no domain has its UUID, nothing of it is removed", vm.name));
    }
    for (const auto& volume : state.volumes) out.push_back(fmt::format("disk {} ({} GiB)", volume.path, volume.size_gb));
    for (const auto& network : state.networks) {
      if (own_network(hypervisor_, lineage_, network.name)) out.push_back("network " + network.name);
      else world_.reporter.trace(fmt::format("network {}: no network has its UUID, nothing is removed", network.name));
    }
    for (const auto& pool : state.pools) {
      if (pool.owned)
        out.push_back(fmt::format("pool {} ({}{})", pool.name, pool.path,
                                  pool.owns_directory ? ", with its directory if it is empty" : ", its directory stays"));
    }
    for (const std::string& what : out) world_.reporter.trace("goes: " + what);
    out.push_back(fmt::format("the state {} (its last content stays as {}.backup)", world_.manager.location(), world_.manager.location()));
    return out;
  }

  /// Of a domain that may go at any time, since it is somebody else's: then it has none.
  std::vector<std::string> disks_of(const Uuid& uuid) const {
    try {
      const auto domain = hypervisor_.find_domain(uuid);
      return domain ? disk_paths(domain->xml(true)) : std::vector<std::string>();
    } catch (const Error& error) {
      if (error.code() != errc::not_found) throw;
      return {};
    }
  }

  /// A domain that is not ours and works on one of our disks (a copy of a definition, say) would lose it.
  void require_no_other_user() {
    std::vector<std::string> ours;
    for (const auto& volume : snapshot_->state.volumes) ours.push_back(volume.path);
    std::string users;
    for (const auto& status : hypervisor_.domains()) {
      const bool own = std::any_of(snapshot_->state.vms.begin(), snapshot_->state.vms.end(),
                                   [&](const auto& vm) { return vm_uuid(lineage_, vm.name) == status.uuid; });
      if (own) continue;
      for (const std::string& path : disks_of(status.uuid)) {
        if (std::find(ours.begin(), ours.end(), path) != ours.end())
          users += fmt::format("\n  domain {} ({}) uses {}", status.name, status.uuid.to_string(), path);
      }
    }
    if (!users.empty()) {
      throw OperationFailed("nothing was destroyed, since a domain that is not this cluster's works on its disks:" + users +
                            "\nUndefine it, or give it disks of its own, first.");
    }
  }

  std::optional<libvirt::Pool> find_pool(const state::PoolInfo& record) {
    return record.owned ? own_pool(hypervisor_, lineage_, record.name) : hypervisor_.find_pool(std::string_view(record.name));
  }

  /// Disks are removed through their pool. Where its definition has gone and they are still there, they would be left behind in silence.
  void require_pools_of_disks() {
    if (!is_local(world_.uri)) return;
    std::string orphans;
    for (const auto& record : snapshot_->state.pools) {
      if (find_pool(record)) continue;
      for (const auto& volume : snapshot_->state.volumes) {
        if (volume.pool == record.name && path_kind(volume.path) != PathKind::absent)
          orphans += fmt::format("\n  {} of pool {}", volume.path, record.name);
      }
    }
    if (!orphans.empty()) {
      throw OperationFailed("nothing was destroyed, since libvirt no longer has the pool of these disks:" + orphans +
                            "\n'start' defines the pool again, and then destroy removes them; or remove the files yourself.");
    }
  }

  void phase(std::string_view what, std::vector<Part> parts) {
    throw_if_stopped(world_.stop);
    world_.reporter.phase(what, parts.size());
    const auto failures = side_by_side(std::move(parts), world_.stop, false, [this] { recorder_.flush_if_due(); });
    recorder_.flush();
    require_success(operation_.what(), failures, "What is left is marked in the state; run the same command again once that is mended.");
  }

  void tell(const std::string& what, bool removed) const { world_.reporter.step(what + (removed ? " removed" : " was not there")); }

  std::vector<Part> domain_parts() {
    std::vector<Part> parts;
    for (const auto& vm : snapshot_->state.vms) {
      parts.push_back({"VM " + vm.name, [this, name = vm.name](const std::stop_token& stop) {
                         throw_if_stopped(stop);
                         const auto domain = own_domain(hypervisor_, lineage_, name);
                         const bool removed = domain && remove_domain(hypervisor_, domain->uuid());
                         recorder_.landed([name](ClusterState& next) {
                           if (auto* record = state::find_by_name(next.vms, name)) {
                             record->state = state::VMState::UNDEFINED;
                             record->state_reason.clear();
                             record->ip_address.reset();
                           }
                         });
                         tell("VM " + name, removed);
                       }});
    }
    return parts;
  }

  /// Opens the pools that the volumes lie in: ours, and those that were there before and are used. One that has gone went with what it held.
  void open_pools() {
    for (const auto& record : snapshot_->state.pools) {
      auto pool = find_pool(record);
      if (!pool) continue;
      if (!pool->status().active) activate(*pool, record.owns_directory);
      pools_.emplace(record.name, std::move(*pool));
    }
  }

  /// A run that was killed may have removed the directory already: it is made again, and goes once more with the pool.
  static void activate(const libvirt::Pool& pool, bool owns_directory) {
    if (owns_directory) pool.build();  // one that exists is left as it is
    pool.start();
  }

  std::vector<Part> volume_parts() {
    std::vector<Part> parts;
    for (const auto& volume : snapshot_->state.volumes) {
      parts.push_back({"disk " + volume.path, [this, &volume](const std::stop_token& stop) {
                         throw_if_stopped(stop);
                         tell("disk " + volume.path, remove_disk(volume, stop));
                       }});
    }
    return parts;
  }

  /// Whether there was one.
  bool remove_disk(const state::VolumeInfo& volume, const std::stop_token& stop) {
    const auto found = pools_.find(volume.pool);
    if (found == pools_.end()) return false;  // its pool was never made, or is gone with what it held
    const libvirt::Pool& pool = found->second;
    // Only what lies in the pool, under the name that was recorded: a path from a state is never followed.
    const std::filesystem::path path(volume.path);
    if (pool_directory(pool.xml()) != path.parent_path().string()) {
      throw Error(errc::invalid,
                  fmt::format("it is recorded outside of its pool {}; it is left alone, take it out of the state to go on", pool.name()),
                  {.path = volume.path});
    }
    return remove_volume(pool, path.filename().string(), world_.timeout * 3, stop);
  }

  std::vector<Part> foundation_parts() {
    std::vector<Part> parts;
    for (const auto& network : snapshot_->state.networks) {
      parts.push_back({"network " + network.name, [this, name = network.name](const std::stop_token& stop) {
                         throw_if_stopped(stop);
                         const auto own = own_network(hypervisor_, lineage_, name);
                         tell("network " + name, own && remove_network(hypervisor_, own->uuid()));
                       }});
    }
    for (const auto& pool : snapshot_->state.pools) {
      if (!pool.owned) continue;
      parts.push_back(
          {"pool " + pool.name, [this, &pool](const std::stop_token& stop) {
             throw_if_stopped(stop);
             const auto removal = remove_pool(hypervisor_, state::object_uuid(lineage_, ObjectKind::pool, pool.name), pool.owns_directory);
             if (removal == PoolRemoval::directory_kept && is_local(world_.uri) && path_kind(pool.path) == PathKind::directory) {
               world_.reporter.notice(fmt::format("the directory {} stays: there is something in it that is not this cluster's", pool.path));
             }
             tell("pool " + pool.name, removal != PoolRemoval::absent);
           }});
    }
    return parts;
  }

  World& world_;
  const DestroyOptions& options_;
  state::Operation operation_;
  libvirt::Hypervisor hypervisor_;
  Recorder recorder_;
  state::SnapshotPtr snapshot_;
  Uuid lineage_;
  std::map<std::string, libvirt::Pool> pools_;  ///< by name, active
};

}  // namespace

std::optional<std::string> destroy_cluster(World& world, std::string_view type, const ClusterConfig* config, std::string_view cluster_name,
                                           const DestroyOptions& options) {
  const Subject subject{type, config != nullptr ? std::string_view(config->name) : cluster_name};
  Destroy destroy(world, subject, options);
  if (!destroy.run()) return std::nullopt;
  return destroy.cluster_name();
}

}  // namespace aihow::tool

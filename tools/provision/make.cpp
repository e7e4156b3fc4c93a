// SPDX-License-Identifier: MIT
#include "provision/make.hpp"
#include <fmt/format.h>
#include "provision/identity.hpp"
#include "provision/ownership.hpp"
#include "provision/pool_path.hpp"
#include "provision/remove.hpp"

namespace aihow::tool {
namespace {

using state::ClusterState;
using state::errc;
using state::Error;
using state::ObjectKind;
using state::Pending;

template <class Objects>
void clear_pending(Objects& objects, const std::string& name) {
  if (auto* found = state::find_by_name(objects, name)) found->pending = Pending::none;
}

/// Runs an act whose undo is already listed. One that failed because something was there already has not happened: its undo is forgotten, so
/// that it does not take away what another has made.
template <class Act>
void act(UndoList& undo, std::size_t number, const Act& act) {
  try {
    act();
  } catch (const Error& error) {
    if (error.code() == errc::conflict) undo.forget(number);
    throw;
  }
}

/// Whether it runs, as far as can be told.
bool may_run(const libvirt::Domain& domain) noexcept {
  try {
    return state_of(domain) == state::VMState::RUNNING;
  } catch (const Error&) {
    return true;
  }
}

libvirt::Mark base_mark(const ClusterConfig& config, const state::Uuid& lineage, ObjectKind kind, const std::string& name) {
  libvirt::Mark mark;
  mark.kind = kind;
  mark.lineage = lineage;
  mark.cluster = config.name;
  mark.type = config.type;
  mark.name = name;
  mark.uuid = state::object_uuid(lineage, kind, name);
  return mark;
}

}  // namespace

Maker::Maker(World& world, const libvirt::Hypervisor& hypervisor, const ClusterConfig& config, const StartWork& work, Recorder& recorder,
             UndoList& undo)
    : world_(world),
      hypervisor_(hypervisor),
      config_(config),
      work_(work),
      recorder_(recorder),
      undo_(undo),
      host_(read_host_info(world.uri, hypervisor.capabilities_xml())) {}

Maker::Parts Maker::foundation_parts() const {
  Parts out;
  const auto add = [&](bool wanted, std::string name, void (Maker::*run)() const) {
    if (!wanted) return;
    out.parts.push_back({std::move(name), [this, run](const std::stop_token& stop) {
                           throw_if_stopped(stop);
                           (this->*run)();
                         }});
    ++out.steps;
  };
  add(work_.make_network, "network " + config_.network_name(), &Maker::make_network);
  add(work_.start_network, "network " + config_.network_name(), &Maker::start_network);
  add(work_.make_pool, "pool " + config_.pool_name, &Maker::make_pool);
  add(work_.start_pool, "pool " + config_.pool_name, &Maker::start_pool);
  return out;
}

Maker::Parts Maker::vm_parts() const {
  Parts out;
  for (const VmWork& vm : work_.vms) {
    if (vm.idle()) continue;
    out.parts.push_back({"VM " + vm.node->name, [this, &vm](const std::stop_token& stop) { make_vm(vm, stop); }});
    out.steps += std::size_t{vm.make_volume} + std::size_t{vm.define} + std::size_t{vm.power != PowerOn::none};
  }
  return out;
}

void Maker::make_network() const {
  const auto name = config_.network_name();
  const auto mark = base_mark(config_, work_.lineage, ObjectKind::network, name);
  const auto number = undo_.add(ObjectKind::network, name, "network " + name,
                                [uuid = mark.uuid](const auto& hypervisor) { return remove_network(hypervisor, uuid); });
  act(undo_, number, [&] { hypervisor_.define_network(network_xml(config_, mark)); });
  start_network();
  recorder_.landed([name](ClusterState& next) { clear_pending(next.networks, name); });
}

void Maker::start_network() const {
  const auto net = network();
  try {
    net.start();
  } catch (const Error& error) {
    if (error.code() == errc::unreachable || !net.status().active) throw;  // "already active" is success
  }
  world_.reporter.step(fmt::format("network {} is active on {}", net.name(), config_.network.bridge));
}

void Maker::make_pool() const {
  const auto& name = config_.pool_name;
  const auto uuid = state::object_uuid(work_.lineage, ObjectKind::pool, name);
  const bool with_directory = work_.pool_owns_directory;
  const auto number = undo_.add(ObjectKind::pool, name, "pool " + name, [uuid, with_directory](const auto& hypervisor) {
    return remove_pool(hypervisor, uuid, with_directory) != PoolRemoval::absent;
  });
  act(undo_, number, [&] { hypervisor_.define_pool(pool_xml(config_, uuid)); });
  start_pool();
  recorder_.landed([name](ClusterState& next) { clear_pending(next.pools, name); });
}

void Maker::start_pool() const {
  const auto found = pool();
  if (work_.pool_owns_directory) found.build();  // again, where a run was killed in between; one that exists is left as it is
  try {
    found.start();
  } catch (const Error& error) {
    if (error.code() == errc::unreachable || !found.status().active) throw;
  }
  world_.reporter.step(fmt::format("pool {} is active in {}", found.name(), config_.pool_path));
}

void Maker::make_vm(const VmWork& vm, const std::stop_token& stop) const {
  throw_if_stopped(stop);
  if (vm.make_volume) make_volume(vm, stop);
  throw_if_stopped(stop);
  if (vm.reserve) reserve_address(vm);
  if (vm.define) define(vm);
  throw_if_stopped(stop);
  if (vm.power != PowerOn::none) power(vm, stop);
}

void Maker::make_volume(const VmWork& vm, const std::stop_token& stop) const {
  const auto file = volume_file(vm.node->name);
  const auto record = volume_record(vm.node->name);
  const auto in = pool();
  const auto path = pool_directory(in.xml()) + "/" + file;
  if (vm.discard_volume) remove_volume(in, file, world_.timeout * 3, stop);
  if (is_local(world_.uri)) require_free_path(path);
  if (in.find_volume(file))
    throw Error(errc::invalid, "a volume of that name exists in pool " + in.name() + " and is not this cluster's", {.path = path});
  const auto number =
      undo_.add(ObjectKind::volume, record, "disk " + path, [uuid = in.uuid(), file, patience = world_.timeout * 3](const auto& hypervisor) {
        const auto found = hypervisor.find_pool(uuid);
        return found && remove_volume(*found, file, patience);
      });
  act(undo_, number, [&] { in.create_volume(volume_xml(file, vm.node->disk_gb, vm.backing_file)); });
  recorder_.landed([record](ClusterState& next) { clear_pending(next.volumes, record); });
  world_.reporter.step("disk " + path + " made");
}

void Maker::reserve_address(const VmWork& vm) const {
  const auto net = network();
  const auto xml = dhcp_host_xml(work_.lineage, *vm.node);
  undo_.add(ObjectKind::network, net.name(), "reservation of " + *vm.node->ip, [uuid = net.uuid(), xml](const auto& hypervisor) {
    const auto found = hypervisor.find_network(uuid);
    if (found) found->remove_dhcp_host(xml);
    return found.has_value();
  });
  net.add_dhcp_host(xml);
}

/// When the state has the VM as made: a state that is made again from the marks says the same.
std::optional<state::Timestamp> Maker::recorded_creation(const std::string& vm) const {
  const auto snapshot = world_.manager.snapshot();
  const auto* record = snapshot ? state::find_by_name(snapshot->state.vms, vm) : nullptr;
  return record != nullptr ? std::optional(record->created_at) : std::nullopt;
}

void Maker::define(const VmWork& vm) const {
  const NodeConfig& node = *vm.node;
  const auto record = volume_record(node.name);
  auto mark = base_mark(config_, work_.lineage, ObjectKind::vm, node.name);
  mark.role = node.role;
  mark.auto_start = node.auto_start;
  mark.created_at = recorded_creation(node.name);
  for (const PassthroughDevice& device : node.devices) {
    if (device.type == "gpu") mark.gpus.push_back(device.pci_address);
  }
  mark.volume = record;
  mark.volume_path = pool_directory(pool().xml()) + "/" + volume_file(node.name);
  mark.volume_size_gb = node.disk_gb;
  mark.pool = config_.pool_name;
  mark.backing_file = vm.backing_file;
  mark.pool_owns_directory = work_.pool_owns_directory;
  mark.network = config_.network_name();

  const DomainSpec spec{config_, node, mark, mac_address(work_.lineage, node.name), mark.volume_path, vm.backing_file, vm.first_host_cpu};
  const auto number = undo_.add(ObjectKind::vm, node.name, "domain " + config_.domain_name(node.name),
                                [uuid = mark.uuid](const auto& hypervisor) { return remove_domain(hypervisor, uuid); });
  act(undo_, number, [&] { hypervisor_.define_domain(domain_xml(spec, host_)); });
  const auto status = domain(vm).status();
  recorder_.landed([name = node.name, change = record_domain(node.name, status)](ClusterState& next) {
    clear_pending(next.vms, name);
    change(next);
  });
  world_.reporter.step("VM " + node.name + " defined");
}

void Maker::power(const VmWork& vm, const std::stop_token& stop) const {
  const auto found = domain(vm);
  const auto undo = add_power_undo(vm, found.uuid());
  try {
    power_on(found, vm.power, world_.timeout * 6, stop);
  } catch (const Error&) {
    // One that was never made to run (it is still shutting down, say) is not this run's to stop.
    if (undo && !may_run(found)) undo_.forget(*undo);
    throw;
  }
  recorder_.landed(record_domain(vm.node->name, found.status()));
  world_.reporter.step("VM " + vm.node->name + " started");
}

/// A domain that was there before is put back to what it was doing; one that this run defines goes altogether. One that is woken stays awake: what
/// it was doing cannot be had back by pulling its plug.
std::optional<std::size_t> Maker::add_power_undo(const VmWork& vm, const state::Uuid& uuid) const {
  if (vm.define || vm.power == PowerOn::wake) return std::nullopt;
  const bool was_paused = vm.power == PowerOn::resume;
  return undo_.add(ObjectKind::vm, vm.node->name, (was_paused ? "VM running again: " : "VM started: ") + vm.node->name,
                   [uuid, was_paused](const auto& hypervisor) {
                     const auto again = hypervisor.find_domain(uuid);
                     if (!again || state_of(*again) != state::VMState::RUNNING) return false;
                     if (!was_paused) return pull_plug(*again);
                     again->suspend();
                     return true;
                   });
}

libvirt::Network Maker::network() const {
  auto found = hypervisor_.find_network(state::object_uuid(work_.lineage, ObjectKind::network, config_.network_name()));
  if (!found) throw Error(errc::not_found, "network " + config_.network_name() + " has gone meanwhile");
  return *found;
}

libvirt::Pool Maker::pool() const {
  auto found = work_.pool_owned ? hypervisor_.find_pool(state::object_uuid(work_.lineage, ObjectKind::pool, config_.pool_name))
                                : hypervisor_.find_pool(std::string_view(config_.pool_name));
  if (!found) throw Error(errc::not_found, "pool " + config_.pool_name + " has gone meanwhile");
  return *found;
}

libvirt::Domain Maker::domain(const VmWork& vm) const {
  auto found = hypervisor_.find_domain(vm_uuid(work_.lineage, vm.node->name));
  if (!found) throw Error(errc::not_found, "domain " + config_.domain_name(vm.node->name) + " has gone meanwhile");
  return *found;
}

}  // namespace aihow::tool

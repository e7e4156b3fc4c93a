// SPDX-License-Identifier: MIT
#include "provision/adopt.hpp"
#include <fmt/format.h>
#include <aihow/libvirt/observer.hpp>
#include <aihow/state/identity.hpp>
#include <algorithm>
#include "provision/pool_path.hpp"
#include "provision/refresh.hpp"

namespace aihow::tool {
namespace {

using state::errc;
using state::Error;

std::string list(const std::vector<libvirt::FoundCluster>& found) {
  std::string out;
  for (const auto& cluster : found) {
    out += fmt::format("\n  {} cluster {} (lineage {}, {} {})", cluster.type, cluster.name, cluster.lineage.to_string(), cluster.domains,
                       cluster.domains == 1 ? "domain" : "domains");
  }
  return out;
}

/// The one cluster that is meant, among those that libvirt's marks tell of; nullopt: none.
std::optional<libvirt::FoundCluster> choose(const World& world, const libvirt::Hypervisor& hypervisor, const Subject& subject) {
  auto found = libvirt::find_clusters(hypervisor);
  std::erase_if(found, [&](const auto& cluster) { return cluster.type != subject.type || (!subject.name.empty() && cluster.name != subject.name); });
  world.reporter.trace(
      fmt::format("no state at {}: {} has the marks of {} such clusters{}", world.manager.location(), world.uri, found.size(), list(found)));
  if (found.empty()) return std::nullopt;
  const bool one_name = std::all_of(found.begin(), found.end(), [&](const auto& cluster) { return cluster.name == found.front().name; });
  if (!one_name) {
    throw Error(errc::not_found, fmt::format("there is no state at {}, and several {} clusters run on {}; say which with --cluster NAME:{}",
                                             world.manager.location(), subject.type, world.uri, list(found)));
  }
  if (found.size() > 1) {
    throw Error(errc::invalid,
                fmt::format("there is no state at {}, and {} carries the marks of several clusters of one name; bring back the state of "
                            "the one that is meant, nothing was touched:{}",
                            world.manager.location(), world.uri, list(found)));
  }
  return found.front();
}

}  // namespace

state::SnapshotPtr load_or_adopt(World& world, const libvirt::Hypervisor& hypervisor, const Subject& subject, const state::Operation* under) {
  if (auto snapshot = world.manager.snapshot()) {
    require_subject(snapshot->state, subject, world.manager.location());
    return snapshot;
  }
  const auto found = choose(world, hypervisor, subject);
  if (!found) return nullptr;
  auto rebuilt = libvirt::rebuild(hypervisor, *found);
  for (auto& vm : rebuilt.state.vms) vm.hypervisor = world.uri;
  state::SnapshotPtr made;
  try {
    made = world.manager.create(std::move(rebuilt.state), "adopt", under);
  } catch (const Error& error) {
    if (error.code() != errc::conflict) throw;
    made = world.manager.snapshot();  // somebody else was quicker
    if (made == nullptr) throw;
    require_subject(made->state, subject, world.manager.location());
    return made;
  }
  world.reporter.notice(fmt::format("there was no state at {}, but the {} cluster '{}' is there: its state was made again from libvirt ({} VMs)",
                                    world.manager.location(), found->type, found->name, made->state.vms.size()));
  for (const state::Stranger& one : rebuilt.left_out) world.reporter.notice(one.why);
  return made;
}

void look_before_locking(const World& world, const Subject& subject, bool needed) {
  if (world.manager.snapshot() || world.manager.operation_holder()) return;
  if (!choose(world, world.connect(), subject) && needed) throw no_cluster(world, subject);
}

state::Error no_cluster(const World& world, const Subject& subject) {
  const auto location = world.manager.location();
  std::string backup;
  try {
    if (path_kind(location + ".backup") == PathKind::other)
      backup = fmt::format(" ({0}.backup is the last known one: `cp {0}.backup {0}` brings it back)", location);
  } catch (const Error&) {
    // only a hint
  }
  const auto which =
      subject.name.empty() ? fmt::format("no {} cluster", subject.type) : fmt::format("no {} cluster '{}'", subject.type, subject.name);
  return Error(errc::not_found, fmt::format("there is no state at {}{}, and {} on {}; make one with `ai-how {} start CONFIG`", location, backup,
                                            which, world.uri, subject.type));
}

namespace {

void require_no_state(const World& world) {
  if (const auto standing = world.manager.snapshot()) {
    throw Error(
        errc::conflict,
        fmt::format("a state stands here, of the {} cluster '{}' (revision {}): nothing was made. Move it away, or choose another place with --state",
                    standing->state.cluster_type, standing->state.cluster_name, standing->state.revision),
        {.path = world.manager.location()});
  }
}

/// The one cluster of a name, of whatever type.
libvirt::FoundCluster find_named(const World& world, const libvirt::Hypervisor& hypervisor, const std::string& cluster_name) {
  auto found = libvirt::find_clusters(hypervisor);
  const std::string there = found.empty() ? "; it has the marks of none" : "; it has:" + list(found);
  std::erase_if(found, [&](const auto& cluster) { return cluster.name != cluster_name; });
  if (found.empty()) throw Error(errc::not_found, fmt::format("{} has no cluster '{}'{}", world.uri, cluster_name, there));
  if (found.size() > 1) {
    throw Error(errc::invalid, fmt::format("{} has {} clusters of the name '{}', and which one is meant nobody can tell: nothing was made{}",
                                           world.uri, found.size(), cluster_name, ":" + list(found)));
  }
  return found.front();
}

}  // namespace

RebuiltState rebuild_state(World& world, const std::string& cluster_name) {
  require_no_state(world);
  const auto hypervisor = world.connect();
  // Before the lock, which makes the state's folder: what is refused leaves nothing behind.
  find_named(world, hypervisor, cluster_name);
  const auto operation = world.manager.begin_operation("state rebuild " + cluster_name, world.stop);
  require_no_state(world);
  auto rebuilt = libvirt::rebuild(hypervisor, find_named(world, hypervisor, cluster_name));
  for (auto& vm : rebuilt.state.vms) vm.hypervisor = world.uri;
  world.manager.create(std::move(rebuilt.state), "rebuild", &operation);
  return {refresh_state(world, hypervisor, &operation).snapshot, std::move(rebuilt.left_out)};
}

ImportedDomain import_domain(World& world, const std::string& domain_name) {
  const auto operation = world.manager.begin_operation("state import-domain " + domain_name, world.stop);
  const auto snapshot = world.manager.snapshot();
  if (!snapshot) throw Error(errc::not_found, "there is no state here", {.path = world.manager.location()});
  const auto hypervisor = world.connect();
  libvirt::DomainRecords records = libvirt::read_own_domain(hypervisor, snapshot->state, domain_name);
  records.vm.hypervisor = world.uri;
  const auto add = [&](state::ClusterState& state) {
    if (state::find_by_name(state.vms, records.vm.name) != nullptr) {
      throw Error(errc::invalid, fmt::format("the state has VM {} already: domain {} was not taken in", records.vm.name, domain_name),
                  {.path = world.manager.location()});
    }
    state.vms.push_back(records.vm);
    if (records.volume && state::find_by_name(state.volumes, records.volume->name) == nullptr) state.volumes.push_back(*records.volume);
  };
  world.manager.transaction("import_domain", add, &operation);
  return {refresh_state(world, hypervisor, &operation).snapshot, records.vm.name};
}

}  // namespace aihow::tool

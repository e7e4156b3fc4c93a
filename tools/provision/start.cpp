// SPDX-License-Identifier: MIT
// start: intent first, then the acts, side by side; what was made by a run that fails is undone by it.
#include <fmt/format.h>
#include <algorithm>
#include "provision/addresses.hpp"
#include "provision/adopt.hpp"
#include "provision/differences.hpp"
#include "provision/host_checks.hpp"
#include "provision/identity.hpp"
#include "provision/make.hpp"
#include "provision/operations.hpp"
#include "provision/ownership.hpp"
#include "provision/plan.hpp"
#include "provision/pool_path.hpp"
#include "provision/recorder.hpp"
#include "provision/refresh.hpp"
#include "provision/side_by_side.hpp"
#include "provision/start_work.hpp"
#include "provision/undo.hpp"

namespace aihow::tool {
namespace {

using state::ClusterState;
using state::errc;
using state::Error;
using state::ObjectKind;
using state::Pending;

class Start {
 public:
  Start(World& world, const ClusterConfig& config, const StartOptions& options)
      : world_(world),
        config_(config),
        options_(options),
        subject_{config.type, config.name},
        operation_(begin(world, subject_)),
        hypervisor_(world.connect()),
        recorder_(world.manager, operation_) {}

  static state::Operation begin(World& world, const Subject& subject) {
    look_before_locking(world, subject, false);
    return world.manager.begin_operation(fmt::format("{} start", subject.type), world.stop);
  }

  StartResult run() {
    base_ = load_or_adopt(world_, hypervisor_, subject_, &operation_);
    if (base_ && !base_->state.lineage) sign();
    if (base_) require_operable(base_->state, world_.uri, world_.manager.location());
    const ClusterState* existing = base_ ? &base_->state : nullptr;
    const auto lineage = existing != nullptr && existing->lineage ? *existing->lineage : state::random_uuid();
    work_ = decide_start(world_, hypervisor_, config_, existing, lineage);
    require_inputs();
    StartResult result;
    result.differences = plan_cluster(config_, existing).differences;
    if (existing != nullptr) add_differences_in_libvirt(hypervisor_, world_.uri, config_, *existing, result.differences);
    throw_if_stopped(world_.stop);
    intend();
    act();
    try {
      result.snapshot = refresh_state(world_, hypervisor_, &operation_).snapshot;
    } catch (const Error& error) {
      // Everything is made and recorded by now: there is nothing to undo, only this look was left out.
      if (error.code() != errc::cancelled) throw;
      result.snapshot = world_.manager.snapshot();
      result.cancelled = true;
      return result;
    }
    if (options_.wait) {
      auto waited = wait_for_addresses(world_, hypervisor_, operation_, *options_.wait);
      if (waited.snapshot) result.snapshot = waited.snapshot;
      result.without_address = std::move(waited.without);
      result.cancelled = waited.cancelled;
    }
    return result;
  }

 private:
  /// A state that was written by hand has no lineage yet, and the UUIDs of what will be made follow from it: the first commit gives one.
  void sign() {
    base_ = world_.manager.transaction(
        operation_.what(), [](ClusterState& next) { next.last_modified = state::Timestamp::now(); }, &operation_);
  }

  /// What will be built on must be sound: images of the volumes to be made, devices of the domains to be defined.
  void require_inputs() {
    ClusterConfig to_make = config_;
    to_make.nodes.clear();
    for (const VmWork& vm : work_.vms) {
      if (vm.make_volume || vm.define) to_make.nodes.push_back(*vm.node);
    }
    if (!is_local(world_.uri)) {
      require_trust(to_make);
      return;
    }
    // Images are looked at whatever is skipped: an image's header decides which files the hypervisor opens.
    const auto problems = options_.skip_host_checks
                              ? check_images(to_make, options_.trust_image)
                              : check_host(to_make, {.skip_pcie = options_.skip_pcie_validation, .trust_image = options_.trust_image});
    if (problems.empty()) return;
    std::string text = "nothing was done, since the host does not have what the configuration needs:";
    for (const HostProblem& problem : problems) text += fmt::format("\n  {}: {}", problem.where, problem.message);
    throw OperationFailed(text);
  }

  /// Images of another machine cannot be looked at from here.
  void require_trust(const ClusterConfig& to_make) const {
    if (to_make.nodes.empty() || options_.trust_image) return;
    throw OperationFailed(
        fmt::format("nothing was done, since the base images lie on another machine ({}) and what their headers name cannot be looked at from here; "
                    "give --trust-image if you know them",
                    world_.uri));
  }

  void intend() {
    if (base_) {
      world_.manager.transaction(
          operation_.what(), [&](ClusterState& next) { record_intent(next, config_, work_, world_.uri); }, &operation_);
      return;
    }
    ClusterState first;
    first.cluster_name = config_.name;
    first.cluster_type = config_.type;
    first.status = "stopped";
    first.lineage = work_.lineage;
    first.created_at = first.last_modified = state::Timestamp::now();
    record_intent(first, config_, work_, world_.uri);
    world_.manager.create(std::move(first), operation_.what(), &operation_);
  }

  void act() {
    std::vector<PartFailure> failures;
    try {
      const Maker maker{world_, hypervisor_, config_, work_, recorder_, undo_};
      failures = run_parts("preparing network and pool", maker.foundation_parts());
      if (failures.empty() && !world_.stop.stop_requested()) failures = run_parts("making and starting VMs", maker.vm_parts());
      if (failures.empty() && world_.stop.stop_requested()) failures.push_back({"", "cancelled", errc::cancelled});
      if (failures.empty()) recorder_.flush();
    } catch (...) {
      failures.push_back(describe_failure("the state at " + world_.manager.location()));
    }
    if (!failures.empty()) fail(failures);
  }

  std::vector<PartFailure> run_parts(std::string_view what, Maker::Parts parts) {
    if (parts.parts.empty()) return {};
    world_.reporter.phase(what, parts.steps);
    return side_by_side(std::move(parts.parts), world_.stop, true, [this] { recorder_.flush_if_due(); });
  }

  [[noreturn]] void fail(const std::vector<PartFailure>& failures) {
    const bool cancelled = failures.front().cause == errc::cancelled;
    std::string text = cancelled ? fmt::format("{} was cancelled", operation_.what()) : fmt::format("{} failed", operation_.what());
    for (const PartFailure& failure : failures) {
      if (failure.cause != errc::cancelled) text += fmt::format("\n  {}: {}", failure.name, failure.message);
    }
    const auto undone = undo_.undo([this] { return hypervisor_.alive() ? hypervisor_ : world_.connect(); }, world_.reporter);
    std::string state_trouble;
    try {
      record_undo(undone);
    } catch (...) {
      state_trouble = describe_failure("").message;
    }
    if (!undone.undone.empty()) text += "\nundone, last first: " + fmt::format("{}", fmt::join(undone.undone, ", "));
    if (undone.undone.empty() && undone.left.empty()) text += "\nnothing had been made";
    for (const auto& left : undone.left) text += "\nnot undone: " + left.text;
    if (!state_trouble.empty()) text += "\nthe state could not be written: " + state_trouble;
    if (!undone.left.empty() || !state_trouble.empty())
      text += "\nThe state says what was intended: run the same command again, or destroy the cluster.";
    std::optional<errc> cause = failures.front().cause;
    for (const PartFailure& failure : failures) {
      if (failure.cause == errc::unreachable) cause = failure.cause;
    }
    throw OperationFailed(text, cause);
  }

  /// The state after an undo: what was there before as it was, what this run meant to make is gone, what could not be undone is pending.
  void record_undo(const UndoList::Result& undone) {
    const auto is_left = [&](ObjectKind kind, const std::string& name) {
      return std::any_of(undone.left.begin(), undone.left.end(), [&](const auto& left) { return left.kind == kind && left.name == name; });
    };
    const auto revert = [&](ObjectKind kind, auto& objects, const auto* before) {
      std::erase_if(objects, [&](auto& object) {
        if (object.pending != Pending::create && !made_now(kind, object.name)) return false;
        if (is_left(kind, object.name)) {
          object.pending = Pending::create;
          return false;
        }
        const auto* old = before == nullptr ? nullptr : state::find_by_name(*before, object.name);
        if (old == nullptr || old->pending == Pending::create) return true;
        object = *old;
        return false;
      });
    };
    const ClusterState* before = base_ ? &base_->state : nullptr;
    try {
      recorder_.flush();
    } catch (const Error&) {
      // What had landed is undone anyway; the transaction below says how things are.
    }
    const auto change = [&](ClusterState& next) {
      revert(ObjectKind::vm, next.vms, before ? &before->vms : nullptr);
      revert(ObjectKind::volume, next.volumes, before ? &before->volumes : nullptr);
      revert(ObjectKind::network, next.networks, before ? &before->networks : nullptr);
      revert(ObjectKind::pool, next.pools, before ? &before->pools : nullptr);
    };
    const auto after = world_.manager.transaction(operation_.what() + " undone", change, &operation_);
    if (after->state.vms.empty() && after->state.networks.empty() && after->state.volumes.empty() && after->state.pools.empty()) {
      world_.manager.erase(operation_.what() + " undone", &operation_);
    } else if (undone.left.empty()) {
      refresh_state(world_, hypervisor_, &operation_);
    }
  }

  bool made_now(ObjectKind kind, const std::string& name) const {
    switch (kind) {
      case ObjectKind::network:
        return work_.make_network;
      case ObjectKind::pool:
        return work_.make_pool;
      case ObjectKind::vm:
      case ObjectKind::volume:
        return std::any_of(work_.vms.begin(), work_.vms.end(), [&](const VmWork& vm) {
          return kind == ObjectKind::vm ? vm.define && vm.node->name == name : vm.make_volume && volume_record(vm.node->name) == name;
        });
      case ObjectKind::cluster:
        break;
    }
    return false;
  }

  World& world_;
  const ClusterConfig& config_;
  const StartOptions& options_;
  Subject subject_;
  state::Operation operation_;
  libvirt::Hypervisor hypervisor_;
  Recorder recorder_;
  UndoList undo_;
  state::SnapshotPtr base_;
  StartWork work_;
};

}  // namespace

StartResult start_cluster(World& world, const ClusterConfig& config, const StartOptions& options) { return Start(world, config, options).run(); }

}  // namespace aihow::tool

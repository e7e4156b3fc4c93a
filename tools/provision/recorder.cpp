// SPDX-License-Identifier: MIT
#include "provision/recorder.hpp"
#include <aihow/state/reconcile.hpp>
#include <utility>

namespace aihow::tool {

void Recorder::landed(Change change) {
  const std::lock_guard lock(mutex_);
  landed_.push_back(std::move(change));
}

void Recorder::flush_if_due() {
  if (std::chrono::steady_clock::now() - last_ >= interval) flush();
}

void Recorder::flush() {
  std::vector<Change> changes;
  {
    const std::lock_guard lock(mutex_);
    changes.swap(landed_);
  }
  if (changes.empty()) return;
  try {
    manager_.transaction(
        operation_.what(),
        [&](state::ClusterState& next) {
          for (const Change& change : changes) change(next);
        },
        &operation_);
  } catch (...) {
    // Not lost: a later flush (after an undo, say) takes them along.
    const std::lock_guard lock(mutex_);
    landed_.insert(landed_.begin(), std::make_move_iterator(changes.begin()), std::make_move_iterator(changes.end()));
    throw;
  }
  last_ = std::chrono::steady_clock::now();
}

Recorder::Change record_domain(const std::string& vm, const libvirt::DomainStatus& status) {
  state::VmObservation seen;
  seen.name = vm;
  seen.state = state::vm_state_from_libvirt(status.state);
  seen.state_reason = libvirt::reason_to_string(status.state, status.reason);
  if (seen.state != state::VMState::RUNNING) seen.ip_address = std::optional<std::string>();
  state::Observation observation;
  observation.when = state::Timestamp::now();
  observation.vms.push_back(std::move(seen));
  return [observation = std::move(observation)](state::ClusterState& next) { state::apply(next, observation); };
}

}  // namespace aihow::tool

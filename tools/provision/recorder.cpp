// SPDX-License-Identifier: MIT
#include "provision/recorder.hpp"
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

Recorder::Change record_domain(std::string vm, const libvirt::DomainStatus& status) {
  return [vm = std::move(vm), status](state::ClusterState& next) {
    if (auto* record = state::find_by_name(next.vms, vm)) {
      record->state = state::vm_state_from_libvirt(status.state);
      record->state_reason = libvirt::reason_to_string(status.state, status.reason);
      record->last_seen = state::Timestamp::now();
      record->unreachable_since.reset();
      if (record->state != state::VMState::RUNNING) record->ip_address.reset();
    }
  };
}

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
#include "libvirt/lifecycle_event.hpp"
#include <libvirt/libvirt.h>
#include <algorithm>
#include <array>

namespace aihow::libvirt::inline v0 {
namespace {

using state::VMState;

struct Row {
  int event;
  int detail;
  EventMeaning meaning;
};

// VIR_DOMAIN_EVENT_SUSPENDED_POSTCOPY_FAILED and VIR_DOMAIN_EVENT_RESUMED_POSTCOPY_FAILED, since libvirt 8.5.
constexpr int suspended_postcopy_failed = 8;
constexpr int resumed_postcopy_failed = 4;

constexpr std::array rows{
    Row{VIR_DOMAIN_EVENT_STARTED, VIR_DOMAIN_EVENT_STARTED_BOOTED, {VMState::RUNNING, "booted"}},
    Row{VIR_DOMAIN_EVENT_STARTED, VIR_DOMAIN_EVENT_STARTED_MIGRATED, {VMState::RUNNING, "migrated"}},
    Row{VIR_DOMAIN_EVENT_STARTED, VIR_DOMAIN_EVENT_STARTED_RESTORED, {VMState::RUNNING, "restored"}},
    Row{VIR_DOMAIN_EVENT_STARTED, VIR_DOMAIN_EVENT_STARTED_FROM_SNAPSHOT, {VMState::RUNNING, "from_snapshot"}},
    Row{VIR_DOMAIN_EVENT_STARTED, VIR_DOMAIN_EVENT_STARTED_WAKEUP, {VMState::RUNNING, "wakeup"}},
    Row{VIR_DOMAIN_EVENT_SUSPENDED, VIR_DOMAIN_EVENT_SUSPENDED_PAUSED, {VMState::PAUSED, "user"}},
    Row{VIR_DOMAIN_EVENT_SUSPENDED, VIR_DOMAIN_EVENT_SUSPENDED_MIGRATED, {VMState::PAUSED, "migration"}},
    Row{VIR_DOMAIN_EVENT_SUSPENDED, VIR_DOMAIN_EVENT_SUSPENDED_IOERROR, {VMState::PAUSED, "ioerror"}},
    Row{VIR_DOMAIN_EVENT_SUSPENDED, VIR_DOMAIN_EVENT_SUSPENDED_WATCHDOG, {VMState::PAUSED, "watchdog"}},
    Row{VIR_DOMAIN_EVENT_SUSPENDED, VIR_DOMAIN_EVENT_SUSPENDED_RESTORED, {VMState::PAUSED, ""}},
    Row{VIR_DOMAIN_EVENT_SUSPENDED, VIR_DOMAIN_EVENT_SUSPENDED_FROM_SNAPSHOT, {VMState::PAUSED, "from_snapshot"}},
    Row{VIR_DOMAIN_EVENT_SUSPENDED, VIR_DOMAIN_EVENT_SUSPENDED_API_ERROR, {VMState::PAUSED, ""}},
    Row{VIR_DOMAIN_EVENT_SUSPENDED, VIR_DOMAIN_EVENT_SUSPENDED_POSTCOPY, {VMState::PAUSED, "postcopy"}},
    Row{VIR_DOMAIN_EVENT_SUSPENDED, suspended_postcopy_failed, {VMState::PAUSED, "postcopy_failed"}},
    Row{VIR_DOMAIN_EVENT_RESUMED, VIR_DOMAIN_EVENT_RESUMED_UNPAUSED, {VMState::RUNNING, "unpaused"}},
    Row{VIR_DOMAIN_EVENT_RESUMED, VIR_DOMAIN_EVENT_RESUMED_MIGRATED, {VMState::RUNNING, "migrated"}},
    Row{VIR_DOMAIN_EVENT_RESUMED, VIR_DOMAIN_EVENT_RESUMED_FROM_SNAPSHOT, {VMState::RUNNING, "from_snapshot"}},
    Row{VIR_DOMAIN_EVENT_RESUMED, VIR_DOMAIN_EVENT_RESUMED_POSTCOPY, {VMState::RUNNING, "postcopy"}},
    Row{VIR_DOMAIN_EVENT_RESUMED, resumed_postcopy_failed, {VMState::RUNNING, "postcopy_failed"}},
    Row{VIR_DOMAIN_EVENT_STOPPED, VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN, {VMState::SHUTOFF, "shutdown"}},
    Row{VIR_DOMAIN_EVENT_STOPPED, VIR_DOMAIN_EVENT_STOPPED_DESTROYED, {VMState::SHUTOFF, "destroyed"}},
    Row{VIR_DOMAIN_EVENT_STOPPED, VIR_DOMAIN_EVENT_STOPPED_CRASHED, {VMState::SHUTOFF, "crashed"}},
    Row{VIR_DOMAIN_EVENT_STOPPED, VIR_DOMAIN_EVENT_STOPPED_MIGRATED, {VMState::SHUTOFF, "migrated"}},
    Row{VIR_DOMAIN_EVENT_STOPPED, VIR_DOMAIN_EVENT_STOPPED_SAVED, {VMState::SHUTOFF, "saved"}},
    Row{VIR_DOMAIN_EVENT_STOPPED, VIR_DOMAIN_EVENT_STOPPED_FAILED, {VMState::SHUTOFF, "failed"}},
    Row{VIR_DOMAIN_EVENT_STOPPED, VIR_DOMAIN_EVENT_STOPPED_FROM_SNAPSHOT, {VMState::SHUTOFF, "from_snapshot"}},
    Row{VIR_DOMAIN_EVENT_SHUTDOWN, VIR_DOMAIN_EVENT_SHUTDOWN_FINISHED, {VMState::DYING, ""}},
    Row{VIR_DOMAIN_EVENT_SHUTDOWN, VIR_DOMAIN_EVENT_SHUTDOWN_GUEST, {VMState::DYING, ""}},
    Row{VIR_DOMAIN_EVENT_SHUTDOWN, VIR_DOMAIN_EVENT_SHUTDOWN_HOST, {VMState::DYING, "user"}},
    Row{VIR_DOMAIN_EVENT_PMSUSPENDED, VIR_DOMAIN_EVENT_PMSUSPENDED_MEMORY, {VMState::PMSUSPENDED, ""}},
    Row{VIR_DOMAIN_EVENT_PMSUSPENDED, VIR_DOMAIN_EVENT_PMSUSPENDED_DISK, {VMState::PMSUSPENDED, ""}},
    Row{VIR_DOMAIN_EVENT_CRASHED, VIR_DOMAIN_EVENT_CRASHED_PANICKED, {VMState::CRASHED, "panicked"}},
};

/// Of a detail that is newer than this table: the event's state, without a reason.
constexpr std::array states{
    Row{VIR_DOMAIN_EVENT_STARTED, 0, {VMState::RUNNING, ""}}, Row{VIR_DOMAIN_EVENT_SUSPENDED, 0, {VMState::PAUSED, ""}},
    Row{VIR_DOMAIN_EVENT_RESUMED, 0, {VMState::RUNNING, ""}}, Row{VIR_DOMAIN_EVENT_STOPPED, 0, {VMState::SHUTOFF, ""}},
    Row{VIR_DOMAIN_EVENT_SHUTDOWN, 0, {VMState::DYING, ""}},  Row{VIR_DOMAIN_EVENT_PMSUSPENDED, 0, {VMState::PMSUSPENDED, ""}},
};

}  // namespace

std::optional<EventMeaning> meaning_of(int event, int detail) noexcept {
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& one) { return one.event == event && one.detail == detail; });
  if (row != rows.end()) return row->meaning;
  // A guest that loaded its crash kernel (VIR_DOMAIN_EVENT_CRASHED_CRASHLOADED) goes on, and is not among these.
  const auto known = std::find_if(states.begin(), states.end(), [&](const Row& one) { return one.event == event; });
  if (known != states.end()) return known->meaning;
  return std::nullopt;
}

}  // namespace aihow::libvirt::inline v0

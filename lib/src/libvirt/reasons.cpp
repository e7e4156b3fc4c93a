// SPDX-License-Identifier: MIT
// libvirt's states and reasons in words: the one table of them. The numbers are libvirt's wire protocol and never change; a reason that
// libvirt adds later is printed as its number until it has a word here.
#include <fmt/format.h>
#include <libvirt/libvirt.h>
#include <aihow/libvirt/hypervisor.hpp>
#include <aihow/state/vm_state.hpp>
#include <array>
#include <span>

namespace aihow::libvirt::inline v0 {
namespace {

using state::VMState;
using Words = std::span<const std::string_view>;

// A word stands at the index of its constant.
constexpr std::array<std::string_view, 1> nothing{""};
constexpr std::array<std::string_view, 12> running{
    "",       "booted",  "migrated", "restored",       "from_snapshot", "unpaused", "migration_canceled", "save_canceled",
    "wakeup", "crashed", "postcopy", "postcopy_failed"};
constexpr std::array<std::string_view, 14> paused{"",        "user",        "migration",     "save",           "dump",
                                                  "ioerror", "watchdog",    "from_snapshot", "shutting_down",  "snapshot",
                                                  "crashed", "starting_up", "postcopy",      "postcopy_failed"};
constexpr std::array<std::string_view, 2> shutdown{"", "user"};
constexpr std::array<std::string_view, 9> shutoff{"", "shutdown", "destroyed", "crashed", "migrated", "saved", "failed", "from_snapshot", "daemon"};
constexpr std::array<std::string_view, 2> crashed{"", "panicked"};

constexpr std::array<Words, 8> states{Words(nothing),  Words(running), Words(nothing), Words(paused),
                                      Words(shutdown), Words(shutoff), Words(crashed), Words(nothing)};

static_assert(VIR_DOMAIN_NOSTATE == 0 && state::vm_state_from_libvirt(VIR_DOMAIN_NOSTATE) == VMState::UNDEFINED);
static_assert(VIR_DOMAIN_RUNNING == 1 && state::vm_state_from_libvirt(VIR_DOMAIN_RUNNING) == VMState::RUNNING);
static_assert(VIR_DOMAIN_BLOCKED == 2 && state::vm_state_from_libvirt(VIR_DOMAIN_BLOCKED) == VMState::RUNNING);
static_assert(VIR_DOMAIN_PAUSED == 3 && state::vm_state_from_libvirt(VIR_DOMAIN_PAUSED) == VMState::PAUSED);
static_assert(VIR_DOMAIN_SHUTDOWN == 4 && state::vm_state_from_libvirt(VIR_DOMAIN_SHUTDOWN) == VMState::DYING);
static_assert(VIR_DOMAIN_SHUTOFF == 5 && state::vm_state_from_libvirt(VIR_DOMAIN_SHUTOFF) == VMState::SHUTOFF);
static_assert(VIR_DOMAIN_CRASHED == 6 && state::vm_state_from_libvirt(VIR_DOMAIN_CRASHED) == VMState::CRASHED);
static_assert(VIR_DOMAIN_PMSUSPENDED == 7 && state::vm_state_from_libvirt(VIR_DOMAIN_PMSUSPENDED) == VMState::PMSUSPENDED);

static_assert(VIR_DOMAIN_NOSTATE_UNKNOWN == 0);
static_assert(VIR_DOMAIN_BLOCKED_UNKNOWN == 0);
static_assert(VIR_DOMAIN_PMSUSPENDED_UNKNOWN == 0);
static_assert(VIR_DOMAIN_PMSUSPENDED_DISK_UNKNOWN == 0);

static_assert(running[VIR_DOMAIN_RUNNING_UNKNOWN].empty());
static_assert(running[VIR_DOMAIN_RUNNING_BOOTED] == "booted");
static_assert(running[VIR_DOMAIN_RUNNING_MIGRATED] == "migrated");
static_assert(running[VIR_DOMAIN_RUNNING_RESTORED] == "restored");
static_assert(running[VIR_DOMAIN_RUNNING_FROM_SNAPSHOT] == "from_snapshot");
static_assert(running[VIR_DOMAIN_RUNNING_UNPAUSED] == "unpaused");
static_assert(running[VIR_DOMAIN_RUNNING_MIGRATION_CANCELED] == "migration_canceled");
static_assert(running[VIR_DOMAIN_RUNNING_SAVE_CANCELED] == "save_canceled");
static_assert(running[VIR_DOMAIN_RUNNING_WAKEUP] == "wakeup");
static_assert(running[VIR_DOMAIN_RUNNING_CRASHED] == "crashed");
static_assert(running[VIR_DOMAIN_RUNNING_POSTCOPY] == "postcopy");
static_assert(running[11] == "postcopy_failed");  // VIR_DOMAIN_RUNNING_POSTCOPY_FAILED, since libvirt 8.5

static_assert(paused[VIR_DOMAIN_PAUSED_UNKNOWN].empty());
static_assert(paused[VIR_DOMAIN_PAUSED_USER] == "user");
static_assert(paused[VIR_DOMAIN_PAUSED_MIGRATION] == "migration");
static_assert(paused[VIR_DOMAIN_PAUSED_SAVE] == "save");
static_assert(paused[VIR_DOMAIN_PAUSED_DUMP] == "dump");
static_assert(paused[VIR_DOMAIN_PAUSED_IOERROR] == "ioerror");
static_assert(paused[VIR_DOMAIN_PAUSED_WATCHDOG] == "watchdog");
static_assert(paused[VIR_DOMAIN_PAUSED_FROM_SNAPSHOT] == "from_snapshot");
static_assert(paused[VIR_DOMAIN_PAUSED_SHUTTING_DOWN] == "shutting_down");
static_assert(paused[VIR_DOMAIN_PAUSED_SNAPSHOT] == "snapshot");
static_assert(paused[VIR_DOMAIN_PAUSED_CRASHED] == "crashed");
static_assert(paused[VIR_DOMAIN_PAUSED_STARTING_UP] == "starting_up");
static_assert(paused[VIR_DOMAIN_PAUSED_POSTCOPY] == "postcopy");
static_assert(paused[VIR_DOMAIN_PAUSED_POSTCOPY_FAILED] == "postcopy_failed");

static_assert(shutdown[VIR_DOMAIN_SHUTDOWN_UNKNOWN].empty());
static_assert(shutdown[VIR_DOMAIN_SHUTDOWN_USER] == "user");

static_assert(shutoff[VIR_DOMAIN_SHUTOFF_UNKNOWN].empty());
static_assert(shutoff[VIR_DOMAIN_SHUTOFF_SHUTDOWN] == "shutdown");
static_assert(shutoff[VIR_DOMAIN_SHUTOFF_DESTROYED] == "destroyed");
static_assert(shutoff[VIR_DOMAIN_SHUTOFF_CRASHED] == "crashed");
static_assert(shutoff[VIR_DOMAIN_SHUTOFF_MIGRATED] == "migrated");
static_assert(shutoff[VIR_DOMAIN_SHUTOFF_SAVED] == "saved");
static_assert(shutoff[VIR_DOMAIN_SHUTOFF_FAILED] == "failed");
static_assert(shutoff[VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT] == "from_snapshot");
static_assert(shutoff[VIR_DOMAIN_SHUTOFF_DAEMON] == "daemon");

static_assert(crashed[VIR_DOMAIN_CRASHED_UNKNOWN].empty());
static_assert(crashed[VIR_DOMAIN_CRASHED_PANICKED] == "panicked");

}  // namespace

std::string reason_to_string(int state, int reason) {
  if (state < 0 || static_cast<std::size_t>(state) >= states.size()) return fmt::format("state {}", state);
  const Words words = states[static_cast<std::size_t>(state)];
  if (reason < 0 || static_cast<std::size_t>(reason) >= words.size()) return fmt::format("reason {}", reason);
  return std::string(words[static_cast<std::size_t>(reason)]);
}

}  // namespace aihow::libvirt::inline v0

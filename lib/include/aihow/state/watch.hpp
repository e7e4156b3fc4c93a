// SPDX-License-Identifier: MIT
// What ClusterStateManager::watch() tells, and how it may be told to.
#pragma once
#include <aihow/state/event_source.hpp>
#include <aihow/state/reconcile.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace aihow::state::inline v0 {

struct WatchEvent {
  enum class Kind : std::uint8_t {
    changed,    ///< `difference`: a member of an object is another one now, and recorded so unless `revision` is 0
    connected,  ///< the hypervisor tells of its events from now on; `since`: it did not from then on, so a refresh follows
    lost,       ///< it does not: `text` says why; what is known of its VMs is what was last seen
    resynced,   ///< the refresh after a gap is done: what had changed was told of; `since`: the gap's beginning
    stranger,   ///< something carries the cluster's mark or name that the state does not know: `text`; told once
    failed,     ///< something could not be looked at or recorded: `text` says why; it is tried again
  };
  Kind kind = Kind::changed;
  Timestamp when;
  std::string hypervisor{};  ///< of connected, lost, resynced, and of what it told by itself
  Difference difference{};
  std::string text{};
  std::uint64_t revision = 0;  ///< of the state that has it
  std::optional<Timestamp> since{};
};

constexpr std::string_view to_string(WatchEvent::Kind kind) noexcept {
  switch (kind) {
    case WatchEvent::Kind::changed:
      return "changed";
    case WatchEvent::Kind::connected:
      return "connected";
    case WatchEvent::Kind::lost:
      return "lost";
    case WatchEvent::Kind::resynced:
      return "resynced";
    case WatchEvent::Kind::stranger:
      return "stranger";
    case WatchEvent::Kind::failed:
      return "failed";
  }
  return "unknown";
}

struct WatchOptions {
  /// Beside the events everything is looked at so often: a lease has no event. 0: only after events, and after what failed.
  std::chrono::milliseconds resync{10'000};
  /// A look that shows only what was known writes new times no more often than this.
  std::chrono::milliseconds min_interval{60'000};
  /// Bounds each look.
  std::chrono::milliseconds timeout{10'000};
};

}  // namespace aihow::state::inline v0

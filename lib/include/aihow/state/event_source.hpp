// SPDX-License-Identifier: MIT
// EventSource: what tells of changes of the world as they happen.
#pragma once
#include <aihow/state/model.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace aihow::state::inline v0 {

/// What a hypervisor tells of.
struct WorldEvent {
  enum class Kind : std::uint8_t {
    connected,  ///< events of this hypervisor come from now on; what happened before was not told of
    lost,       ///< no events come from it until it is connected again
    vm,         ///< a domain is in a new state
    other,      ///< something else of it is new (a definition, a network): who wants to know looks
  };
  Kind kind = Kind::other;
  Timestamp when;          ///< when it arrived here; a hypervisor's own clock is not asked
  std::string hypervisor;  ///< connection URI
  std::string why{};       ///< of `lost`: a sentence

  // Of a `vm`.
  std::string domain_name;
  std::optional<Uuid> domain_uuid;
  VMState state = VMState::UNDEFINED;
  std::string state_reason;
};

/// Tells of events until it is stopped, over interruptions: it connects again by itself, with growing pauses.
/// Threads: follow() and stop() from one thread at a time; the sink is called from threads of the source's own, also several at once, and must not
/// call back in, nor throw but where memory is out.
class EventSource {
 public:
  using Sink = std::function<void(WorldEvent)>;

  EventSource() = default;
  EventSource(const EventSource&) = delete;
  EventSource& operator=(const EventSource&) = delete;
  virtual ~EventSource() = default;

  /// Begins to tell of every hypervisor of the state's VMs, and no more of others; those that it tells of already go on. Each answers with
  /// `connected` or `lost`. Events of one hypervisor come in its order. Returns at once. Throws Error io where no thread can be made.
  virtual void follow(const ClusterState& state, const Sink& sink) = 0;
  /// When it returns, within a second, the sink is not running and is not called any more.
  virtual void stop() noexcept = 0;
};

}  // namespace aihow::state::inline v0

// SPDX-License-Identifier: MIT
// Watch: the world is followed, and a caller's function told.
#include <aihow/watch.h>
#include <utility>
#include "alone.hpp"
#include "callback.hpp"
#include "convert.hpp"
#include "event_source.hpp"
#include "manager.hpp"
#include "observer.hpp"

namespace aihow::capi {
namespace {

constexpr std::size_t first_options_size = offsetof(aihow_watch_options, cancel) + sizeof(void*);

using Kind = state::WatchEvent::Kind;
static_assert(static_cast<int32_t>(Kind::changed) == AIHOW_WATCH_CHANGED && static_cast<int32_t>(Kind::connected) == AIHOW_WATCH_CONNECTED);
static_assert(static_cast<int32_t>(Kind::lost) == AIHOW_WATCH_LOST && static_cast<int32_t>(Kind::resynced) == AIHOW_WATCH_RESYNCED);
static_assert(static_cast<int32_t>(Kind::stranger) == AIHOW_WATCH_STRANGER && static_cast<int32_t>(Kind::failed) == AIHOW_WATCH_FAILED);

/// An observer whose failures are those of a look, which is done again; but one that nobody foresaw ends the watch.
class Looker final : public state::Observer {
 public:
  explicit Looker(state::Observer& observer) noexcept : observer_(observer) {}
  state::Observation observe(const state::ClusterState& state, const state::Context& context) override {
    try {
      return observer_.observe(state, context);
    } catch (const CallbackFailed& failure) {
      if (failure.status() == AIHOW_E_UNEXPECTED) throw;
      throw state::Error(static_cast<state::errc>(-failure.status()), failure.what());
    }
  }

 private:
  state::Observer& observer_;
};

/// Tells the notices that were heard up to now: the call that hears them goes on for long.
void tell_notices(const Manager& manager) {
  for (const std::string& notice : Listening::take()) manager.tell(notice);
}

/// A source that is asked with nothing left to be told.
class Follower final : public state::EventSource {
 public:
  Follower(const Manager& manager, CallerEventSource& source) noexcept : manager_(manager), source_(source) {}
  void follow(const state::ClusterState& state, const Sink& sink) override {
    tell_notices(manager_);
    source_.follow(state, sink);
  }
  void stop() noexcept override { source_.stop(); }

 private:
  const Manager& manager_;
  CallerEventSource& source_;
};

aihow_watch_event view(const state::WatchEvent& event) noexcept {
  const bool changed = event.kind == Kind::changed;
  aihow_watch_event filled{};
  filled.struct_size = sizeof filled;
  filled.kind = static_cast<int32_t>(event.kind);
  filled.object_kind = changed ? static_cast<int32_t>(event.difference.kind) : 0;
  filled.when = to_c(event.when);
  filled.hypervisor = event.hypervisor.c_str();
  filled.name = event.difference.name.c_str();
  filled.field = event.difference.field.c_str();
  filled.expected = event.difference.expected.c_str();
  filled.found = event.difference.found.c_str();
  filled.reason = event.difference.reason.c_str();
  filled.last_seen = to_c(event.difference.since);
  filled.text = event.text.c_str();
  filled.revision = event.revision;
  filled.since = to_c(event.since);
  return filled;
}

struct Wanted {
  state::WatchOptions values;
  std::stop_token stop;
};

Wanted to_options(const aihow_watch_options* given) {
  Wanted wanted;
  if (given == nullptr) return wanted;
  const auto options = take<first_options_size>(given, "options");
  if (const auto resync = to_timeout(options.resync_ms)) wanted.values.resync = *resync;
  if (const auto interval = to_timeout(options.min_interval_ms)) wanted.values.min_interval = *interval;
  if (const auto timeout = to_timeout(options.timeout_ms)) wanted.values.timeout = *timeout;
  if (options.cancel != nullptr) wanted.stop = use<Cancel>(options.cancel, "options.cancel")->token;
  return wanted;
}

}  // namespace
}  // namespace aihow::capi

using namespace aihow::capi;

extern "C" {

int32_t aihow_manager_watch(aihow_manager* manager, aihow_observer* observer, aihow_event_source* source, aihow_watch callback, void* user_data,
                            const aihow_watch_options* options, aihow_error** error) {
  return with_manager(manager, error, [&](Manager& of) {
    const auto seeing = use<aihow::capi::Observer>(observer);
    const auto telling = use<Source>(source);
    if (callback == nullptr) refuse("callback", "is NULL");
    const Wanted wanted = to_options(options);
    const Alone observer_alone(seeing->at_work, "the observer");
    const Alone source_alone(telling->at_work, "the event source");
    Looker looker(*seeing->observer);
    Follower follower(of, *telling->source);
    const auto tell = [&](const aihow::state::WatchEvent& event) {
      tell_notices(of);
      const aihow_watch_event told = view(event);
      call_back("watch", [&](aihow_sink* failure) { return callback(user_data, &told, failure); });
    };
    try {
      of->watch(looker, follower, tell, wanted.values, wanted.stop);
    } catch (...) {
      telling->source->end();
      throw;
    }
    telling->source->end();
  });
}
}

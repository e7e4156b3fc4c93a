// SPDX-License-Identifier: MIT
#include "event_source.hpp"
#include <utility>
#include "callback.hpp"
#include "convert.hpp"
#include "models.hpp"
#include "state.hpp"

namespace aihow::capi {

using namespace state;

namespace {

constexpr std::size_t first_event_size = offsetof(aihow_world_event, domain_uuid) + sizeof(aihow_uuid);
constexpr std::size_t first_table_size = offsetof(aihow_event_source_table, destroy) + sizeof(void (*)(void*));

using Kind = WorldEvent::Kind;
static_assert(static_cast<int32_t>(Kind::connected) == AIHOW_WORLD_CONNECTED && static_cast<int32_t>(Kind::lost) == AIHOW_WORLD_LOST);
static_assert(static_cast<int32_t>(Kind::vm) == AIHOW_WORLD_VM && static_cast<int32_t>(Kind::other) == AIHOW_WORLD_OTHER);

WorldEvent to_event(const aihow_world_event* given) {
  const auto told = take<first_event_size>(given, "event");
  if (told.kind < AIHOW_WORLD_CONNECTED || told.kind > AIHOW_WORLD_OTHER) {
    refuse("event.kind", "is " + std::to_string(told.kind) + ", which is no AIHOW_WORLD_");
  }
  WorldEvent event;
  event.kind = static_cast<Kind>(told.kind);
  event.when = told.when.kind == AIHOW_TIME_NONE ? Timestamp::now() : to_timestamp(told.when, "event.when");
  event.hypervisor = text(told.hypervisor, "event.hypervisor");
  event.why = optional_text(told.why, "event.why");
  if (event.kind != Kind::vm) return event;
  event.state = to_vm_state(told.state, "event.state");
  event.domain_name = optional_text(told.domain_name, "event.domain_name");
  event.state_reason = optional_text(told.state_reason, "event.state_reason");
  event.domain_uuid = to_uuid(told.domain_uuid);
  return event;
}

}  // namespace

void Gate::open(EventSource::Sink sink) {
  const std::lock_guard guard(mutex_);
  sink_ = std::move(sink);
}

void Gate::close() noexcept {
  const std::lock_guard guard(mutex_);
  sink_ = nullptr;
}

void Gate::put(WorldEvent event) {
  const std::lock_guard guard(mutex_);
  if (sink_) sink_(std::move(event));
}

CallerEventSource::~CallerEventSource() {
  if (!owns_user_data_ || table_.destroy == nullptr) return;
  try {
    table_.destroy(user_data_);
  } catch (const std::exception&) {
    // There is nobody left to be told.
  }
}

void CallerEventSource::follow(const ClusterState& state, const Sink& sink) {
  if (!gate_) gate_ = std::make_shared<Gate>();
  if (events_ == nullptr) events_ = Fresh<Events>(Events{gate_}).open();
  gate_->open(sink);
  State shown{ClusterState(state)};
  const Lent<State> lent(shown);
  call_back("follow", [&](aihow_sink* failure) { return table_.follow(user_data_, lent.get(), events_, failure); });
}

void CallerEventSource::stop() noexcept {
  if (gate_) gate_->close();
}

void CallerEventSource::end() {
  stop();
  aihow_events* const events = std::exchange(events_, nullptr);
  if (events == nullptr) return;
  try {
    if (table_.stop != nullptr) table_.stop(user_data_);
  } catch (const std::exception&) {
    // What the watch has come to is not changed by it.
  }
  close<Events>(events);
}

}  // namespace aihow::capi

using namespace aihow::capi;

extern "C" {

int32_t aihow_events_put(aihow_events* events, const aihow_world_event* event, aihow_error** error) {
  return guard(error, [&] {
    const auto to = use<Events>(events);
    to->gate->put(to_event(event));
  });
}

int32_t aihow_event_source_new(const aihow_event_source_table* table, void* user_data, aihow_event_source** source, aihow_error** error) {
  return guard(error, [&] {
    const auto given = take<first_table_size>(table, "table");
    if (given.follow == nullptr) refuse("table.follow", "is NULL");
    out(source, "source");
    Fresh<Source> made;
    made->source = std::make_unique<CallerEventSource>(given, user_data);
    made->source->own_user_data();
    *source = made.open();
  });
}

void aihow_event_source_free(aihow_event_source* source) { close<Source>(source); }
}

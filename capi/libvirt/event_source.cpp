// SPDX-License-Identifier: MIT
// libvirt's events as a table of C functions.
#include <aihow/libvirt/observer.hpp>
#include <memory>
#include <new>
#include "c_calls.hpp"

namespace {

using namespace aihow;
using namespace aihow::capi_libvirt;

/// To nobody where the watch is over.
void put(aihow_events* events, const state::WorldEvent& event) {
  aihow_world_event out{};
  out.struct_size = sizeof out;
  out.kind = static_cast<int32_t>(event.kind);
  out.state = static_cast<int32_t>(event.state);
  out.when = {event.when.unix_us(), AIHOW_TIME_UTC, 0};
  out.hypervisor = event.hypervisor.c_str();
  out.why = event.why.c_str();
  out.domain_name = event.domain_name.c_str();
  out.state_reason = event.state_reason.c_str();
  out.domain_uuid = to_c(event.domain_uuid);
  if (aihow_events_put(events, &out, nullptr) == AIHOW_E_OUT_OF_MEMORY) throw std::bad_alloc();
}

int32_t follow(void* user_data, const aihow_state* given, aihow_events* events, aihow_sink* failure) {
  return guard(failure, [&] {
    static_cast<state::EventSource*>(user_data)->follow(read_state(given), [events](const state::WorldEvent& event) { put(events, event); });
  });
}

}  // namespace

extern "C" {

int32_t aihow_libvirt_event_source_new(const aihow_libvirt_options* options, aihow_event_source** source, aihow_error** error) {
  return guard(error, [&] {
    auto made = libvirt::make_event_source(to_options(take(options)));
    aihow_event_source_table table{};
    table.struct_size = sizeof table;
    table.follow = follow;
    table.stop = [](void* user_data) { static_cast<state::EventSource*>(user_data)->stop(); };
    table.destroy = [](void* user_data) { delete static_cast<state::EventSource*>(user_data); };
    call(aihow_event_source_new, static_cast<const aihow_event_source_table*>(&table), static_cast<void*>(made.get()), source);
    // NOLINTNEXTLINE(bugprone-unused-return-value): the table's destroy has it from now on
    static_cast<void>(made.release());
  });
}
}

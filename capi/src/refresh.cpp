// SPDX-License-Identifier: MIT
// Refresh and drift, and what they say of what they saw and did.
#include "refresh.hpp"
#include "alone.hpp"
#include "convert.hpp"
#include "manager.hpp"

namespace aihow::capi {
namespace {

constexpr std::size_t first_options_size = offsetof(aihow_refresh_options, min_interval_ms) + sizeof(int64_t);
constexpr std::size_t first_summary_size = offsetof(aihow_refresh_summary, strangers) + sizeof(std::size_t);
constexpr std::size_t first_difference_size = offsetof(aihow_difference, reason) + sizeof(const char*);
constexpr std::size_t first_drift_options_size = offsetof(aihow_drift_options, cancel) + sizeof(void*);
constexpr std::chrono::minutes usual_time{1};

}  // namespace
}  // namespace aihow::capi

using namespace aihow::capi;

extern "C" {

int32_t aihow_manager_refresh(aihow_manager* manager, aihow_observer* observer, const aihow_refresh_options* options, const aihow_call* call,
                              aihow_refresh** refresh, aihow_error** error) {
  return with_manager(manager, call, error, [&](Manager& of, const Terms& terms) {
    const auto asked = use<aihow::capi::Observer>(observer);
    const auto wanted = options == nullptr ? aihow_refresh_options{} : take<first_options_size>(options, "options");
    const Alone alone(asked->at_work, "the observer");
    Fresh<aihow::capi::Refresh> made;
    const auto time = to_timeout(wanted.timeout_ms).value_or(usual_time);
    made->result = of->refresh(*asked->observer, aihow::state::within(time, terms.stop()),
                               std::chrono::milliseconds(std::max<int64_t>(wanted.min_interval_ms, 0)), terms.operation());
    made->frozen->set(made->result.snapshot);
    if (refresh != nullptr) *refresh = made.open();
  });
}

int32_t aihow_manager_drift(aihow_manager* manager, aihow_observer* observer, const aihow_drift_options* options, aihow_refresh** drift,
                            aihow_error** error) {
  return with_manager(manager, error, [&](Manager& of) {
    const auto asked = use<aihow::capi::Observer>(observer);
    const auto wanted = options == nullptr ? aihow_drift_options{} : take<first_drift_options_size>(options, "options");
    std::stop_token stop;
    if (wanted.cancel != nullptr) stop = use<Cancel>(wanted.cancel, "options.cancel")->token;
    out(drift, "drift");
    const Alone alone(asked->at_work, "the observer");
    Fresh<aihow::capi::Refresh> made;
    auto found = of->drift(*asked->observer, aihow::state::within(to_timeout(wanted.timeout_ms).value_or(usual_time), stop));
    made->result = {std::move(found.snapshot), std::move(found.differences), std::move(found.observation)};
    made->frozen->set(made->result.snapshot);
    *drift = made.open();
  });
}

int32_t aihow_refresh_get(const aihow_refresh* refresh, aihow_refresh_summary* summary, aihow_error** error) {
  return guard(error, [&] {
    const auto of = use<aihow::capi::Refresh>(refresh);
    const auto& result = of->result;
    const auto& seen = result.observation;
    aihow_refresh_summary filled{};
    filled.committed = result.committed ? 1 : 0;
    filled.differences = result.differences.size();
    filled.unreachable = seen.unreachable.size();
    filled.strangers = seen.strangers.size();
    filled.vms = seen.vms.size();
    filled.networks = seen.networks.size();
    filled.volumes = seen.volumes.size();
    filled.pools = seen.pools.size();
    filled.when = to_c(seen.when);
    give<first_summary_size>(summary, filled, "summary");
  });
}

int32_t aihow_refresh_state(const aihow_refresh* refresh, const aihow_state** state, aihow_error** error) {
  return guard(error, [&] {
    const auto of = use<aihow::capi::Refresh>(refresh);
    out(state, "state");
    *state = Fresh<State>(of->frozen).open();
  });
}

int32_t aihow_refresh_difference(const aihow_refresh* refresh, size_t index, aihow_difference* difference, aihow_error** error) {
  return guard(error, [&] {
    const auto of = use<aihow::capi::Refresh>(refresh);
    const auto& found = item(of->result.differences, index, "difference");
    give<first_difference_size>(difference,
                                aihow_difference{0, static_cast<int32_t>(found.kind), 0, found.name.c_str(), found.field.c_str(),
                                                 found.expected.c_str(), found.found.c_str(), found.reason.c_str(), to_c(found.since)},
                                "difference");
  });
}

int32_t aihow_refresh_unreachable(const aihow_refresh* refresh, size_t index, const char** hypervisor, const char** why, aihow_error** error) {
  return guard(error, [&] {
    const auto of = use<aihow::capi::Refresh>(refresh);
    const auto& found = item(of->result.observation.unreachable, index, "unreachable hypervisor");
    out(hypervisor, "hypervisor");
    out(why, "why");
    *hypervisor = found.hypervisor.c_str();
    *why = found.why.c_str();
  });
}

int32_t aihow_refresh_stranger(const aihow_refresh* refresh, size_t index, int32_t* kind, const char** name, const char** why, aihow_error** error) {
  return guard(error, [&] {
    const auto of = use<aihow::capi::Refresh>(refresh);
    const auto& found = item(of->result.observation.strangers, index, "stranger");
    out(kind, "kind");
    out(name, "name");
    out(why, "why");
    *kind = static_cast<int32_t>(found.kind);
    *name = found.name.c_str();
    *why = found.why.c_str();
  });
}

int32_t aihow_refresh_stranger_identity(const aihow_refresh* refresh, size_t index, int32_t* own, aihow_uuid* uuid, aihow_error** error) {
  return guard(error, [&] {
    const auto of = use<aihow::capi::Refresh>(refresh);
    const auto& found = item(of->result.observation.strangers, index, "stranger");
    out(own, "own");
    out(uuid, "uuid");
    *own = found.own ? 1 : 0;
    *uuid = to_c(found.uuid);
  });
}

void aihow_refresh_free(aihow_refresh* refresh) { close<aihow::capi::Refresh>(refresh); }
}

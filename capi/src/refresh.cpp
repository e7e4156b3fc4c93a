// SPDX-License-Identifier: MIT
// Refresh, and what it says of what it saw and did.
#include "convert.hpp"
#include "manager.hpp"
#include "observer.hpp"

namespace aihow::capi {
namespace {

struct Refresh {
  using Handle = aihow_refresh;
  static constexpr Noun noun = Noun::refresh;
  static constexpr const char* name = "refresh";
  state::Refresh result;
  std::shared_ptr<Frozen> frozen = std::make_shared<Frozen>();
};

constexpr std::size_t first_options_size = offsetof(aihow_refresh_options, min_interval_ms) + sizeof(int64_t);
constexpr std::size_t first_summary_size = offsetof(aihow_refresh_summary, strangers) + sizeof(std::size_t);
constexpr std::size_t first_difference_size = offsetof(aihow_difference, reason) + sizeof(const char*);
constexpr std::chrono::minutes usual_time{1};

/// Takes the observer for a call.
class Alone {
 public:
  explicit Alone(std::atomic<bool>& taken) noexcept : taken_(taken), alone_(!taken.exchange(true)) {}
  Alone(const Alone&) = delete;
  Alone& operator=(const Alone&) = delete;
  ~Alone() {
    if (alone_) taken_ = false;
  }
  explicit operator bool() const noexcept { return alone_; }

 private:
  std::atomic<bool>& taken_;
  bool alone_;
};

template <class List>
const auto& at(const List& list, std::size_t index, const char* what) {
  if (index < list.size()) return list[index];
  throw state::Error(state::errc::not_found, std::string("there is no ") + what + " " + std::to_string(index));
}

}  // namespace
}  // namespace aihow::capi

using namespace aihow::capi;

extern "C" {

int32_t aihow_manager_refresh(aihow_manager* manager, aihow_observer* observer, const aihow_refresh_options* options, const aihow_call* call,
                              aihow_refresh** refresh, aihow_error** error) {
  return with_manager(manager, call, error, [&](Manager& of, const Terms& terms) {
    const auto asked = use<aihow::capi::Observer>(observer);
    const auto wanted = options == nullptr ? aihow_refresh_options{} : take<first_options_size>(options, "options");
    const Alone alone(asked->at_work);
    if (!alone) throw aihow::state::Error(aihow::state::errc::locked, "the observer is at work in another call: use one for each thread");
    Fresh<aihow::capi::Refresh> made;
    const auto time = to_timeout(wanted.timeout_ms).value_or(usual_time);
    made->result = of->refresh(*asked->observer, aihow::state::within(time, terms.stop()),
                               std::chrono::milliseconds(std::max<int64_t>(wanted.min_interval_ms, 0)), terms.operation());
    made->frozen->set(made->result.snapshot);
    if (refresh != nullptr) *refresh = made.open();
  });
}

int32_t aihow_refresh_get(const aihow_refresh* refresh, aihow_refresh_summary* summary, aihow_error** error) {
  return guard(error, [&] {
    const auto of = use<aihow::capi::Refresh>(refresh);
    const auto& result = of->result;
    give<first_summary_size>(summary,
                             aihow_refresh_summary{0, result.committed ? 1 : 0, 0, result.differences.size(), result.observation.unreachable.size(),
                                                   result.observation.strangers.size()},
                             "summary");
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
    const auto& found = at(of->result.differences, index, "difference");
    give<first_difference_size>(difference,
                                aihow_difference{0, static_cast<int32_t>(found.kind), 0, found.name.c_str(), found.field.c_str(),
                                                 found.expected.c_str(), found.found.c_str(), found.reason.c_str()},
                                "difference");
  });
}

int32_t aihow_refresh_unreachable(const aihow_refresh* refresh, size_t index, const char** hypervisor, const char** why, aihow_error** error) {
  return guard(error, [&] {
    const auto of = use<aihow::capi::Refresh>(refresh);
    const auto& found = at(of->result.observation.unreachable, index, "unreachable hypervisor");
    out(hypervisor, "hypervisor");
    out(why, "why");
    *hypervisor = found.hypervisor.c_str();
    *why = found.why.c_str();
  });
}

int32_t aihow_refresh_stranger(const aihow_refresh* refresh, size_t index, int32_t* kind, const char** name, const char** why, aihow_error** error) {
  return guard(error, [&] {
    const auto of = use<aihow::capi::Refresh>(refresh);
    const auto& found = at(of->result.observation.strangers, index, "stranger");
    out(kind, "kind");
    out(name, "name");
    out(why, "why");
    *kind = static_cast<int32_t>(found.kind);
    *name = found.name.c_str();
    *why = found.why.c_str();
  });
}

void aihow_refresh_free(aihow_refresh* refresh) { close<aihow::capi::Refresh>(refresh); }
}

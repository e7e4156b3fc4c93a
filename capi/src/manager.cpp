// SPDX-License-Identifier: MIT
// Opening a manager, and the frame round its calls.
#include "manager.hpp"
#include <utility>
#include "convert.hpp"

namespace aihow::capi {

using namespace state;

namespace {

constexpr std::size_t first_options_size = offsetof(aihow_manager_options, destroy) + sizeof(void (*)(void*));
constexpr std::size_t first_call_size = offsetof(aihow_call, operation) + sizeof(void*);

thread_local Listening* listener = nullptr;

}  // namespace

Options::Options(const aihow_manager_options* given) {
  if (given == nullptr) return;
  const auto options = take<first_options_size>(given, "options");
  if (const auto timeout = to_timeout(options.lock_timeout_ms)) values.lock_timeout = *timeout;
  values.store.strict = truth(options.strict, "options.strict");
  values.store.no_locks = truth(options.no_locks, "options.no_locks");
  values.program = optional_text(options.program, "options.program");
  values.actor = optional_text(options.actor, "options.actor");
  notices = {options.notice, options.user_data, options.destroy};
}

Terms::Terms(const aihow_call* call) {
  if (call != nullptr) {
    const auto given = take<first_call_size>(call, "call");
    timeout_ = to_timeout(given.timeout_ms);
    if (given.cancel != nullptr) stop_ = use<Cancel>(given.cancel, "call.cancel")->token;
    if (given.operation != nullptr) operation_.emplace(use<Operation>(given.operation, "call.operation"));
  }
  terms_.emplace(ChangeTerms::Values{timeout_, stop_, operation()});
}

void require_no_operation(const Terms& terms) {
  if (terms.has_operation()) refuse("call.operation", "is given to what is an operation itself, and would wait for it");
}

Listening::Listening() noexcept : outer_(std::exchange(listener, this)) {}

void Listening::stop() noexcept {
  if (std::exchange(active_, false)) listener = outer_;
}

bool Listening::hear(std::string_view notice) {
  if (listener == nullptr) return false;
  listener->heard_.emplace_back(notice);
  return true;
}

std::vector<std::string> Listening::take() noexcept { return listener == nullptr ? std::vector<std::string>() : std::exchange(listener->heard_, {}); }

ManagerOptions Manager::listening(ManagerOptions options) {
  if (notices_.notice == nullptr) return options;
  options.notice = [this](std::string_view notice) {
    if (!Listening::hear(notice)) tell(std::string(notice));
  };
  return options;
}

Manager::Manager(std::string_view location, ManagerOptions options, const NoticeTable& notices) : notices_(notices) {
  manager_.emplace(location, listening(std::move(options)));
}

Manager::Manager(std::unique_ptr<StateStore> store, ManagerOptions options, const NoticeTable& notices) : notices_(notices) {
  manager_.emplace(std::move(store), listening(std::move(options)));
}

Manager::~Manager() {
  manager_.reset();
  if (!owns_notices_ || notices_.destroy == nullptr) return;
  try {
    notices_.destroy(notices_.user_data);
  } catch (const std::exception&) {
    // There is nobody left to be told.
  }
}

std::shared_ptr<Frozen> Manager::freeze(const SnapshotPtr& snapshot) {
  const std::lock_guard guard(mutex_);
  if (!newest_ || newest_->snapshot() != snapshot) newest_ = std::make_shared<Frozen>(snapshot);
  return newest_;
}

void Manager::tell(const std::string& notice) const noexcept(false) {
  if (notices_.notice == nullptr) return;
  try {
    notices_.notice(notices_.user_data, notice.c_str());
  } catch (const std::exception&) {
    // A notice never makes a success a failure.
  }
}

}  // namespace aihow::capi

using namespace aihow::capi;

extern "C" {

int32_t aihow_manager_open(const char* location, const aihow_manager_options* options, aihow_manager** manager, aihow_error** error) {
  return guard(error, [&] {
    const std::string_view where = bytes(location, "location");
    Options wanted(options);
    out(manager, "manager");
    Fresh<Manager> made(where, std::move(wanted.values), wanted.notices);
    made->own_notices();
    *manager = made.open();
  });
}

void aihow_manager_free(aihow_manager* manager) { close<Manager>(manager); }

int32_t aihow_manager_location(aihow_manager* manager, aihow_text** location, aihow_error** error) {
  return with_manager(manager, error, [&](Manager& of) {
    out(location, "location");
    auto made = Text::of_one();
    made->set(of->location());
    *location = made.open();
  });
}

int32_t aihow_manager_load(aihow_manager* manager, const aihow_state** state, aihow_error** error) {
  return with_manager(manager, error, [&](Manager& of) {
    out(state, "state");
    const auto newest = of->snapshot();
    *state = newest ? Fresh<State>(of.freeze(newest)).open() : nullptr;
  });
}
}

// SPDX-License-Identifier: MIT
// What manager and operation handles stand for, and the frame that every call of a manager runs in.
#pragma once
#include <aihow/manager.h>
#include <aihow/state/change_terms.hpp>
#include <aihow/state/manager.hpp>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>
#include "error.hpp"
#include "objects.hpp"
#include "state.hpp"

namespace aihow::capi {

/// A caller's function for notices.
struct NoticeTable {
  void (*notice)(void* user_data, const char* text) = nullptr;
  void* user_data = nullptr;
  void (*destroy)(void* user_data) = nullptr;
};

class Manager {
 public:
  using Handle = aihow_manager;
  static constexpr Noun noun = Noun::manager;
  static constexpr const char* name = "manager";

  Manager(std::string_view location, state::ManagerOptions options, const NoticeTable& notices);
  Manager(std::unique_ptr<state::StateStore> store, state::ManagerOptions options, const NoticeTable& notices);
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;
  ~Manager();

  state::ClusterStateManager& operator*() noexcept { return *manager_; }
  state::ClusterStateManager* operator->() noexcept { return &*manager_; }
  /// From here on the table's `destroy` is called with the manager's end.
  void own_notices() noexcept { owns_notices_ = true; }
  /// The same object for the same snapshot, so that what was made for reading it is not made again.
  std::shared_ptr<Frozen> freeze(const state::SnapshotPtr& snapshot);
  void tell(const std::string& notice) const noexcept(false);

 private:
  state::ManagerOptions listening(state::ManagerOptions options);

  NoticeTable notices_;
  bool owns_notices_ = false;
  std::optional<state::ClusterStateManager> manager_;
  std::mutex mutex_;
  std::shared_ptr<Frozen> newest_;
};

struct Operation {
  using Handle = aihow_operation;
  static constexpr Noun noun = Noun::operation;
  static constexpr const char* name = "operation";
  state::Operation operation;
};

/// Reads a caller's options; NULL: the defaults. Throws Error invalid.
struct Options {
  explicit Options(const aihow_manager_options* given);
  state::ManagerOptions values;
  NoticeTable notices;
};

/// What an aihow_call says, while the call runs.
class Terms {
 public:
  /// Throws Error invalid.
  explicit Terms(const aihow_call* call);
  bool has_operation() const noexcept { return operation_.has_value(); }
  const state::Operation* operation() const noexcept { return operation_ ? &(*operation_)->operation : nullptr; }
  const std::stop_token& stop() const noexcept { return stop_; }
  const std::optional<std::chrono::milliseconds>& timeout() const noexcept { return timeout_; }

 private:
  std::optional<Pinned<Operation>> operation_;
  std::stop_token stop_;
  std::optional<std::chrono::milliseconds> timeout_;
  std::optional<state::ChangeTerms> terms_;
};

/// Restore, import and undo take the lock themselves. Throws Error invalid where the terms name an operation.
void require_no_operation(const Terms& terms);

/// What is noticed on this thread while it lives, to be told when nothing of the library is on the stack any more.
class Listening {
 public:
  Listening() noexcept;
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;
  ~Listening() { stop(); }
  void stop() noexcept;
  const std::vector<std::string>& heard() const noexcept { return heard_; }
  /// What the innermost on this thread has heard up to now, which it then forgets: for calls that go on for long.
  static std::vector<std::string> take() noexcept;
  /// false: nobody is listening on this thread.
  static bool hear(std::string_view notice);

 private:
  std::vector<std::string> heard_;
  Listening* outer_;
  bool active_ = true;
};

/// Runs `body(manager)`, and then tells what was noticed: of a success as of a failure.
template <class Body>
int32_t with_manager(aihow_manager* handle, aihow_error** error, Body&& body) {
  return guard(error, [&] {
    const auto manager = use<Manager>(handle);
    Listening listening;
    std::exception_ptr failure;
    try {
      body(*manager);
    } catch (abi::__forced_unwind&) {
      throw;
    } catch (...) {
      failure = std::current_exception();
    }
    listening.stop();
    for (const std::string& notice : listening.heard()) manager->tell(notice);
    if (failure) std::rethrow_exception(failure);
  });
}

/// The same with the terms of a call.
template <class Body>
int32_t with_manager(aihow_manager* handle, const aihow_call* call, aihow_error** error, Body&& body) {
  return with_manager(handle, error, [&](Manager& manager) {
    const Terms terms(call);
    body(manager, terms);
  });
}

}  // namespace aihow::capi

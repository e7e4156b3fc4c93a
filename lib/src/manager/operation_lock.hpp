// SPDX-License-Identifier: MIT
// Operations inside one process: who of its threads has the operation lock, and the lock that a store is shown.
#pragma once
#include <aihow/state/manager.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include "channel.hpp"

namespace aihow::state::inline v0 {

/// One place per manager: a store's operation lock must not be asked for through an object that holds it. Threads: all members from any.
class OperationPlace {
 public:
  /// Waits until it is free. Throws Error locked (says what holds it), cancelled.
  void take(std::string_view what, const Context& context, std::string_view location);
  void leave() noexcept;

 private:
  std::mutex mutex_;
  std::condition_variable_any left_;
  bool taken_ = false;
  std::string what_;
};

/// Takes the place, then the store's operation lock; both are left by the lock's destructor. Throws as StateStore::lock().
std::unique_ptr<Lock> lock_operation(const std::shared_ptr<OperationPlace>& place, Channel& store, const Holder& self, const Context& context,
                                     std::string_view location);

/// The store's own lock that an operation holds; nullptr where there is no operation. Throws Error conflict where it holds none any more.
Lock* operation_store_lock(const Operation* operation, std::string_view location);

}  // namespace aihow::state::inline v0

// SPDX-License-Identifier: MIT
// Channel: one store object for many threads.
#pragma once
#include <aihow/state/state_store.hpp>
#include <memory>
#include <mutex>
#include <utility>

namespace aihow::state::inline v0 {

/// Lets one thread at a time call a store. A thread that waits for a lock of the store (not: for a call to end) holds nobody up.
/// Threads: all members from any.
class Channel {
 public:
  /// Throws Error invalid where there is no store.
  explicit Channel(std::unique_ptr<StateStore> store);

  /// Calls `call(store)`, alone.
  template <class Call>
  decltype(auto) use(Call&& call) {
    const std::lock_guard guard(mutex_);
    return std::forward<Call>(call)(*store_);
  }

  /// As StateStore::lock(), except that others use the store meanwhile.
  std::unique_ptr<Lock> lock(LockKind kind, const Holder& self, const Context& context);

 private:
  std::unique_ptr<StateStore> store_;
  std::mutex mutex_;
};

}  // namespace aihow::state::inline v0

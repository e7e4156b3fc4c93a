// SPDX-License-Identifier: MIT
#include "channel.hpp"
#include <aihow/state/error.hpp>
#include <algorithm>
#include <thread>

namespace aihow::state::inline v0 {

Channel::Channel(std::unique_ptr<StateStore> store) : store_(std::move(store)) {
  if (!store_) throw Error(errc::invalid, "a manager needs a store, and was given none");
}

std::unique_ptr<Lock> Channel::lock(LockKind kind, const Holder& self, const Context& context) {
  // The store waits in slices, so that a reader on the same object gets its turn between two of them.
  constexpr std::chrono::milliseconds slice{20};
  constexpr std::chrono::milliseconds pause{1};
  for (;;) {
    const auto now = std::chrono::steady_clock::now();
    const bool last = context.deadline - now <= slice;
    try {
      return use([&](StateStore& store) { return store.lock(kind, self, {last ? context.deadline : now + slice, context.stop}); });
    } catch (const Error& error) {
      if (last || error.code() != errc::locked) throw;
    }
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace aihow::state::inline v0

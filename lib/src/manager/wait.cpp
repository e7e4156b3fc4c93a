// SPDX-License-Identifier: MIT
// wait(): until another state stands.
#include <algorithm>
#include <condition_variable>
#include <mutex>
#include "impl.hpp"

namespace aihow::state::inline v0 {
namespace {

constexpr std::chrono::milliseconds poll_interval{50};

/// false: the deadline came first. Throws Error cancelled.
bool pause(const Context& context, const std::string& location) {
  const auto until = std::min(context.deadline, std::chrono::steady_clock::now() + poll_interval);
  std::mutex mutex;
  std::unique_lock guard(mutex);
  std::condition_variable_any never;
  never.wait_until(guard, context.stop, until, [] { return false; });
  if (context.stop.stop_requested()) throw Error(errc::cancelled, "cancelled while waiting for a change", {.path = location});
  return std::chrono::steady_clock::now() < context.deadline;
}

}  // namespace

bool ClusterStateManager::wait(const std::optional<Version>& known, const Context& context) {
  return guarded(*impl_, [&] {
    // A store object that waits is kept busy by it, so it is one of its own.
    const auto& open = impl_->channels.open;
    if (open && impl_->channels.reader->use([](StateStore& store) { return store.capabilities().wait; })) return open()->wait(known, context);
    for (;;) {
      const auto newest = impl_->load();
      const auto stands = newest ? std::optional(newest->snapshot()->version) : std::nullopt;
      if (stands != known) return true;
      if (!pause(context, impl_->location)) return false;
    }
  });
}

}  // namespace aihow::state::inline v0

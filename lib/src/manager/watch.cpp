// SPDX-License-Identifier: MIT
#include <exception>
#include "impl.hpp"
#include "watcher.hpp"

namespace aihow::state::inline v0 {
namespace {

/// What the callback threw, on its way out: the watch handles errors of its own.
struct Thrown {
  std::exception_ptr what;
};

}  // namespace

void ClusterStateManager::watch(Observer& observer, EventSource& events, const std::function<void(const WatchEvent&)>& callback,
                                const WatchOptions& options, std::stop_token stop) {
  if (!callback) throw Error(errc::invalid, "a watch needs a function that is told");
  guarded(*impl_, [&] {
    Watcher::Access access{.require = [this] { return impl_->require(); },
                           .record =
                               [this, stop](const SnapshotPtr& base, Refresh& refresh, std::chrono::milliseconds min_interval) {
                                 impl_->record(base, refresh, {"watch", min_interval, nullptr, stop});
                               }};
    const Watcher::Tell tell = [&](const WatchEvent& event) {
      try {
        callback(event);
      } catch (const Error&) {
        throw Thrown{std::current_exception()};
      }
    };
    try {
      Watcher(std::move(access), observer, events, tell, options, stop).run();
    } catch (const Thrown& thrown) {
      std::rethrow_exception(thrown.what);
    }
  });
}

}  // namespace aihow::state::inline v0

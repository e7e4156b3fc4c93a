// SPDX-License-Identifier: MIT
#include "impl.hpp"
#include "watcher.hpp"

namespace aihow::state::inline v0 {

void ClusterStateManager::watch(Observer& observer, EventSource& events, const std::function<void(const WatchEvent&)>& callback,
                                const WatchOptions& options, std::stop_token stop) {
  if (!callback) throw Error(errc::invalid, "a watch needs a function that is told");
  guarded(*impl_, [&] {
    Watcher::Access access{.require = [this] { return impl_->require(); },
                           .record =
                               [this, stop](const SnapshotPtr& base, Refresh& refresh, std::chrono::milliseconds min_interval) {
                                 impl_->record(base, refresh, {"watch", min_interval, nullptr, stop});
                               }};
    Watcher(std::move(access), observer, events, callback, options, stop).run();
  });
}

}  // namespace aihow::state::inline v0

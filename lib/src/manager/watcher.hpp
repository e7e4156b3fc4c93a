// SPDX-License-Identifier: MIT
// Watcher: one watch() on its way: takes events, records and tells them, and looks at everything where events do not suffice.
#pragma once
#include <aihow/state/manager.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <future>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>
#include "event_queue.hpp"

namespace aihow::state::inline v0 {

class Watcher {
 public:
  using Tell = std::function<void(const WatchEvent&)>;

  /// What a watch needs of a manager.
  struct Access {
    std::function<SnapshotPtr()> require;  ///< the newest state; Throws Error not_found
    /// Records an observation of `base`, and fills the refresh.
    std::function<void(const SnapshotPtr& base, Refresh& refresh, std::chrono::milliseconds min_interval)> record;
  };

  Watcher(Access access, Observer& observer, EventSource& events, const Tell& tell, const WatchOptions& options, std::stop_token stop)
      : access_(std::move(access)), observer_(observer), events_(events), tell_(tell), options_(options), asked_(std::move(stop), [this] {
          ending_.request_stop();
        }) {}
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;
  ~Watcher();

  void run();

 private:
  using Clock = std::chrono::steady_clock;

  /// What came of a look: an observation, or why there is none.
  struct Look {
    Observation seen;
    std::optional<Error> error;
    std::exception_ptr other;  ///< what is no Error
  };

  Look look();
  void follow(const ClusterState& state);
  void handle(std::vector<WorldEvent> batch);
  void connected(const WorldEvent& event);
  void lost(const WorldEvent& event);
  void record_states(std::vector<WorldEvent>& states);
  void record_run(const std::vector<WorldEvent>& run);
  void begin_look();
  void end_look();
  void tell_looked(const Refresh& refresh);
  void tell_changed(const Difference& difference, const std::string& hypervisor, const Timestamp& when, std::uint64_t revision);
  void tell_failed(const Error& error);
  void look_by(Clock::time_point when) { due_ = std::min(due_, when); }
  bool is_ending() const noexcept { return ending_.stop_requested(); }

  Access access_;
  Observer& observer_;
  EventSource& events_;
  const Tell& tell_;
  const WatchOptions& options_;

  std::stop_source ending_;
  std::stop_callback<std::function<void()>> asked_;
  EventQueue queue_;
  Clock::time_point due_;
  SnapshotPtr base_;                               ///< of the look that is on its way
  std::future<Look> looking_;                      ///< on a thread of its own: a hypervisor that hangs must not hold up the events of others
  std::unordered_map<std::string, VMState> told_;  ///< the state of each VM as it was told last
  std::set<std::string> strangers_;                ///< told of
  std::map<std::string, Timestamp> outages_;       ///< hypervisors that do not tell of events, and since when
  std::map<std::string, Timestamp> gaps_;          ///< those that do again, while what was missed has not been looked for yet
  std::set<std::string> covered_;                  ///< hypervisors of them whose gap the look that is under way began after
  std::string failure_;                            ///< told of, and not over
  std::jthread looker_;                            ///< the last member: it ends before what it uses
};

}  // namespace aihow::state::inline v0

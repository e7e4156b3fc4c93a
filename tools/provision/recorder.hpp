// SPDX-License-Identifier: MIT
// Recorder: what an operation has done, committed to the state in groups.
#pragma once
#include <aihow/state/manager.hpp>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <vector>
#include "provision/operations.hpp"

namespace aihow::tool {

/// Threads: landed() from any; the others from the one that runs the operation.
class Recorder {
 public:
  using Change = std::function<void(state::ClusterState&)>;  ///< pure: it may be run again

  /// What came since the last commit is committed at most this often.
  static constexpr std::chrono::milliseconds interval{500};

  Recorder(state::ClusterStateManager& manager, const state::Operation& operation) : manager_(manager), operation_(operation) {}

  void landed(Change change);
  /// Commits what has landed, if the interval has passed since the last commit. Throws Error as ClusterStateManager::transaction.
  void flush_if_due();
  /// Commits what has landed now.
  void flush();

 private:
  state::ClusterStateManager& manager_;
  const state::Operation& operation_;
  std::mutex mutex_;
  std::vector<Change> landed_;
  std::chrono::steady_clock::time_point last_{};
};

/// Changes a VM's record to what libvirt reports of its domain.
Recorder::Change record_domain(const std::string& vm, const libvirt::DomainStatus& status);

}  // namespace aihow::tool

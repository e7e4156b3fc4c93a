// SPDX-License-Identifier: MIT
// Notices: tells a caller once what loading and committing noticed.
#pragma once
#include <aihow/state/state_store.hpp>
#include <functional>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace aihow::state::inline v0 {

/// Threads: all members from any; the callback is called on the thread that noticed, holding no lock. What it throws is dropped: a notice
/// never makes a success a failure.
class Notices {
 public:
  explicit Notices(std::function<void(std::string_view)> callback) : callback_(std::move(callback)) {}

  /// Of a load: told once for one content, however often and through whichever store object it is loaded.
  void loaded(const Snapshot& snapshot) noexcept;
  /// Of a commit: each one's are its own.
  void committed(std::span<const std::string> notices) noexcept;
  void tell(std::string_view notice) noexcept;

 private:
  std::function<void(std::string_view)> callback_;
  std::mutex mutex_;
  std::string token_;  ///< of the content that `told_` is about
  std::set<std::string> told_;
};

}  // namespace aihow::state::inline v0

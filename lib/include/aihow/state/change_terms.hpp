// SPDX-License-Identifier: MIT
// ChangeTerms: what holds for every change that one thread makes, for callers that cannot say it with each call.
#pragma once
#include <chrono>
#include <optional>
#include <stop_token>

namespace aihow::state::inline v0 {

class Operation;

/// While it lives, it holds for the changes of the thread that made it, through any manager. The innermost counts, and it alone: what it leaves
/// empty is the manager's own again, not an outer one's. Made and destroyed in the order of a stack, on one thread.
class ChangeTerms {
 public:
  struct Values {
    std::optional<std::chrono::milliseconds> timeout{};  ///< how long to wait for locks and other writers, in place of ManagerOptions::lock_timeout
    std::stop_token stop{};                              ///< ends waits with `cancelled`, where the call was given no token of its own
    const Operation* under = nullptr;                    ///< what commits rely on, where the call was given no operation of its own
  };

  explicit ChangeTerms(Values values) noexcept;
  ChangeTerms(const ChangeTerms&) = delete;
  ChangeTerms& operator=(const ChangeTerms&) = delete;
  ~ChangeTerms();

  /// What holds for this thread now; all empty where nothing was made.
  static const Values& current() noexcept;

 private:
  Values values_;
  const ChangeTerms* outer_;
};

}  // namespace aihow::state::inline v0

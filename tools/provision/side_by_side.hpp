// SPDX-License-Identifier: MIT
// side_by_side: runs an operation's independent parts at the same time.
#pragma once
#include <aihow/state/error.hpp>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace aihow::tool {

/// One part: its name for messages, and what it does. It looks at the token between its steps, which asks it to stop when another part has
/// failed or the user has cancelled.
struct Part {
  std::string name;
  std::function<void(const std::stop_token&)> run;
};

struct PartFailure {
  std::string name;
  std::string message;
  std::optional<state::errc> cause;
};

inline constexpr std::size_t max_side_by_side = 8;  ///< libvirtd's own default limit of calls at once per client is 5 and more wait there

/// Runs the parts, at most max_side_by_side at once, and returns the failures in the order in which they came; parts that were asked to stop
/// and throw Error cancelled are not among them, unless it was the user who cancelled. With `fail_fast` the first failure stops the rest.
/// `meanwhile` is called from this thread several times a second; what it throws stops the parts and is thrown once they have ended.
std::vector<PartFailure> side_by_side(std::vector<Part> parts, const std::stop_token& stop, bool fail_fast, const std::function<void()>& meanwhile);

/// The failure of an exception that is being handled.
PartFailure describe_failure(std::string name);

/// Throws Error cancelled where the token says so.
void throw_if_stopped(const std::stop_token& stop);

/// Waits until `done()`, asking every `period`, or the deadline: then false. Throws Error cancelled.
bool wait_until(const std::function<bool()>& done, std::chrono::steady_clock::time_point deadline, const std::stop_token& stop,
                std::chrono::milliseconds period = std::chrono::milliseconds(200));

}  // namespace aihow::tool

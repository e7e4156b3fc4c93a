// SPDX-License-Identifier: MIT
// What is going on, as one line: pure text.
#pragma once
#include <chrono>
#include <cstddef>
#include <string>

namespace aihow::tool {

/// A phase of work as it stands.
struct Progress {
  std::string what;  ///< "creating VMs"; empty: nothing is going on
  std::size_t done = 0;
  std::size_t total = 0;  ///< 0: not known
  std::string detail;     ///< the last step, or what is waited for
  std::chrono::steady_clock::time_point since{};
};

/// `0:07`, `12:30`, `1:02:03`.
std::string elapsed_text(std::chrono::seconds time);

/// `creating VMs  2 of 3  0:07  compute-01 has no address yet`, escaped, at most `width` columns.
std::string progress_line(const Progress& progress, std::chrono::steady_clock::time_point now, std::size_t width);

/// `creating VMs: 3 of 3 in 0:12`: what is left of a phase that is over.
std::string progress_summary(const Progress& progress, std::chrono::steady_clock::time_point now);

}  // namespace aihow::tool

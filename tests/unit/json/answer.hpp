// SPDX-License-Identifier: MIT
// What a reader answers to a document that may mean harm, and what that took.
#pragma once
#include <aihow/state/error.hpp>
#include <cstddef>
#include <ctime>
#include <optional>
#include "allocations.hpp"

inline constexpr std::size_t mebibyte = std::size_t{1} << 20;
#ifdef __OPTIMIZE__
inline constexpr std::size_t shape_bytes = 10 * mebibyte;
#else
inline constexpr std::size_t shape_bytes = mebibyte;
#endif

/// What an answer to 10 MiB may take, of a processor of the kind that people have; under a sanitizer several times that.
#if defined(__SANITIZE_ADDRESS__) || !defined(__OPTIMIZE__)
inline constexpr double hostile_seconds = 10;
#else
inline constexpr double hostile_seconds = 1;
#endif

struct Answer {
  std::optional<aihow::state::Error> error;
  std::size_t peak_bytes = 0;
  double seconds = 0;
};

/// Processor time: what else the machine does has no part in it.
inline double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

template <class Act>
Answer answer_of(const Act& act) {
  Answer out;
  const double start = processor_seconds();
  const PeakMemory peak;
  try {
    act();
  } catch (const aihow::state::Error& error) {
    out.error = error;
  }
  out.peak_bytes = peak.bytes();
  out.seconds = processor_seconds() - start;
  return out;
}

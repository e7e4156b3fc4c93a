// SPDX-License-Identifier: MIT
// Benchmarks as a table of ratios: ours against the floor or the best peer, measured in one process, repetitions interleaved.
#pragma once
#include <benchmark/benchmark.h>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace aihow::bench {

/// One line of the table: how the median time of the benchmark `ours` relates to that of `against`.
struct Row {
  std::string work;     ///< what is done, in words
  std::string ours;     ///< the name of a benchmark
  std::string against;  ///< the name of another
  double at_most = 0;   ///< the ratio that is aimed at; 0: shown only
};

/// Has the heap put together what was freed. It does so at the next large request otherwise, which would be in somebody else's time.
void settle_heap();

/// Times `work()` alone: what it returns is destroyed outside of the measured time.
template <class Work>
void timed(benchmark::State& state, Work work) {
  using Clock = std::chrono::steady_clock;
  for ([[maybe_unused]] auto _ : state) {
    settle_heap();
    const auto start = Clock::now();
    auto result = work();
    const auto end = Clock::now();
    benchmark::DoNotOptimize(result);
    state.SetIterationTime(std::chrono::duration<double>(end - start).count());
  }
}

/// Registers a benchmark whose time is that of `work()`.
template <class Work>
void add(const std::string& name, Work work) {
  benchmark::RegisterBenchmark(name.c_str(), [work = std::move(work)](benchmark::State& state) { timed(state, work); })->UseManualTime();
}

/// From now on memory that was used once is kept for the next use, by everybody in the table: getting fresh pages from the system can take
/// longer than the work itself, and would be all that is measured. To be called first in main.
void keep_memory();

/// Runs what is registered (repetitions interleaved; the options of Google Benchmark apply) and prints the table: medians, ratio, aim.
/// Rows whose benchmarks did not run are left out. The exit code of main: 0 even where an aim was missed, which is said in the table.
int run_table(int argc, char** argv, const std::vector<Row>& rows);

}  // namespace aihow::bench

// SPDX-License-Identifier: MIT
#include "table.hpp"
#include <fmt/format.h>
#include <malloc.h>
#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>
#include <memory>
#include <optional>

namespace aihow::bench {
namespace {

/// Keeps the time of each repetition, in ns.
class Collector : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context& context) override {
    PrintBasicContext(&GetErrorStream(), context);
    return true;
  }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration || run.error_occurred || run.iterations == 0) continue;
      times_[run.run_name.function_name].push_back(run.real_accumulated_time / static_cast<double>(run.iterations) * 1e9);
    }
  }
  std::optional<double> median_ns(const std::string& name) {
    const auto found = times_.find(name);
    if (found == times_.end()) return std::nullopt;
    auto& times = found->second;
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    return *middle;
  }

 private:
  std::map<std::string, std::vector<double>> times_;
};

std::string time_text(double ns) {
  if (ns < 1e3) return fmt::format("{:.1f} ns", ns);
  if (ns < 1e6) return fmt::format("{:.2f} us", ns / 1e3);
  return fmt::format("{:.2f} ms", ns / 1e6);
}

}  // namespace

void keep_memory() {
  if (mallopt(M_MMAP_MAX, 0) == 0 || mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max()) == 0) fmt::print(stderr, "mallopt is refused\n");
}

void settle_heap() {
  // glibc does it before it takes a request of 1 KiB or more that its bins cannot serve.
  void* volatile large = std::malloc(1U << 20);
  std::free(large);
}

int run_table(int argc, char** argv, const std::vector<Row>& rows) {
  // The caller's own options come later, and so count.
  std::string interleave = "--benchmark_enable_random_interleaving=true";
  std::string repetitions = "--benchmark_repetitions=9";
  std::string least = "--benchmark_min_time=0.1";
  std::vector<char*> arguments{argv[0], interleave.data(), repetitions.data(), least.data()};
  arguments.insert(arguments.end(), argv + 1, argv + argc);
  int count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 4;

  Collector collector;
  benchmark::RunSpecifiedBenchmarks(&collector);
  fmt::print("| {:<44} | {:>10} | {:<34} | {:>10} | {:>7} | {:>7} | |\n", "work", "ours", "against", "takes", "ratio", "at most");
  fmt::print("|{:-<46}|{:->12}|{:-<36}|{:->12}|{:->9}|{:->9}|---|\n", "", "", "", "", "", "");
  for (const Row& row : rows) {
    const auto ours = collector.median_ns(row.ours);
    const auto against = collector.median_ns(row.against);
    if (!ours || !against) continue;
    const double ratio = *ours / *against;
    fmt::print("| {:<44} | {:>10} | {:<34} | {:>10} | {:>7.3f} | {:>7} | {} |\n", row.work, time_text(*ours), row.against, time_text(*against), ratio,
               row.at_most == 0 ? "" : fmt::format("{:.2f}", row.at_most),
               row.at_most == 0       ? ""
               : ratio <= row.at_most ? "met"
                                      : "MISSED");
  }
  return 0;
}

}  // namespace aihow::bench

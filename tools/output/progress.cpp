// SPDX-License-Identifier: MIT
#include "output/progress.hpp"
#include <fmt/format.h>
#include "output/escape.hpp"

namespace aihow::tool {
namespace {

std::string count_text(const Progress& progress) {
  return progress.total == 0 ? fmt::format("{}", progress.done) : fmt::format("{} of {}", progress.done, progress.total);
}
std::string elapsed_since(const Progress& progress, std::chrono::steady_clock::time_point now) {
  return elapsed_text(std::chrono::duration_cast<std::chrono::seconds>(now - progress.since));
}

}  // namespace

std::string elapsed_text(std::chrono::seconds time) {
  const auto seconds = time.count() < 0 ? 0 : time.count();
  if (seconds < 3600) return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string progress_line(const Progress& progress, std::chrono::steady_clock::time_point now, std::size_t width) {
  std::string line = fmt::format("{}  {}  {}", escape(progress.what), count_text(progress), elapsed_since(progress, now));
  if (!progress.detail.empty()) line += "  " + escape(progress.detail);
  return clip(line, width);
}

std::string progress_summary(const Progress& progress, std::chrono::steady_clock::time_point now) {
  return fmt::format("{}: {} in {}", escape(progress.what), count_text(progress), elapsed_since(progress, now));
}

}  // namespace aihow::tool

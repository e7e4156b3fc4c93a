// SPDX-License-Identifier: MIT
#include "output/console.hpp"
#include <fmt/format.h>
#include <cstring>
#include <utility>
#include "output/descriptor.hpp"
#include "output/escape.hpp"

namespace aihow::tool {
namespace {

constexpr std::string_view clear_line = "\r\033[K";

// What cannot be shown is lost, never the work that it tells of.
template <class Work>
void quietly(Work&& work) noexcept {
  try {
    std::forward<Work>(work)();
  } catch (...) {
  }
}

}  // namespace

Console::Console(ConsoleOptions options) : options_(std::move(options)) {}

Console::~Console() {
  ticker_.request_stop();
  if (ticker_.joinable()) ticker_.join();
  finish();
}

void Console::phase(std::string_view what, std::size_t total) noexcept {
  quietly([&] {
    const std::lock_guard guard(mutex_);
    end_phase();
    progress_ = {std::string(what), 0, total, {}, std::chrono::steady_clock::now()};
    const std::string line = total == 0 ? std::string(what) : fmt::format("{} ({})", what, total);
    log(LogLevel::info, line);
    if (options_.level < LogLevel::info) return;
    if (options_.terminal.is_terminal) {
      if (!ticker_.joinable()) ticker_ = std::jthread([this](const std::stop_token& stop) { tick(stop); });
      draw();
    } else {
      put_line(escape_lines(line));
    }
  });
}

void Console::step(std::string_view text) noexcept {
  quietly([&] {
    const std::lock_guard guard(mutex_);
    ++progress_.done;
    progress_.detail = text;
    log(LogLevel::info, text);
    if (options_.level < LogLevel::info) return;
    if (options_.terminal.is_terminal && options_.level < LogLevel::debug && !progress_.what.empty()) {
      draw();
    } else if (progress_.total == 0) {
      put_line("  " + escape_lines(text));
    } else {
      put_line(fmt::format("  {} ({} of {})", escape_lines(text), progress_.done, progress_.total));
    }
  });
}

void Console::waiting(std::string_view text) noexcept {
  quietly([&] {
    const std::lock_guard guard(mutex_);
    progress_.detail = text;
    if (options_.terminal.is_terminal && options_.level >= LogLevel::info && !progress_.what.empty()) draw();
  });
}

void Console::notice(std::string_view text) noexcept { say(LogLevel::warning, "note", style::bold, text); }
void Console::trace(std::string_view text) noexcept { say(LogLevel::debug, "", style::faint, text); }
void Console::warning(std::string_view text) noexcept { say(LogLevel::warning, "warning", style::yellow, text); }
void Console::error(std::string_view text) noexcept { say(LogLevel::error, "error", style::red, text); }
void Console::hint(std::string_view text) noexcept { say(LogLevel::error, "", style::none, text); }

void Console::finish() noexcept {
  quietly([&] {
    const std::lock_guard guard(mutex_);
    end_phase();
  });
}

void Console::ask(std::string_view text) noexcept {
  quietly([&] {
    const std::lock_guard guard(mutex_);
    end_phase();
    write_all(options_.fd, escape_lines(text) + " ");
  });
}

void Console::say(LogLevel level, std::string_view label, std::string_view color, std::string_view text) noexcept {
  quietly([&] {
    const std::lock_guard guard(mutex_);
    log(level, text);
    if (options_.level < level) return;
    const std::string_view on = options_.terminal.color ? color : style::none;
    std::string line = escape_lines(text);
    if (label.empty()) {
      put_line(on.empty() ? "  " + line : fmt::format("  \033[{}m{}\033[0m", on, line));
    } else {
      put_line(on.empty() ? fmt::format("{}: {}", label, line) : fmt::format("\033[{}m{}:\033[0m {}", on, label, line));
    }
  });
}

// The lock is held in all that follow, except in tick().

void Console::log(LogLevel level, std::string_view text) noexcept {
  if (options_.log == nullptr || level > options_.log_level) return;
  const int number = options_.log->line(level, text);
  if (number == 0 || std::exchange(log_failed_, true)) return;
  quietly([&] { put_line(fmt::format("warning: the log file cannot be written: {}", std::strerror(number))); });
}

void Console::end_phase() {
  if (progress_.what.empty()) return;
  const Progress over = std::exchange(progress_, {});
  if (options_.terminal.is_terminal && options_.level >= LogLevel::info) put_line(progress_summary(over, std::chrono::steady_clock::now()));
}

void Console::put_line(std::string_view line) {
  std::string text;
  if (std::exchange(drawn_, false)) text += clear_line;
  write_all(options_.fd, text.append(line) += '\n');
  if (options_.terminal.is_terminal && options_.level >= LogLevel::info && !progress_.what.empty()) draw();
}

void Console::draw() {
  // One column stays free: a full last column makes some terminals wrap.
  const std::size_t width = terminal_columns(options_.fd);
  const std::string line = progress_line(progress_, std::chrono::steady_clock::now(), width > 1 ? width - 1 : 1);
  drawn_ = true;
  write_all(options_.fd, fmt::format("\r{}\033[K", line));
}

void Console::tick(const std::stop_token& stop) {
  std::unique_lock guard(mutex_);
  for (;;) {
    wake_.wait_for(guard, stop, std::chrono::seconds(1), [] { return false; });
    if (stop.stop_requested()) return;
    quietly([&] {
      if (!progress_.what.empty()) draw();
    });
  }
}

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
// Console: the reporter of the command. Everything that is not data goes through it: to standard error, and to the log file.
#pragma once
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include "output/log_file.hpp"
#include "output/log_level.hpp"
#include "output/progress.hpp"
#include "output/reporter.hpp"
#include "output/terminal.hpp"

namespace aihow::tool {

struct ConsoleOptions {
  int fd = 2;
  Terminal terminal;                     ///< what `fd` can show
  LogLevel level = LogLevel::info;       ///< how much is shown
  LogLevel log_level = LogLevel::debug;  ///< how much the log file keeps
  std::unique_ptr<LogFile> log;          ///< may be null
};

/// On a terminal one line that is drawn anew (each second too) says what is going on, and each phase leaves one line. Elsewhere each step is
/// a line. With LogLevel::debug steps are lines everywhere.
/// Threads and failures: as Reporter says. A log file that cannot be written any more is said once.
class Console final : public Reporter {
 public:
  explicit Console(ConsoleOptions options);
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;
  ~Console() override;

  void phase(std::string_view what, std::size_t total) noexcept override;
  void step(std::string_view text) noexcept override;
  void waiting(std::string_view text) noexcept override;
  void notice(std::string_view text) noexcept override;
  void trace(std::string_view text) noexcept override;

  void warning(std::string_view text) noexcept;
  void error(std::string_view text) noexcept;
  /// Belongs to the error before it: what to do.
  void hint(std::string_view text) noexcept;

  /// The phase is over: nothing is drawn any more. To be called before standard output is written or a question is asked.
  void finish() noexcept;

  /// Shows a question's text as it is, escaped, on standard error.
  void ask(std::string_view text) noexcept;

 private:
  void say(LogLevel level, std::string_view label, std::string_view color, std::string_view text) noexcept;
  void log(LogLevel level, std::string_view text) noexcept;
  void end_phase();
  void put_line(std::string_view line);
  void draw();
  void tick(const std::stop_token& stop);

  ConsoleOptions options_;
  std::mutex mutex_;
  Progress progress_;
  bool drawn_ = false;
  bool log_failed_ = false;
  std::condition_variable_any wake_;
  std::jthread ticker_;  // last: it uses all of the above
};

}  // namespace aihow::tool

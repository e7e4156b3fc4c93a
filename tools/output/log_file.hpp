// SPDX-License-Identifier: MIT
// LogFile: the file of --log-file.
#pragma once
#include <string>
#include <string_view>
#include "output/log_level.hpp"

namespace aihow::tool {

/// Appends one line per entry, each with one write(2), so that whatever happens next finds the entry there:
/// `2025-10-21T14:32:15.123456Z ai-how[4711] debug call virDomainCreate demo-controller`.
/// Threads: any.
class LogFile {
 public:
  /// Opens the file, 0600 where it is made. Throws Error permission, io (no such directory …).
  explicit LogFile(const std::string& path);
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;
  ~LogFile();

  /// Line breaks and control characters in the text are escaped. Returns 0, or the errno of a failed write.
  int line(LogLevel level, std::string_view text) noexcept;

 private:
  int fd_;
};

}  // namespace aihow::tool

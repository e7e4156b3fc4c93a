// SPDX-License-Identifier: MIT
#include "output/log_file.hpp"
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <aihow/state/error.hpp>
#include <aihow/state/timestamp.hpp>
#include <cerrno>
#include <cstring>
#include <new>
#include "output/descriptor.hpp"
#include "output/escape.hpp"

namespace aihow::tool {

LogFile::LogFile(const std::string& path) : fd_(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600)) {
  if (fd_ >= 0) return;
  const int number = errno;
  const bool refused = number == EACCES || number == EPERM;
  const state::errc code = refused ? state::errc::permission : state::errc::io;
  throw state::Error(code, fmt::format("cannot open the log file: {}; name another one with --log-file", std::strerror(number)), {.path = path});
}

LogFile::~LogFile() { ::close(fd_); }

int LogFile::line(LogLevel level, std::string_view text) noexcept {
  try {
    return write_all(fd_, fmt::format("{} ai-how[{}] {} {}\n", state::Timestamp::now().to_string(), ::getpid(), to_string(level), escape(text)));
  } catch (const std::bad_alloc&) {
    return ENOMEM;
  } catch (...) {
    return EINVAL;
  }
}

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
#include "provision/limited_command.hpp"
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <aihow/state/error.hpp>
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <utility>

namespace aihow::tool {
namespace {

using state::errc;
using state::Error;
using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const std::string& program, std::string_view what, int error) {
  const errc code = error == ENOENT ? errc::unsupported : error == EACCES ? errc::permission : errc::io;
  throw Error(code, fmt::format("{} {}: {}", program, what, std::generic_category().message(error)));
}

class Descriptor {
 public:
  Descriptor() = default;
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  void reset(int fd) noexcept {
    close();
    fd_ = fd;
  }
  void close() noexcept {
    if (fd_ >= 0) (void)::close(std::exchange(fd_, -1));  // pipes: nothing is lost by a failed close
  }
  int get() const noexcept { return fd_; }

 private:
  int fd_ = -1;
};

struct Pipe {
  Descriptor read, write;
  explicit Pipe(const std::string& program) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail(program, "cannot be run", errno);
    read.reset(ends[0]);
    write.reset(ends[1]);
  }
};

std::string find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  const char* variable = std::getenv("PATH");
  std::string_view path = variable == nullptr ? "/usr/bin:/bin" : variable;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find(':'), path.size());
    const std::string file = std::string(path.substr(0, end)) + "/" + name;
    if (end > 0 && ::access(file.c_str(), X_OK) == 0) return file;  // an empty part means the working directory, which is not trusted
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  throw Error(errc::unsupported, name + " is not installed");
}

std::vector<std::string> c_locale_environment() {
  std::vector<std::string> out;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry)
    if (!std::string_view(*entry).starts_with("LC_") && !std::string_view(*entry).starts_with("LANG")) out.emplace_back(*entry);
  out.emplace_back("LC_ALL=C");
  return out;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

/// What the child needs, made before fork(): after it only async-signal-safe calls are allowed.
struct Child {
  const char* file;
  char** arguments;
  char** environment;
  rlimit cpu, memory, core{0, 0};
  int out, err, status;

  [[noreturn]] void run() const noexcept {
    sigset_t none;
    sigemptyset(&none);
    const int input = ::open("/dev/null", O_RDONLY);
    const bool ready = ::setpgid(0, 0) == 0 && ::sigprocmask(SIG_SETMASK, &none, nullptr) == 0 && ::signal(SIGPIPE, SIG_DFL) != SIG_ERR &&
                       input >= 0 && ::dup2(input, STDIN_FILENO) >= 0 && ::dup2(out, STDOUT_FILENO) >= 0 && ::dup2(err, STDERR_FILENO) >= 0 &&
                       ::setrlimit(RLIMIT_CPU, &cpu) == 0 && ::setrlimit(RLIMIT_AS, &memory) == 0 && ::setrlimit(RLIMIT_CORE, &core) == 0;
    if (ready) ::execve(file, arguments, environment);
    const int error = errno;
    if (::write(status, &error, sizeof error) < 0) ::_exit(126);
    ::_exit(127);
  }
};

/// The child's process group: killed and reaped, whatever happens.
class Process {
 public:
  explicit Process(pid_t pid) noexcept : pid_(pid) {}
  ~Process() {
    kill();
    if (pid_ > 0) (void)wait();
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void kill() noexcept {
    if (pid_ <= 0) return;
    if (::kill(-pid_, SIGKILL) != 0) (void)::kill(pid_, SIGKILL);  // before its setpgid()
  }
  int wait() noexcept {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return status;
  }

 private:
  pid_t pid_;
};

/// Reads both streams to their ends.
CommandResult::End collect(Pipe& out, Pipe& err, CommandResult& result, const CommandLimits& limits, Clock::time_point deadline) {
  std::array<std::pair<Descriptor*, std::string*>, 2> streams = {{{&out.read, &result.out}, {&err.read, &result.err}}};
  while (out.read.get() >= 0 || err.read.get() >= 0) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return CommandResult::End::timed_out;
    std::array<pollfd, 2> waits = {{{out.read.get(), POLLIN, 0}, {err.read.get(), POLLIN, 0}}};  // poll() ignores closed ones, -1
    if (::poll(waits.data(), waits.size(), static_cast<int>(std::min<std::int64_t>(left, 1'000'000))) < 0 && errno != EINTR)
      fail("the program", "cannot be read", errno);
    for (std::size_t i = 0; i < waits.size(); ++i) {
      if (waits[i].revents == 0) continue;
      std::array<char, 16384> buffer;
      const ssize_t count = ::read(waits[i].fd, buffer.data(), buffer.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) fail("the program", "cannot be read", errno);
      if (count == 0) {
        streams[i].first->close();
        continue;
      }
      streams[i].second->append(buffer.data(), static_cast<std::size_t>(count));
      if (streams[i].second->size() > limits.output_bytes) return CommandResult::End::too_much_output;
    }
  }
  return CommandResult::End::exited;
}

}  // namespace

CommandResult run_limited(const std::vector<std::string>& arguments, const CommandLimits& limits) {
  const Clock::time_point deadline = Clock::now() + limits.wall;
  const std::string& program = arguments.at(0);
  const std::string file = find_program(program);
  std::vector<std::string> argument_texts = arguments, environment_texts = c_locale_environment();
  std::vector<char*> argument_pointers = pointers(argument_texts), environment_pointers = pointers(environment_texts);
  Pipe out(program), err(program), status(program);
  const auto seconds = static_cast<rlim_t>(limits.cpu.count());
  const Child child{.file = file.c_str(),
                    .arguments = argument_pointers.data(),
                    .environment = environment_pointers.data(),
                    .cpu = {seconds, seconds + 1},
                    .memory = {limits.memory_bytes, limits.memory_bytes},
                    .out = out.write.get(),
                    .err = err.write.get(),
                    .status = status.write.get()};
  const pid_t pid = ::fork();
  if (pid < 0) fail(program, "cannot be run", errno);
  if (pid == 0) child.run();
  Process process(pid);
  out.write.close();
  err.write.close();
  status.write.close();

  int error = 0;
  ssize_t count = 0;
  while ((count = ::read(status.read.get(), &error, sizeof error)) < 0 && errno == EINTR) {
  }
  if (count == sizeof error) fail(program, "cannot be run", error);

  CommandResult result;
  result.end = collect(out, err, result, limits, deadline);
  // Its streams may be closed long before its end.
  if (result.end == CommandResult::End::exited) {
    siginfo_t info{};
    while (info.si_pid == 0 && Clock::now() < deadline) {
      if (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT | WNOHANG) != 0 && errno != EINTR)
        fail(program, "cannot be waited for", errno);
      if (info.si_pid == 0) (void)::poll(nullptr, 0, 1);
    }
    if (info.si_pid == 0) result.end = CommandResult::End::timed_out;
  }
  process.kill();  // also what it may have left behind in its group
  const int ended = process.wait();
  if (result.end != CommandResult::End::exited) return result;
  if (WIFSIGNALED(ended)) result.end = CommandResult::End::signalled;
  result.code = WIFSIGNALED(ended) ? WTERMSIG(ended) : WEXITSTATUS(ended);
  return result;
}

}  // namespace aihow::tool

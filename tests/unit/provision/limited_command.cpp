// SPDX-License-Identifier: MIT
#include "provision/limited_command.hpp"
#include <sys/stat.h>
#include <aihow/state/error.hpp>
#include <csignal>
#include "catch.hpp"
#include "host_directory.hpp"

using namespace aihow::tool;
using aihow::state::errc;
using aihow::state::Error;
using End = CommandResult::End;
using namespace std::chrono_literals;

namespace {

CommandResult shell_script(const std::string& script, const CommandLimits& limits = {}) { return run_limited({"sh", "-c", script}, limits); }

std::error_code failure(const std::string& program) {
  try {
    (void)run_limited({program});
  } catch (const Error& error) {
    return error.code();
  }
  return {};
}

}  // namespace

TEST_CASE("a command's streams and status are returned", "[host]") {
  const CommandResult result = shell_script("echo out; echo err >&2; echo $LC_ALL; read x; echo \"read $?\"; exit 3");
  CHECK(result.end == End::exited);
  CHECK(result.code == 3);
  CHECK(result.out == "out\nC\nread 1\n");
  CHECK(result.err == "err\n");
}

TEST_CASE("arguments are not a shell's", "[host]") { CHECK(run_limited({"echo", "$HOME; a  'b'", ""}).out == "$HOME; a  'b' \n"); }

TEST_CASE("a command that is not there, or cannot be run", "[host]") {
  const test::HostDirectory directory;
  CHECK(failure("no-such-program-here") == errc::unsupported);
  CHECK(failure(directory / "none") == errc::unsupported);
  CHECK(failure(directory.file("plain", "x")) == errc::permission);
  const std::string broken = directory.file("broken",
                                            "\x7f"
                                            "ELF");
  REQUIRE(::chmod(broken.c_str(), 0700) == 0);
  CHECK(failure(broken) == errc::io);
}

TEST_CASE("a command that hangs is killed, with its children", "[host]") {
  const auto start = std::chrono::steady_clock::now();
  CHECK(shell_script("sleep 1000 & sleep 1000", {.wall = 100ms}).end == End::timed_out);
  CHECK(shell_script("exec >&- 2>&-; sleep 1000", {.wall = 100ms}).end == End::timed_out);
  CHECK(std::chrono::steady_clock::now() - start < 60s);
}

TEST_CASE("a command that burns CPU time is ended", "[host]") {
  const CommandResult result = shell_script("while :; do :; done", {.cpu = 1s});
  CHECK(result.end == End::signalled);
  CHECK((result.code == SIGXCPU || result.code == SIGKILL));
}

TEST_CASE("a command gets no more memory than its limit", "[host]") {
  CHECK(shell_script("dd if=/dev/zero of=/dev/null bs=200M count=1 2>/dev/null", {.memory_bytes = 100 << 20}).code == 1);
  CHECK(shell_script("dd if=/dev/zero of=/dev/null bs=200M count=1 2>/dev/null").code == 0);
}

TEST_CASE("a command that floods is ended", "[host]") {
  CHECK(shell_script("yes", {.output_bytes = 100'000}).end == End::too_much_output);
  CHECK(shell_script("yes >&2", {.output_bytes = 100'000}).end == End::too_much_output);
}

TEST_CASE("a command that dies by a signal is told", "[host]") {
  const CommandResult result = shell_script("kill -SEGV $$");
  CHECK(result.end == End::signalled);
  CHECK(result.code == SIGSEGV);
}

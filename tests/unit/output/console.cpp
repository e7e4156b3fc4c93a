// SPDX-License-Identifier: MIT
#include "output/console.hpp"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <aihow/state/error.hpp>
#include <aihow/state/timestamp.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include "catch.hpp"
#include "output/standard_output.hpp"

using namespace aihow::tool;
using aihow::state::errc;
using aihow::state::Error;

namespace {

// A folder that goes with the test.
struct Folder {
  std::string path = (std::filesystem::temp_directory_path() / "console-XXXXXX").string();
  Folder() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string file(const std::string& name) const { return path + "/" + name; }
  std::string text(const std::string& name) const {
    std::ifstream in(file(name));
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
  }
};

struct Descriptor {
  int fd;
  explicit Descriptor(const std::string& path) : fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) { REQUIRE(fd >= 0); }
  ~Descriptor() { ::close(fd); }
};

void work(Console& console) {
  console.phase("creating VMs", 2);
  console.step("VM a started");
  console.waiting("b has no address yet");
  console.trace("call virDomainCreate b");
  console.notice("state.json was edited by hand\nerror: forged");
  console.step("VM b started");
  console.finish();
  console.error("b\033 failed");
}

}  // namespace

TEST_CASE("away from a terminal every step is a plain line", "[output][console]") {
  Folder folder;
  {
    Descriptor out(folder.file("err"));
    Console console({.fd = out.fd, .terminal = {}, .level = LogLevel::info, .log_level = LogLevel::debug, .log = nullptr});
    work(console);
  }
  CHECK(folder.text("err") ==
        "creating VMs (2)\n"
        "  VM a started (1 of 2)\n"
        "note: state.json was edited by hand\n  error: forged\n"
        "  VM b started (2 of 2)\n"
        "error: b\\x1b failed\n");
}

TEST_CASE("how much is said follows the level", "[output][console]") {
  Folder folder;
  const auto said = [&](LogLevel level, const std::string& name) {
    {
      Descriptor out(folder.file(name));
      Console console({.fd = out.fd, .terminal = {}, .level = level, .log_level = LogLevel::debug, .log = nullptr});
      work(console);
    }
    return folder.text(name);
  };
  CHECK(said(LogLevel::error, "error") == "error: b\\x1b failed\n");
  CHECK(said(LogLevel::warning, "warning") == "note: state.json was edited by hand\n  error: forged\nerror: b\\x1b failed\n");
  CHECK_THAT(said(LogLevel::debug, "debug"), Catch::Contains("\n  call virDomainCreate b\n"));
}

TEST_CASE("on a terminal one line is drawn anew and a phase leaves one line", "[output][console]") {
  Folder folder;
  {
    Descriptor out(folder.file("err"));
    Console console({.fd = out.fd, .terminal = {true, true}, .level = LogLevel::info, .log_level = LogLevel::debug, .log = nullptr});
    work(console);
  }
  CHECK(folder.text("err") ==
        "\rcreating VMs  0 of 2  0:00\033[K"
        "\rcreating VMs  1 of 2  0:00  VM a started\033[K"
        "\rcreating VMs  1 of 2  0:00  b has no address yet\033[K"
        "\r\033[K\033[1mnote:\033[0m state.json was edited by hand\n  error: forged\n"
        "\rcreating VMs  1 of 2  0:00  b has no address yet\033[K"
        "\rcreating VMs  2 of 2  0:00  VM b started\033[K"
        "\r\033[Kcreating VMs: 2 of 2 in 0:00\n"
        "\033[31merror:\033[0m b\\x1b failed\n");
}

TEST_CASE("the log file keeps everything, a line each, and is nobody else's", "[output][log]") {
  Folder folder;
  {
    Descriptor out(folder.file("err"));
    Console console(
        {.fd = out.fd, .terminal = {}, .level = LogLevel::error, .log_level = LogLevel::debug, .log = std::make_unique<LogFile>(folder.file("log"))});
    console.trace("call virDomainCreate b");
    CHECK_THAT(folder.text("log"), Catch::Contains("debug call virDomainCreate b\n"));  // at once, not at the end
    work(console);
  }
  std::istringstream log(folder.text("log"));
  std::vector<std::string> levels;
  for (std::string line; std::getline(log, line);) {
    std::istringstream words(line);
    std::string time, program, level;
    words >> time >> program >> level;
    CHECK(aihow::state::Timestamp::parse(time).has_value());
    CHECK(program == "ai-how[" + std::to_string(::getpid()) + "]");
    levels.push_back(level);
  }
  CHECK(levels == std::vector<std::string>{"debug", "info", "info", "debug", "warning", "info", "error"});
  CHECK_THAT(folder.text("log"), Catch::Contains("by hand\\nerror: forged\n"));
  struct stat status {};
  REQUIRE(::stat(folder.file("log").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);

  LogFile(folder.file("log")).line(LogLevel::info, "once more");
  CHECK_THAT(folder.text("log"), Catch::Contains("once more\n") && Catch::Contains("virDomainCreate"));
}

TEST_CASE("a log file that cannot be opened or written is said", "[output][log]") {
  Folder folder;
  try {
    LogFile log(folder.file("none/log"));
    FAIL();
  } catch (const Error& error) {
    CHECK(error.code() == errc::io);
    CHECK_THAT(error.what(), Catch::Contains("none/log"));
  }
  {
    Descriptor out(folder.file("err"));
    Console console(
        {.fd = out.fd, .terminal = {}, .level = LogLevel::error, .log_level = LogLevel::debug, .log = std::make_unique<LogFile>("/dev/full")});
    console.trace("a");
    console.trace("b");
  }
  CHECK(folder.text("err") == "warning: the log file cannot be written: No space left on device\n");
}

TEST_CASE("standard output that takes no more is a failure", "[output]") {
  Descriptor full("/dev/full");
  StandardOutput out(false, full.fd);
  try {
    out.write("data");
    FAIL();
  } catch (const Error& error) {
    CHECK(error.code() == errc::io);
    CHECK_THAT(error.what(), Catch::Contains("No space left on device"));
  }
  Folder folder;
  Descriptor file(folder.file("out"));
  StandardOutput good(false, file.fd);
  good.finish();
  good.write("data");
  good.finish();
  CHECK(folder.text("out") == "data");
}

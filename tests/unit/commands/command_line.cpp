// SPDX-License-Identifier: MIT
#include "commands/command_line.hpp"
#include "catch.hpp"
#include "commands/global_options.hpp"
#include "commands/usage_error.hpp"

using namespace aihow::tool;
using namespace std::chrono_literals;

namespace {

std::string complaint(const std::vector<std::string>& arguments) {
  try {
    global_options(parse_command_line(arguments), [](std::string_view) { return std::nullopt; });
  } catch (const UsageError& error) {
    return error.what();
  }
  return "none";
}

GlobalOptions options_of(const std::vector<std::string>& arguments, const std::map<std::string, std::string, std::less<>>& environment = {}) {
  return global_options(parse_command_line(arguments), [&](std::string_view name) -> std::optional<std::string> {
    const auto found = environment.find(name);
    if (found == environment.end()) return std::nullopt;
    return found->second;
  });
}

}  // namespace

TEST_CASE("options stand before or after the command", "[commands][line]") {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"--state", "a", "hpc", "start", "c.yaml", "--cluster=x", "-v"},
                                                    std::vector<std::string>{"hpc", "--cluster", "x", "start", "-v", "c.yaml", "--state=a"},
                                                    std::vector<std::string>{"-v", "--state=a", "--cluster", "x", "--", "hpc", "start", "c.yaml"}}) {
    const CommandLine line = parse_command_line(arguments);
    CHECK(line.words == std::vector<std::string>{"hpc", "start", "c.yaml"});
    CHECK(line.value(Option::state) == "a");
    CHECK(line.value(Option::cluster) == "x");
    CHECK(line.has(Option::verbose));
    CHECK_FALSE(line.has(Option::force));
  }
}

TEST_CASE("an option given twice: the last wins", "[commands][line]") {
  CHECK(options_of({"--state", "a", "hpc", "status", "--state", "b"}).state == "b");
  CHECK(options_of({"--json", "-o", "yaml"}).output == OutputForm::yaml);
  CHECK(options_of({"-oyaml", "--json"}).output == OutputForm::json);
}

TEST_CASE("--wait may come without a value, and never takes the next word", "[commands][line]") {
  const CommandLine bare = parse_command_line({"hpc", "start", "--wait", "c.yaml"});
  CHECK(bare.words == std::vector<std::string>{"hpc", "start", "c.yaml"});
  CHECK(seconds_option(bare, Option::wait) == 300s);
  CHECK(parse_command_line({"--", "--wait"}).words == std::vector<std::string>{"--wait"});
  CHECK(seconds_option(parse_command_line({"--wait=5m"}), Option::wait) == 300s);
  CHECK(seconds_option(parse_command_line({"--wait=1500ms"}), Option::wait) == 2s);
}

TEST_CASE("what follows -- is no option", "[commands][line]") {
  CHECK(parse_command_line({"validate", "--", "--strict"}).words == std::vector<std::string>{"validate", "--strict"});
}

TEST_CASE("a wrong option is named, and what to do", "[commands][line]") {
  CHECK(complaint({"--shutdwon-timeout", "5"}) == "unknown option '--shutdwon-timeout'; did you mean '--shutdown-timeout'?");
  CHECK(complaint({"--shut", "5"}) == "unknown option '--shut'; did you mean '--shutdown-timeout'?");
  CHECK_THAT(complaint({"--xyzzy"}), Catch::Equals("unknown option '--xyzzy'"));
  CHECK_THAT(complaint({"-q"}), Catch::Contains("unknown option '-q'"));
  CHECK_THAT(complaint({"--state"}), Catch::Contains("state"));
  CHECK_THAT(complaint({"--state="}), Catch::Contains("state"));
  CHECK_THAT(complaint({"--state", ""}), Catch::Contains("option '--state' needs a value: --state LOCATION"));
  CHECK_THAT(complaint({"--force=yes"}), Catch::Contains("force"));
  CHECK(complaint({"-o", "xml"}) == "--output: 'xml' is no form of output; use table, json, yaml, name, markdown, dot");
  CHECK(complaint({"--log-level", "loud"}) == "--log-level: 'loud' is no level; use error, warning, info, debug");
  CHECK_THAT(complaint({"--timeout", "soon"}), Catch::Contains("--timeout: 'soon' is no duration"));
  CHECK_THAT(complaint({"--timeout", "-5"}), Catch::Contains("--timeout: '-5' is no duration"));
  CHECK_THAT(complaint({"--timeout", "0"}), Catch::Contains("--timeout"));
  CHECK(complaint({"--lock-timeout", "0"}) == "none");
}

TEST_CASE("option, then environment, then default", "[commands][line]") {
  const std::map<std::string, std::string, std::less<>> all{
      {"AI_HOW_STATE_FILE", "e.json"}, {"LIBVIRT_URI", "u1"}, {"LIBVIRT_DEFAULT_URI", "u2"}, {"AI_HOW_LOG_LEVEL", "error"}, {"NO_COLOR", "1"}};
  CHECK(options_of({}).state == "output/state.json");
  CHECK(options_of({}, all).state == "e.json");
  CHECK(options_of({"--state", "o.json"}, all).state == "o.json");
  CHECK(options_of({}).connect == "qemu:///system");
  CHECK(options_of({}, {{"LIBVIRT_DEFAULT_URI", "u2"}}).connect == "u2");
  CHECK(options_of({}, all).connect == "u1");
  CHECK(options_of({"--connect", "o"}, all).connect == "o");
  CHECK(options_of({}).level == LogLevel::info);
  CHECK(options_of({}).log_level == LogLevel::debug);
  CHECK(options_of({}, all).level == LogLevel::error);
  CHECK(options_of({"--log-level", "warning"}, all).log_level == LogLevel::warning);
  CHECK(options_of({"-v"}, all).level == LogLevel::debug);
  CHECK(options_of({"-v"}, all).log_level == LogLevel::error);
  CHECK_FALSE(options_of({}).no_color);
  CHECK(options_of({}, all).no_color);
  CHECK(options_of({"--no-color"}).no_color);
  CHECK_THROWS_AS(options_of({}, {{"AI_HOW_LOG_LEVEL", "loud"}}), UsageError);
  CHECK(options_of({}).timeout == 10s);
  CHECK(options_of({}).lock_timeout == 10s);
  CHECK(options_of({"--timeout", "500ms", "--lock-timeout", "1m"}).lock_timeout == 60s);
}

// SPDX-License-Identifier: MIT
#include "commands/registry.hpp"
#include <aihow/state/error.hpp>
#include <algorithm>
#include <set>
#include <sstream>
#include "catch.hpp"
#include "commands/help.hpp"
#include "commands/same_cluster.hpp"
#include "commands/usage_error.hpp"

using namespace aihow::tool;

namespace {
std::string complaint(const std::vector<std::string>& words) {
  try {
    find_command(words);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "none";
}

std::size_t widest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t out = 0;
  for (std::string line; std::getline(lines, line);) out = std::max(out, line.size());
  return out;
}
}  // namespace

TEST_CASE("the options' table is in the order of its enumerators", "[commands][registry]") {
  for (std::size_t number = 0; number < option_table.size(); ++number) CHECK(static_cast<std::size_t>(option_table[number].option) == number);
}

TEST_CASE("words lead to a command and its arguments", "[commands][registry]") {
  const Found start = find_command({"hpc", "start", "c.yaml"});
  REQUIRE(start.command != nullptr);
  CHECK(full_name(*start.command) == "hpc start");
  CHECK(start.arguments == std::vector<std::string>{"c.yaml"});
  CHECK(full_name(*find_command({"version"}).command) == "version");
  const Found group = find_command({"vm"});
  CHECK(group.command == nullptr);
  CHECK(group.group->name == "vm");
  CHECK(find_command({}).group == nullptr);
}

TEST_CASE("an unknown command is named with the nearest known one", "[commands][registry]") {
  CHECK(complaint({"hcp"}) == "unknown command 'hcp'; did you mean 'hpc'?");
  CHECK(complaint({"hpc", "strat"}) == "unknown command 'strat'; did you mean 'hpc start'?");
  CHECK(complaint({"vm", "xyzzy"}) == "unknown command 'xyzzy'; known are start, stop, restart, pause, resume, status");
  CHECK_THAT(complaint({"xyzzy"}), Catch::Contains("known are validate, refresh, drift, watch, version, hpc, cloud, vm, plan, state, help"));
}

TEST_CASE("every command has help with its options and an example that is its own", "[commands][help]") {
  std::set<std::string> names;
  for (const Command& command : commands()) {
    const std::string name = full_name(command);
    CAPTURE(name);
    CHECK(names.insert(name).second);
    const std::string text = command_help(command);
    CHECK_THAT(text, Catch::Contains("Usage: ai-how " + name) && Catch::Contains(std::string(command.summary)) && !Catch::Contains("{0}"));
    for (const Option option : command.options) CHECK_THAT(text, Catch::Contains("--" + std::string(spec(option).name)));
    const std::string examples = text.substr(text.find("Examples:"));
    CHECK_THAT(examples, Catch::Contains(name));
    CHECK(widest_line(text) <= 120);
    CHECK(command.run != nullptr);
  }
}

TEST_CASE("the overview names every group and command that stands alone, a group all of its commands", "[commands][help]") {
  for (const Group& group : groups()) CHECK_THAT(overview_help(), Catch::Contains("  " + std::string(group.name) + " "));
  for (const Command& command : commands()) {
    if (command.group.empty()) {
      CHECK_THAT(overview_help(), Catch::Contains("  " + std::string(command.name)));
    } else {
      const Found found = find_command({std::string(command.group)});
      CHECK_THAT(group_help(*found.group), Catch::Contains("  " + std::string(command.name)));
    }
  }
  for (const OptionSpec& option : option_table) {
    if (option.global) CHECK_THAT(overview_help(), Catch::Contains("--" + std::string(option.name)));
  }
  CHECK(widest_line(overview_help()) <= 120);
}

TEST_CASE("a state belongs to one of a file's clusters, or is refused with both names", "[commands]") {
  ConfigFile file;
  file.path = "c.yaml";
  file.clusters.resize(2);
  file.clusters[0].name = "north";
  file.clusters[0].type = "hpc";
  file.clusters[1].name = "south";
  file.clusters[1].type = "cloud";
  CHECK(clusters_named(file, "").size() == 2);
  CHECK(clusters_named(file, "south").at(0)->type == "cloud");
  CHECK_THROWS_WITH(clusters_named(file, "west"), Catch::Contains("no cluster 'west'; the file has 'north' (hpc), 'south' (cloud)"));

  aihow::state::ClusterState state;
  state.cluster_name = "south";
  state.cluster_type = "cloud";
  CHECK(require_one_of(state, clusters_named(file, ""), "s.json").name == "south");
  state.cluster_type = "hpc";
  CHECK_THROWS_WITH(require_one_of(state, clusters_named(file, ""), "s.json"),
                    Catch::Contains("s.json") && Catch::Contains("'south' (hpc)") && Catch::Contains("'north' (hpc), 'south' (cloud)"));
}

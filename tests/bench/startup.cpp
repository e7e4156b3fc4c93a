// SPDX-License-Identifier: MIT
// Start-up: the command as a whole process, against an empty program. The state is the bench's own, in a temporary directory.
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <aihow/state/json.hpp>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include "../support/scratch_directory.hpp"
#include "documents.hpp"
#include "table.hpp"

namespace {

using namespace aihow;
using namespace aihow::bench;

/// Runs a program to its end, its output thrown away.
int run_process(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int error = posix_spawn(&child, arguments[0], &files, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) throw std::system_error(error, std::generic_category(), words[0]);
  int status = 0;
  if (waitpid(child, &status, 0) != child || status != 0) throw std::runtime_error(words[0] + " failed");
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  const test::ScratchDirectory directory(std::filesystem::temp_directory_path());
  std::vector<Row> table;
  add("empty program", [] { return run_process({EMPTY}); });
  for (const std::size_t vms : {std::size_t{3}, std::size_t{1'000}}) {
    const std::string file = directory / fmt::format("{}.json", vms);
    test::write_file(file, state::write_document(cluster(vms)));
    for (const std::string form : {"table", "json", "name"}) {
      const std::string name = fmt::format("state list -o {}/{}", form, vms);
      add(name, [file, form] { return run_process({AI_HOW, "--state", file, "state", "list", "-o", form}); });
      table.push_back({fmt::format("state list -o {}, {} VMs", form, vms), name, "empty program", 3.0});
    }
  }
  add("version", [] { return run_process({AI_HOW, "version"}); });
  table.push_back({"version", "version", "empty program", 3.0});
  return run_table(argc, argv, table);
}

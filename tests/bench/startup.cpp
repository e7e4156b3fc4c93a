// SPDX-License-Identifier: MIT
// Start-up: the command as a whole process, against an empty program. The state is the bench's own, in a temporary directory.
#include <fmt/format.h>
#include <aihow/state/json.hpp>
#include <filesystem>
#include "../support/scratch_directory.hpp"
#include "documents.hpp"
#include "process.hpp"
#include "table.hpp"

using namespace aihow;
using namespace aihow::bench;

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

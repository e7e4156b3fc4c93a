// SPDX-License-Identifier: MIT
// What a long history costs: a commit beside none and beside a hundred thousand records, and the command that shows the newest twenty.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <aihow/state/manager.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include "../support/scratch_directory.hpp"
#include "documents.hpp"
#include "process.hpp"
#include "table.hpp"

using namespace aihow;
using namespace aihow::bench;

namespace {

/// A state whose history has so many records, each like one that a real change has made.
class Aged {
 public:
  Aged(std::size_t vms, std::uint64_t records) : scratch_(std::filesystem::temp_directory_path()), name_(fmt::format("compute-{:05}", vms / 2)) {
    {
      state::ClusterStateManager manager(path(), options());
      state::ClusterState first = cluster(vms);
      first.revision = records + 1;
      manager.create(std::move(first), "bench");
      manager.update_vm_state(name_, state::VMState::PAUSED);
    }
    if (records != 0) age(records);
    manager_ = std::make_unique<state::ClusterStateManager>(path(), options());
  }

  int update() {
    manager_->update_vm_state(name_, (paused_ = !paused_) ? state::VMState::RUNNING : state::VMState::PAUSED);
    return 0;
  }
  std::string path() const { return scratch_ / "state.json"; }

 private:
  static state::ManagerOptions options() {
    state::ManagerOptions out;
    out.store.history = {.max_revisions = UINT64_MAX, .max_bytes = UINT64_MAX};
    return out;
  }

  /// Puts copies of the last record, each with a revision of its own, before the others.
  void age(std::uint64_t records) const {
    const std::string history = path() + ".history";
    std::ifstream in(history);
    std::string header, first, change;
    std::getline(in, header);
    std::getline(in, first);
    std::getline(in, change);
    // With another revision its checksum would be wrong; a record without one is as good.
    const std::string rest = change.substr(change.find(','), change.rfind(",\"checksum\"") - change.find(',')) + '}';
    std::ofstream out(history);
    out << header << '\n';
    for (std::uint64_t revision = 1; revision <= records; ++revision) out << "{\"revision\":" << revision << rest << '\n';
    out << first << '\n' << change << '\n';
    out.close();
    // A file of that size takes the device seconds to write, and commits beside it would wait for that.
    const int file = ::open(history.c_str(), O_RDONLY | O_CLOEXEC);
    if (!out || file < 0 || ::fsync(file) != 0) throw std::runtime_error("the history was not written");
    ::close(file);
  }

  test::ScratchDirectory scratch_;
  std::string name_;
  std::unique_ptr<state::ClusterStateManager> manager_;
  bool paused_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  keep_memory();
  std::vector<Row> table;
  const auto name = [](std::string_view work, std::size_t vms, std::uint64_t records) { return fmt::format("{}/{}/{}", work, vms, records); };
  add("empty program", [] { return run_process({EMPTY}); });
  for (const std::size_t vms : {std::size_t{3}, std::size_t{1'000}}) {
    for (const std::uint64_t records : {std::uint64_t{0}, std::uint64_t{1'000}, std::uint64_t{100'000}}) {
      const auto aged = std::make_shared<Aged>(vms, records);
      add(name("update", vms, records), [aged] { return aged->update(); });
      if (records != 0)
        table.push_back(
            {fmt::format("a commit, {} VMs, beside {} records", vms, records), name("update", vms, records), name("update", vms, 0), 1.1});
      const std::string process = name("history -n 20", vms, records);
      add(process, [aged] { return run_process({AI_HOW, "--state", aged->path(), "state", "history", "-n", "20"}); });
      table.push_back({fmt::format("state history -n 20, {} VMs, of {} records", vms, records), process, "empty program", 4.0});
    }
  }
  return run_table(argc, argv, table);
}

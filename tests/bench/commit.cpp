// SPDX-License-Identifier: MIT
// A commit to the JSON file store, on a real disk: against its floor, the same bytes made durable by bare system calls, and against what such a
// tool does in Python (peer.py), with fewer guarantees. The files lie where temporary ones do: set TMPDIR to a disk's file system.
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>
#include <aihow/state/json.hpp>
#include <aihow/state/manager.hpp>
#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>
#include "../support/scratch_directory.hpp"
#include "documents.hpp"
#include "table.hpp"

namespace {

using namespace aihow;
using namespace aihow::bench;
using test::ScratchDirectory;

[[noreturn]] void fail(const std::string& what) { throw std::system_error(errno, std::generic_category(), what); }

std::filesystem::path disk() {
  const std::filesystem::path place = std::filesystem::temp_directory_path();
  struct statfs status {};
  if (statfs(place.c_str(), &status) != 0) fail(place);
  if (status.f_type == TMPFS_MAGIC) fmt::print(stderr, "{} is no disk: these figures say nothing of durable commits; set TMPDIR\n", place.string());
  return place;
}

/// What no tool can do without: write beside, make durable, exchange, keep the displaced one as the backup, make the directory durable.
class Floor {
 public:
  explicit Floor(std::size_t vms) : scratch_(disk()), bytes_(state::write_document(cluster(vms))) {
    directory_ = open(scratch_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory_ < 0) fail(scratch_.path());
    test::write_file(scratch_ / "state.json", bytes_);
  }
  Floor(const Floor&) = delete;
  Floor& operator=(const Floor&) = delete;
  ~Floor() { close(directory_); }

  int commit() const {
    const int fd = openat(directory_, "state.json.tmp", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) fail("open");
    for (std::size_t done = 0; done < bytes_.size();) {
      const ssize_t count = write(fd, bytes_.data() + done, bytes_.size() - done);
      if (count < 0) fail("write");
      done += static_cast<std::size_t>(count);
    }
    if (fsync(fd) != 0) fail("fsync");
    if (renameat2(directory_, "state.json.tmp", directory_, "state.json", RENAME_EXCHANGE) != 0) fail("exchange");
    if (renameat(directory_, "state.json.tmp", directory_, "state.json.backup") != 0) fail("rename");
    if (fsync(directory_) != 0) fail("fsync of the directory");
    return close(fd);
  }

 private:
  ScratchDirectory scratch_;
  std::string bytes_;
  int directory_ = -1;
};

state::ManagerOptions with_history(const state::HistoryLimits& limits) {
  state::ManagerOptions out;
  out.store.history = limits;
  return out;
}

class Ours {
 public:
  explicit Ours(std::size_t vms, const state::HistoryLimits& limits = {})
      : scratch_(disk()), manager_(scratch_ / "state.json", with_history(limits)), name_(fmt::format("compute-{:05}", vms / 2)) {
    manager_.create(cluster(vms), "bench");
  }

  int update() {
    manager_.update_vm_state(name_, next());
    return 0;
  }

  int transaction() {
    const state::VMState to = next();
    manager_.transaction("bench", [&](state::ClusterState& all) {
      constexpr std::size_t changes = 100;
      for (std::size_t i = 0; i < changes; ++i) all.vms[i * all.vms.size() / changes].state = to;
    });
    return 0;
  }

 private:
  state::VMState next() { return (paused_ = !paused_) ? state::VMState::PAUSED : state::VMState::RUNNING; }

  ScratchDirectory scratch_;
  state::ClusterStateManager manager_;
  std::string name_;
  bool paused_ = false;
};

/// peer.py, which makes one change for each line that it is sent.
class Peer {
 public:
  explicit Peer(std::size_t vms) : scratch_(disk()) {
    const std::string file = scratch_ / "state.json";
    test::write_file(file, state::write_document(cluster(vms)));
    std::array<int, 2> to{};
    std::array<int, 2> from{};
    if (pipe2(to.data(), O_CLOEXEC) != 0 || pipe2(from.data(), O_CLOEXEC) != 0) fail("pipe");
    child_ = fork();
    if (child_ < 0) fail("fork");
    if (child_ == 0) {
      dup2(to[0], STDIN_FILENO);
      dup2(from[1], STDOUT_FILENO);
      execlp("python3", "python3", PEER, file.c_str(), fmt::format("compute-{:05}", vms / 2).c_str(), nullptr);
      _exit(127);
    }
    close(to[0]);
    close(from[1]);
    ask_ = to[1];
    answer_ = from[0];
    update();  // by now it has started
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  ~Peer() {
    close(ask_);
    close(answer_);
    waitpid(child_, nullptr, 0);
  }

  int update() const {
    char line = '\n';
    if (write(ask_, &line, 1) != 1 || read(answer_, &line, 1) != 1) throw std::runtime_error(PEER " ended");
    return 0;
  }

 private:
  ScratchDirectory scratch_;
  pid_t child_ = -1;
  int ask_ = -1;
  int answer_ = -1;
};

}  // namespace

int main(int argc, char** argv) {
  keep_memory();
  std::vector<Row> table;
  const auto name = [](std::string_view work, std::size_t vms) { return fmt::format("{}/{}", work, vms); };
  for (const auto& [vms, at_most] : {std::pair<std::size_t, double>{3, 1.25}, {1'000, 1.25}, {10'000, 1.5}, {100'000, 1.6}}) {
    add(name("floor", vms), [floor = std::make_shared<Floor>(vms)] { return floor->commit(); });
    const auto ours = std::make_shared<Ours>(vms);
    add(name("update", vms), [ours] { return ours->update(); });
    table.push_back({fmt::format("one VM's state updated, {} VMs", vms), name("update", vms), name("floor", vms), at_most});
    if (vms < 100) continue;
    // A commit that takes the history over its bounds shortens it, for many commits to come: that is a row of its own.
    const auto within = std::make_shared<Ours>(vms, state::HistoryLimits{UINT64_MAX, UINT64_MAX});
    add(name("transaction", vms), [within] { return within->transaction(); });
    table.push_back({fmt::format("100 changes in one transaction, {} VMs", vms), name("transaction", vms), name("update", vms), 1.1});
  }
  // Where the bound of bytes is met already, as it is from the two hundredth such commit on.
  const auto bounded = std::make_shared<Ours>(1'000);
  for (int i = 0; i < 200; ++i) bounded->transaction();
  add("bounded/1000", [bounded] { return bounded->transaction(); });
  table.push_back({"the same, with its share of shortening, 1000 VMs", "bounded/1000", "transaction/1000", 0});
  add("peer.py/1000", [peer = std::make_shared<Peer>(1'000)] { return peer->update(); });
  table.push_back({"one VM's state updated, 1000 VMs", "update/1000", "peer.py/1000", 0.05});
  return run_table(argc, argv, table);
}

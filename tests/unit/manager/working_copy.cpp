// SPDX-License-Identifier: MIT
#include "manager/working_copy.hpp"
#include <algorithm>
#include <atomic>
#include <random>
#include <thread>
#include <utility>
#include "place.hpp"
#include "states.hpp"

using namespace aihow::state;
using namespace aihow::test;

namespace {

/// Commits what was made of copies, as the manager does: each commit has a version of its own.
class Commits {
 public:
  Commits() {
    auto first = std::make_shared<Snapshot>();
    first->state = make_state();
    first->version = next_version();
    stands = std::move(first);
  }

  std::shared_ptr<Snapshot> copy() { return copies->of(stands); }
  /// Whether its memory is that of one that was committed.
  static bool was_committed(const Snapshot& copy) { return copy.state.vms.capacity() >= room; }
  void commit(std::shared_ptr<Snapshot> next) {
    next->version = next_version();
    next->state.revision = next->version.revision;
    next->commit_id = Uuid::parse("3f2b8c1e-5d4a-4b6f-9a10-0123456789ab").value();
    next->highest = next->version.revision;
    next->notices = {"noticed"};
    next->state.vms.reserve(room);
    copies->committed(stands, next, diff(stands->state, next->state));
    stands = std::move(next);
  }
  /// A change of the cluster's name alone.
  void commit_name(const std::string& name) {
    auto next = copy();
    next->state.cluster_name = name;
    commit(std::move(next));
  }

  SnapshotPtr stands;
  std::optional<WorkingCopy> copies{std::in_place};

 private:
  Version next_version() {
    ++revision_;
    return {Uuid{}, revision_, std::to_string(revision_)};
  }
  static constexpr std::size_t room = 1'000;  // more than a copy has
  std::uint64_t revision_ = 0;
};

/// Random edits of everything that a state has; the generator's seed is in the message of a failure.
class Editor {
 public:
  explicit Editor(unsigned seed) : random_(seed) {}

  unsigned below(std::size_t n) { return std::uniform_int_distribution<unsigned>(0, static_cast<unsigned>(n) - 1)(random_); }

  void edit(ClusterState& state) {
    switch (below(6)) {
      case 0:
        return edit_root(state);
      case 1:
        return edit_list(state.networks, [&](NetworkInfo& network) { network.active_ips.push_back("192.168.100." + std::to_string(below(200))); });
      case 2:
        return edit_list(state.volumes, [&](VolumeInfo& volume) { volume.size_gb += 1; });
      case 3:
        return edit_list(state.pools, [&](PoolInfo& pool) { pool.path += "/x"; });
      default:
        return edit_list(state.vms, [&](VMInfo& vm) { edit_vm(vm); });
    }
  }

 private:
  void edit_root(ClusterState& state) {
    switch (below(6)) {
      case 0:
        state.status = below(2) == 0 ? "running" : "partial";
        return;
      case 1:
        state.last_modified = at_second(below(1000));
        return;
      case 2:
        state.unknown.push_back({"u" + std::to_string(below(1000)), "1"});
        return;
      case 3:
        state.unknown_in_aihow.push_back({"u" + std::to_string(below(1000)), "[2]"});
        return;
      case 4:
        state.lineage = Uuid::parse("3f2b8c1e-5d4a-4b6f-9a10-0123456789ab");
        return;
      default:
        state.unknown.clear();
    }
  }
  void edit_vm(VMInfo& vm) {
    switch (below(5)) {
      case 0:
        vm.state = all_vm_states[below(all_vm_states.size())];
        return;
      case 1:
        vm.last_seen = at_second(below(100));
        return;
      case 2:
        vm.unknown.push_back({"u" + std::to_string(below(1000)), "null"});
        return;
      case 3:
        vm.ip_address = std::string(100, 'x');
        return;
      default:
        vm.volumes.push_back("/pool/" + std::to_string(below(1000)));
    }
  }
  template <class Object, class Edit>
  void edit_list(std::vector<Object>& list, const Edit& edit) {
    const unsigned what = below(8);
    if (what == 0 || list.empty()) list.emplace(list.begin() + below(list.size() + 1))->name = "n" + std::to_string(below(100'000));
    else if (what == 1) list.erase(list.begin() + below(list.size()));
    else if (what == 2) std::swap(list[below(list.size())], list[below(list.size())]);
    else if (what == 3) list[below(list.size())].name = "r" + std::to_string(below(100'000));
    else edit(list[below(list.size())]);
  }

  std::mt19937 random_;
};

}  // namespace

TEST_CASE("the next working copy is made of the snapshot before the last commit", "[manager][working copy]") {
  Commits commits;
  commits.commit_name("one");
  commits.commit_name("two");
  const auto copy = commits.copy();
  CHECK(Commits::was_committed(*copy));
  CHECK(copy->state == commits.stands->state);
  CHECK(copy->version == Version{});
  CHECK(copy->commit_id.is_nil());
  CHECK(copy->highest == 0);
  CHECK(copy->notices.empty());
}

TEST_CASE("a snapshot that somebody holds is never made a working copy of", "[manager][working copy]") {
  Commits commits;
  commits.commit_name("one");
  const SnapshotPtr held = commits.stands;
  commits.commit_name("two");
  CHECK_FALSE(Commits::was_committed(*commits.copy()));
  commits.commit_name("three");
  CHECK(held->state.cluster_name == "one");
  // It is let go when something else stands already.
  const SnapshotPtr two = commits.stands;
  SnapshotPtr(held).reset();
  CHECK(commits.copy()->state == two->state);
}

TEST_CASE("a working copy that was changed but never committed is not used again", "[manager][working copy]") {
  Commits commits;
  commits.commit_name("one");
  commits.commit_name("two");
  commits.copy()->state.vms.clear();
  CHECK(commits.copy()->state == commits.stands->state);
  commits.commit_name("three");
  CHECK(commits.copy()->state == commits.stands->state);
}

TEST_CASE("where somebody else committed since, the working copy is one of theirs", "[manager][working copy]") {
  Commits commits;
  commits.commit_name("one");
  commits.commit_name("two");
  auto theirs = std::make_shared<Snapshot>(*commits.stands);
  theirs->state.vms.pop_back();
  theirs->version = {Uuid{}, 100, "theirs"};
  commits.stands = theirs;
  CHECK(commits.copy()->state == theirs->state);
  // Of two commits that are one after the other, the first was not made by us.
  commits.commit_name("three");
  CHECK(commits.copy()->state == commits.stands->state);
}

TEST_CASE("snapshots may be let go after what made them", "[manager][working copy]") {
  Commits commits;
  commits.commit_name("one");
  SnapshotPtr held = commits.stands;
  commits.commit_name("two");
  commits.copies.reset();
  CHECK(held->state.cluster_name == "one");
  held.reset();
  commits.stands.reset();
}

TEST_CASE("a working copy is what stands, whatever was changed before", "[manager][working copy][property]") {
  const unsigned seed = GENERATE(range(0U, 20U));
  INFO("seed " << seed);
  Editor editor(seed);
  Commits commits;
  std::vector<std::pair<SnapshotPtr, ClusterState>> held;
  std::size_t reused = 0;
  for (int step = 0; step < 300; ++step) {
    auto next = commits.copy();
    for (unsigned edits = editor.below(4); edits > 0; --edits) editor.edit(next->state);
    // Some are let go without having been committed, and some readers keep what they saw for a while.
    if (editor.below(10) == 0) continue;
    if (editor.below(4) == 0) held.emplace_back(commits.stands, commits.stands->state);
    if (held.size() > 5) held.erase(held.begin() + editor.below(held.size()));
    commits.commit(std::move(next));
    const auto copy = commits.copy();
    REQUIRE(copy->state == commits.stands->state);
    REQUIRE(copy->state.revision == commits.stands->state.revision);
    REQUIRE(copy->state.lineage == commits.stands->state.lineage);
    if (Commits::was_committed(*copy)) ++reused;
    for (const auto& [snapshot, state] : held) REQUIRE(snapshot->state == state);
  }
  CHECK(reused > 50);
}

TEST_CASE("what a thread holds stands still while others change the state", "[manager][working copy][threads]") {
  const Place place("memory");
  ClusterStateManager manager(place.location());
  manager.create(make_state(), "import");
  std::atomic<bool> done = false;
  std::atomic<int> moved = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        const SnapshotPtr held = manager.snapshot();
        const ClusterState seen = held->state;
        std::this_thread::yield();
        if (!(held->state == seen) || held->state.revision != held->version.revision) ++moved;
      }
    });
  }
  for (int i = 0; i < 500; ++i) {
    manager.transaction("x", [&](ClusterState& state) {
      state.vms[0].cpu_cores = 1 + i % 7;
      state.vms[1].state_reason = std::string(20, static_cast<char>('a' + i % 26));
    });
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  CHECK(moved == 0);
}

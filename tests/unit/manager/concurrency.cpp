// SPDX-License-Identifier: MIT
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>
#include "place.hpp"
#include "states.hpp"

using namespace aihow::state;
using namespace aihow::test;

namespace {

std::string kind() { return GENERATE(from_range(kinds_of_places())); }

/// Runs `body(i)` in `count` threads; what they threw, as texts.
template <class Body>
std::vector<std::string> in_threads(int count, Body body) {
  std::mutex mutex;
  std::vector<std::string> failures;
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      try {
        body(i);
      } catch (const std::exception& error) {
        const std::lock_guard guard(mutex);
        failures.emplace_back(error.what());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return failures;
}

void count_up(ClusterStateManager& manager) {
  manager.transaction("count", [](ClusterState& s) { s.vms[0].cpu_cores += 1; });
}

ManagerOptions patient() {
  ManagerOptions options;
  options.lock_timeout = std::chrono::seconds(60);
  return options;
}

/// One revision after another, none twice, none missing.
void check_dense(ClusterStateManager& manager, std::uint64_t last) {
  const auto page = manager.records({.limit = 100'000});
  REQUIRE(page.records.size() == last);
  for (std::size_t i = 0; i < page.records.size(); ++i) CHECK(page.records[i].revision == i + 1);
}

}  // namespace

TEST_CASE("threads of one manager lose no update", "[manager][threads]") {
  const Place place(kind());
  ClusterStateManager manager(place.location(), patient());
  manager.create(make_state(), "import");
  CHECK(in_threads(8, [&](int) {
          for (int i = 0; i < 25; ++i) count_up(manager);
        }).empty());
  CHECK(manager.get_vm("a")->cpu_cores == 2 + 8 * 25);
  check_dense(manager, 1 + 8 * 25);
}

TEST_CASE("several managers of one place lose no update", "[manager][threads]") {
  const Place place(kind());
  ClusterStateManager(place.location()).create(make_state(), "import");
  CHECK(in_threads(4, [&](int i) {
          ClusterStateManager manager(place.location(), patient());
          for (int k = 0; k < 25; ++k) count_up(manager);
          manager.add_vm(make_vm("by-" + std::to_string(i)));
        }).empty());
  ClusterStateManager manager(place.location());
  CHECK(manager.get_vm("a")->cpu_cores == 2 + 4 * 25);
  CHECK(manager.get_all_vms().size() == 3 + 4);
  check_dense(manager, 1 + 4 * 26);
}

TEST_CASE("one of many that ensure a state makes it, all have it", "[manager][threads]") {
  const Place place(kind());
  std::mutex mutex;
  std::set<std::string> lineages;
  CHECK(in_threads(8, [&](int) {
          ClusterStateManager manager(place.location(), patient());
          const ClusterState state = manager.ensure_state("demo", "hpc");
          const std::lock_guard guard(mutex);
          lineages.insert(state.lineage.value().to_string());
        }).empty());
  CHECK(lineages.size() == 1);
}

TEST_CASE("saving loaded copies from many threads merges or says what conflicts", "[manager][threads]") {
  const Place place(kind());
  ClusterStateManager manager(place.location(), patient());
  manager.create(make_state(), "import");
  std::atomic<int> saved = 0;
  CHECK(in_threads(6, [&](int i) {
          ClusterState state = *manager.get_state();
          for (int k = 0; k < 20; ++k) {
            state.vms.push_back(make_vm("t" + std::to_string(i) + "-" + std::to_string(k)));
            manager.save_state(state);
            ++saved;
          }
        }).empty());
  CHECK(manager.get_all_vms().size() == static_cast<std::size_t>(3 + saved));
}

TEST_CASE("readers see whole states beside writers", "[manager][threads]") {
  const Place place(kind());
  ClusterStateManager manager(place.location(), patient());
  manager.create(make_state(), "import");
  std::atomic<bool> done = false;
  std::atomic<int> torn = 0;
  std::thread reader([&] {
    std::uint64_t last = 0;
    while (!done) {
      const auto snapshot = manager.snapshot();
      const auto& vms = snapshot->state.vms;
      torn += vms[0].cpu_cores != vms[1].cpu_cores || snapshot->version.revision != snapshot->state.revision || snapshot->version.revision < last;
      last = snapshot->version.revision;
    }
  });
  for (int i = 0; i < 200; ++i) {
    manager.transaction("both", [](ClusterState& s) {
      s.vms[0].cpu_cores += 1;
      s.vms[1].cpu_cores += 1;
    });
  }
  done = true;
  reader.join();
  CHECK(torn == 0);
}

TEST_CASE("a reader does not wait for a writer that waits for the commit lock", "[manager][threads]") {
  const Place place(kind());
  ClusterStateManager manager(place.location(), patient());
  manager.create(make_state(), "import");
  const auto other = open_store(place.location());
  auto held = other->lock(LockKind::commit, {}, within(std::chrono::seconds(5)));
  std::atomic<bool> written = false;
  std::thread writer([&] {
    count_up(manager);
    written = true;
  });
  for (int i = 0; i < 50; ++i) CHECK(manager.get_vm("a")->cpu_cores == 2);
  CHECK_FALSE(written);
  held.reset();
  writer.join();
  CHECK(manager.get_vm("a")->cpu_cores == 3);
}

TEST_CASE("the same for a manager that was given one store object", "[manager][threads]") {
  const Place place(kind());
  ClusterStateManager manager(open_store(place.location()), patient());
  manager.create(make_state(), "import");
  const auto other = open_store(place.location());
  auto held = other->lock(LockKind::commit, {}, within(std::chrono::seconds(5)));
  std::atomic<bool> written = false;
  std::thread writer([&] {
    count_up(manager);
    written = true;
  });
  for (int i = 0; i < 5; ++i) CHECK(manager.get_vm("a")->cpu_cores == 2);
  CHECK_FALSE(written);
  held.reset();
  writer.join();
  CHECK(manager.get_vm("a")->cpu_cores == 3);
}

TEST_CASE("a commit lock that is not given up is an error at the deadline, at once where that is 0", "[manager][threads]") {
  const Place place(kind());
  ClusterStateManager(place.location()).create(make_state(), "import");
  const auto other = open_store(place.location());
  const auto held = other->lock(LockKind::commit, {"host", "a holder", "holding", 4711, {}}, within(std::chrono::seconds(5)));
  for (const int ms : {0, 60}) {
    ManagerOptions options;
    options.lock_timeout = std::chrono::milliseconds(ms);
    ClusterStateManager manager(place.location(), options);
    const auto begin = std::chrono::steady_clock::now();
    const Error error = error_of([&] { count_up(manager); });
    const auto took = std::chrono::steady_clock::now() - begin;
    CHECK(error.code() == errc::locked);
    CHECK(has(error.what(), "4711"));
    CHECK(took >= std::chrono::milliseconds(ms));
    CHECK(took < std::chrono::seconds(5));
  }
}

TEST_CASE("a thread whose turn does not come gives up at its deadline", "[manager][threads]") {
  const Place place("memory");
  ManagerOptions options;
  options.lock_timeout = std::chrono::milliseconds(30);
  ClusterStateManager manager(place.location(), options);
  manager.create(make_state(), "import");
  std::mutex mutex;
  std::condition_variable changed;
  bool inside = false;
  bool leave = false;
  std::thread slow([&] {
    manager.transaction("slow", [&](ClusterState& s) {
      std::unique_lock guard(mutex);
      inside = true;
      changed.notify_all();
      changed.wait(guard, [&] { return leave; });
      s.vms[0].cpu_cores = 7;
    });
  });
  {
    std::unique_lock guard(mutex);
    changed.wait(guard, [&] { return inside; });
  }
  CHECK(error_of([&] { count_up(manager); }).code() == errc::locked);
  {
    const std::lock_guard guard(mutex);
    leave = true;
  }
  changed.notify_all();
  slow.join();
  CHECK(manager.get_vm("a")->cpu_cores == 7);
}

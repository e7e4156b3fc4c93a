// SPDX-License-Identifier: MIT
#include <thread>
#include "place.hpp"
#include "states.hpp"
#include "support/faulty_store.hpp"

using namespace aihow::state;
using namespace aihow::test;

namespace {

std::string kind() { return GENERATE(from_range(kinds_of_places())); }

ManagerOptions impatient() {
  ManagerOptions options;
  options.lock_timeout = std::chrono::milliseconds(30);
  options.program = "a test";
  return options;
}

const auto add_core = [](ClusterState& s) { s.vms[0].cpu_cores += 1; };

}  // namespace

TEST_CASE("an operation excludes another one, which is told who is at work", "[manager][operation]") {
  const Place place(kind());
  ClusterStateManager first(place.location(), impatient());
  ClusterStateManager second(place.location(), impatient());
  CHECK(first.operation_holder() == std::nullopt);
  {
    const Operation operation = first.begin_operation("hpc start");
    CHECK(operation);
    CHECK(operation.what() == "hpc start");
    const auto holder = second.operation_holder();
    REQUIRE(holder);
    CHECK(holder->what == "hpc start");
    CHECK(holder->program == "a test");
    CHECK(holder->pid == ::getpid());
    for (ClusterStateManager* manager : {&second, &first}) {
      const Error error = error_of([&] { manager->begin_operation("hpc stop"); });
      CHECK(error.code() == errc::locked);
      CHECK(has(error.what(), "hpc start"));
    }
  }
  CHECK(second.operation_holder() == std::nullopt);
  CHECK(second.begin_operation("hpc stop"));
  CHECK(first.begin_operation("hpc stop"));
}

TEST_CASE("changes and readers go on beside an operation", "[manager][operation]") {
  const Place place(kind());
  ClusterStateManager worker(place.location(), impatient());
  ClusterStateManager other(place.location(), impatient());
  worker.create(make_state(), "import");
  const Operation operation = worker.begin_operation("hpc start");
  worker.transaction("step", add_core, &operation);
  other.transaction("beside", add_core);
  worker.transaction("step", add_core, &operation);
  CHECK(other.get_vm("a")->cpu_cores == 5);
  worker.erase("hpc destroy", &operation);
  CHECK(other.snapshot() == nullptr);
  worker.create(make_state(), "adopt", &operation);
  CHECK(other.snapshot() != nullptr);
}

TEST_CASE("waiting for an operation can be cancelled, also for one of the same manager", "[manager][operation]") {
  const Place place(kind());
  ClusterStateManager holder(place.location());
  ClusterStateManager waiter(place.location());
  const Operation operation = holder.begin_operation("hpc start");
  for (ClusterStateManager* manager : {&waiter, &holder}) {
    std::stop_source stop;
    std::thread canceller([&] { stop.request_stop(); });
    CHECK(error_of([&] { manager->begin_operation("hpc stop", stop.get_token()); }).code() == errc::cancelled);
    canceller.join();
  }
}

TEST_CASE("one that waits gets the lock when the operation ends, on whatever thread", "[manager][operation]") {
  const Place place(kind());
  ClusterStateManager holder(place.location());
  ClusterStateManager other(place.location());
  for (ClusterStateManager* waiter : {&other, &holder}) {
    Operation operation = holder.begin_operation("first");
    std::thread ender([moved = std::move(operation)]() mutable { moved = Operation(); });
    CHECK(waiter->begin_operation("second"));
    ender.join();
  }
}

TEST_CASE("a commit whose operation lost its lock is refused", "[manager][operation]") {
  const Place place(kind());
  const auto faults = std::make_shared<Faults>();
  ClusterStateManager manager(std::make_unique<FaultyStore>(open_store(place.location()), faults), impatient());
  manager.create(make_state(), "import");
  const Operation operation = manager.begin_operation("hpc start");
  manager.transaction("step", add_core, &operation);
  faults->lose_locks();
  const Error error = error_of([&] { manager.transaction("step", add_core, &operation); });
  CHECK(error.code() == errc::conflict);
  CHECK(has(error.what(), "hpc start"));
  CHECK(manager.get_vm("a")->cpu_cores == 3);
  const Operation none;
  CHECK(error_of([&] { manager.transaction("step", add_core, &none); }).code() == errc::conflict);
}

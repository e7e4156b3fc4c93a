// SPDX-License-Identifier: MIT
#include <aihow/state/change_terms.hpp>
#include <thread>
#include "place.hpp"
#include "states.hpp"
#include "support/faulty_store.hpp"

using namespace aihow::state;
using namespace aihow::test;

namespace {

constexpr std::chrono::milliseconds at_once{0};

}  // namespace

TEST_CASE("terms bound the waits of this thread's changes in place of the manager's time", "[manager][terms]") {
  const Place place("file");
  ManagerOptions patient;
  patient.lock_timeout = std::chrono::hours(1);  // where that counted, nobody would see the end of this test
  ClusterStateManager manager(place.location(), patient);
  manager.create(make_state(), "import");
  const auto held = open_store(place.location())
                        ->lock(LockKind::commit, {.host = "here", .program = "another", .what = "a commit", .pid = 1, .since = {}},
                               within(std::chrono::seconds(5)));
  const ChangeTerms terms({.timeout = at_once});
  CHECK(error_of([&] { manager.update_vm_state("a", VMState::RUNNING); }).code() == errc::locked);
  CHECK(error_of([&] { manager.verify(true); }).code() == errc::locked);
}

TEST_CASE("terms that ask to stop end the wait of a change", "[manager][terms]") {
  const Place place("file");
  ClusterStateManager manager(place.location());
  manager.create(make_state(), "import");
  const auto held = open_store(place.location())
                        ->lock(LockKind::commit, {.host = "here", .program = "another", .what = "a commit", .pid = 1, .since = {}},
                               within(std::chrono::seconds(5)));
  std::stop_source stop;
  stop.request_stop();
  const ChangeTerms terms({.stop = stop.get_token()});
  CHECK(error_of([&] { manager.update_vm_state("a", VMState::RUNNING); }).code() == errc::cancelled);
}

TEST_CASE("a commit relies on the operation of the terms", "[manager][terms]") {
  const Place place("file");
  ClusterStateManager manager(place.location());
  manager.create(make_state(), "import");
  const Operation lost;
  const ChangeTerms terms({.under = &lost});
  CHECK(error_of([&] { manager.update_vm_state("a", VMState::RUNNING); }).code() == errc::conflict);
  const Operation held = manager.begin_operation("start");
  const ChangeTerms inner({.under = &held});
  CHECK_NOTHROW(manager.update_vm_state("a", VMState::RUNNING));
}

TEST_CASE("inner terms count alone, outer ones again after them, and other threads have none", "[manager][terms]") {
  CHECK_FALSE(ChangeTerms::current().timeout);
  const ChangeTerms outer({.timeout = std::chrono::milliseconds(5)});
  {
    const ChangeTerms inner({});
    CHECK_FALSE(ChangeTerms::current().timeout);
  }
  CHECK(ChangeTerms::current().timeout == std::chrono::milliseconds(5));
  std::thread([] { CHECK_FALSE(ChangeTerms::current().timeout); }).join();
}

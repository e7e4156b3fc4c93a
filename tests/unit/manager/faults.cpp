// SPDX-License-Identifier: MIT
#include "place.hpp"
#include "states.hpp"
#include "support/faulty_store.hpp"

using namespace aihow::state;
using namespace aihow::test;

namespace {

/// A manager over a faulty store, and an undisturbed one of the same place.
struct Rig {
  explicit Rig(const std::string& kind = "memory", ManagerOptions options = {})
      : place(kind), other(place.location()), manager(std::make_unique<FaultyStore>(open_store(place.location()), faults), std::move(options)) {
    other.create(make_state(), "import");
  }
  Place place;
  std::shared_ptr<Faults> faults = std::make_shared<Faults>();
  ClusterStateManager other;
  ClusterStateManager manager;
};

std::string kind() { return GENERATE(from_range(kinds_of_places())); }

void count_up(ClusterStateManager& manager) {
  manager.transaction("count", [](ClusterState& s) { s.vms[0].cpu_cores += 1; });
}

}  // namespace

TEST_CASE("a change is run again on the newest state where another writer was first", "[manager][faults]") {
  Rig rig(kind());
  // The other writer comes between this one's load and commit; its commit lock is no obstacle, since it goes round the manager's.
  rig.faults->set({.method = Method::load, .when = When::after, .run = [&] {
                     const auto store = open_store(rig.place.location());
                     const auto snapshot = store->load(nullptr, {});
                     ClusterState next = snapshot->state;
                     next.revision += 1;
                     next.vms[1].cpu_cores = 9;
                     const std::vector<Change> changes{{ObjectKind::vm, "b"}};
                     const std::vector<Record> records{{next.revision, R"({"revision":2})"}};
                     rig.faults->set({.method = Method::commit, .run = [&rig, snapshot, next, changes, records] {
                                        if (rig.place.location().rfind("memory:", 0) != 0) return;
                                        const auto writer = open_store(rig.place.location());
                                        REQUIRE(writer->commit({{}, snapshot->version, &next, changes, records}, {}).committed);
                                      }});
                   }});
  int runs = 0;
  rig.manager.transaction("count", [&](ClusterState& s) {
    ++runs;
    s.vms[0].cpu_cores += 1;
  });
  CHECK(rig.manager.get_vm("a")->cpu_cores == 3);
  if (rig.place.location().rfind("memory:", 0) == 0) {
    CHECK(runs == 2);
    CHECK(rig.manager.get_vm("b")->cpu_cores == 9);
    CHECK(rig.manager.snapshot()->version.revision == 3);
  }
}

TEST_CASE("others that are always first are a conflict at the deadline", "[manager][faults]") {
  ManagerOptions options;
  options.lock_timeout = std::chrono::milliseconds(20);
  Rig rig("memory", options);
  std::function<void()> overtake = [&] {
    const auto store = open_store(rig.place.location());
    const auto snapshot = store->load(nullptr, {});
    ClusterState next = snapshot->state;
    next.revision += 1;
    REQUIRE(store->commit({{}, snapshot->version, &next, {}, {}}, {}).committed);
    rig.faults->set({.method = Method::commit, .run = overtake});
  };
  rig.faults->set({.method = Method::commit, .run = overtake});
  CHECK(error_of([&] { count_up(rig.manager); }).code() == errc::conflict);
  CHECK(rig.other.get_vm("a")->cpu_cores == 2);
}

TEST_CASE("an unknown outcome that landed is a success, once", "[manager][faults]") {
  Rig rig(kind());
  rig.faults->set({.method = Method::commit, .when = When::after, .code = errc::outcome_unknown});
  count_up(rig.manager);
  CHECK(rig.faults->struck() == 1);
  CHECK(rig.other.get_vm("a")->cpu_cores == 3);
  CHECK(rig.other.snapshot()->version.revision == 2);
  CHECK(rig.other.records({}).records.size() == 2);
  CHECK(rig.manager.snapshot()->version == rig.other.snapshot()->version);
}

TEST_CASE("an unknown outcome that did not land is tried again", "[manager][faults]") {
  Rig rig(kind());
  rig.faults->set({.method = Method::commit, .when = When::before, .code = errc::outcome_unknown});
  count_up(rig.manager);
  CHECK(rig.faults->calls(Method::commit) == 2);
  CHECK(rig.other.get_vm("a")->cpu_cores == 3);
  CHECK(rig.other.snapshot()->version.revision == 2);
}

TEST_CASE("an unknown outcome on which another writer built is known by its record", "[manager][faults]") {
  Rig rig(kind());
  ClusterState state = *rig.manager.get_state();
  state.vms[0].cpu_cores = 3;
  rig.faults->set({.method = Method::commit, .when = When::after, .code = errc::outcome_unknown});
  // The load that looks comes after the lock was let go of by a store that lost it; the other writer is quicker.
  rig.faults->set({.method = Method::load, .nth = 2, .run = [&] {
                     const auto store = open_store(rig.place.location());
                     const auto snapshot = store->load(nullptr, {});
                     ClusterState next = snapshot->state;
                     next.revision += 1;
                     next.vms[1].cpu_cores = 9;
                     const std::vector<Change> changes{{ObjectKind::vm, "b"}};
                     const std::vector<Record> records{{next.revision, R"({"revision":3})"}};
                     if (rig.place.location().rfind("memory:", 0) == 0)
                       REQUIRE(store->commit({{}, snapshot->version, &next, changes, records}, {}).committed);
                   }});
  rig.manager.save_state(state);
  CHECK(rig.other.get_vm("a")->cpu_cores == 3);
  // What was saved is the base of the next merge, not what the other one made of it.
  state.vms[0].cpu_cores = 4;
  rig.manager.save_state(state);
  CHECK(rig.other.get_vm("a")->cpu_cores == 4);
  if (rig.place.location().rfind("memory:", 0) == 0) CHECK(rig.other.get_vm("b")->cpu_cores == 9);
}

TEST_CASE("an outcome that cannot be found out stays unknown", "[manager][faults]") {
  Rig rig(kind());
  SECTION("because looking fails") {
    rig.faults->set({.method = Method::commit, .when = When::after, .code = errc::outcome_unknown});
    rig.faults->set({.method = Method::load, .nth = 2, .code = errc::io});
  }
  SECTION("because it cannot be confirmed") {
    rig.faults->set({.method = Method::commit, .when = When::after, .code = errc::outcome_unknown});
    rig.faults->set({.method = Method::commit, .nth = 2, .code = errc::io});
  }
  CHECK(error_of([&] { count_up(rig.manager); }).code() == errc::outcome_unknown);
  CHECK(rig.other.get_vm("a")->cpu_cores == 3);
}

TEST_CASE("an erase whose outcome is unknown says so, and is found out by the next one", "[manager][faults]") {
  Rig rig(kind());
  rig.faults->set({.method = Method::commit, .when = When::after, .code = errc::outcome_unknown});
  CHECK(error_of([&] { rig.manager.erase("destroy"); }).code() == errc::outcome_unknown);
  rig.manager.erase("destroy");
  CHECK(rig.other.snapshot() == nullptr);
}

TEST_CASE("whichever store call fails, the state is the old or the new one, and the next change works", "[manager][faults]") {
  for (const When when : {When::before, When::after}) {
    for (const errc code : {errc::io, errc::out_of_memory, errc::outcome_unknown, errc::unreachable, errc::permission}) {
      for (std::size_t nth = 1;; ++nth) {
        INFO("call " << nth << ", code " << static_cast<int>(code) << (when == When::before ? " before" : " after"));
        Rig rig;
        rig.faults->fail_nth(nth, when, code);
        bool failed = false;
        try {
          count_up(rig.manager);
        } catch (const Error& error) {
          failed = true;
          CHECK(error.code() == code);
        }
        const int cores = rig.other.get_vm("a")->cpu_cores;
        CHECK((cores == 2 || cores == 3));
        if (!failed) CHECK(cores == 3);
        if (rig.faults->struck() == 0) break;
        rig.faults->clear();
        count_up(rig.manager);
        CHECK(rig.other.get_vm("a")->cpu_cores == cores + 1);
        CHECK(rig.other.snapshot()->version.revision == static_cast<std::uint64_t>(rig.other.get_vm("a")->cpu_cores - 1));
      }
    }
  }
}

TEST_CASE("errors of reading pass through", "[manager][faults]") {
  Rig rig;
  for (const errc code : {errc::corrupt, errc::unsupported_version, errc::io}) {
    rig.faults->set({.method = Method::load, .code = code});
    CHECK(error_of([&] { rig.manager.get_state(); }).code() == code);
  }
  CHECK(rig.manager.get_state());
  rig.faults->set({.method = Method::records, .code = errc::io});
  CHECK(error_of([&] { rig.manager.records({}); }).code() == errc::io);
  rig.faults->set({.method = Method::verify, .code = errc::corrupt});
  CHECK(error_of([&] { rig.manager.verify(); }).code() == errc::corrupt);
  CHECK(rig.manager.verify().empty());
  CHECK(error_of([] { ClusterStateManager(std::unique_ptr<StateStore>()); }).code() == errc::invalid);
  CHECK(error_of([] { ClusterStateManager("nonsense:x"); }).code() == errc::invalid);
}

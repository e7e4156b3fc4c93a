// SPDX-License-Identifier: MIT
// What the fault-injecting store does to its callers.
#include "support/faulty_store.hpp"
#include <aihow/state/memory_store.hpp>
#include "catch.hpp"
#include "support/sample_state.hpp"

using namespace aihow::state;
using namespace aihow::test;

namespace {
CommitResult put(StateStore& store, const ClusterState& state, Lock* under = nullptr) {
  return store.commit({.id = {}, .base = {}, .next = &state, .changes = {}, .records = {}, .under = under}, {});
}
}  // namespace

TEST_CASE("a fault before the call leaves the store behind as it was") {
  FaultyStore store(std::make_unique<MemoryStore>());
  store.faults().set({.method = Method::commit, .code = errc::io});
  CHECK_THROWS_AS(put(store, sample_state(1)), Error);
  CHECK(store.load(nullptr, {}) == nullptr);
  CHECK(put(store, sample_state(1)).committed);
  CHECK(store.faults().struck() == 1);
}

TEST_CASE("a fault after the call loses only the answer") {
  FaultyStore store(std::make_unique<MemoryStore>());
  store.faults().set({.method = Method::commit, .when = When::after, .code = errc::outcome_unknown});
  try {
    put(store, sample_state(1));
    FAIL("not struck");
  } catch (const Error& error) {
    CHECK(error.code() == errc::outcome_unknown);
  }
  CHECK(store.load(nullptr, {}));
}

TEST_CASE("the nth call of any method fails") {
  FaultyStore store(std::make_unique<MemoryStore>());
  store.faults().fail_nth(3);
  store.load(nullptr, {});
  store.records({}, {});
  CHECK_THROWS_AS(store.verify(false, {}), Error);
  CHECK_NOTHROW(store.verify(false, {}));
  CHECK(store.faults().calls() == 4);
  CHECK(store.faults().calls(Method::verify) == 2);
}

TEST_CASE("a fault can be somebody else's work") {
  FaultyStore store(std::make_unique<MemoryStore>());
  auto* faults = &store.faults();
  faults->set({.method = Method::commit, .run = [&] { put(store, sample_state(7)); }});
  CHECK_FALSE(put(store, sample_state(1)).committed);
  CHECK(store.load(nullptr, {})->version.revision == 7);
}

TEST_CASE("locks can be lost") {
  FaultyStore store(std::make_unique<MemoryStore>());
  const auto lock = store.lock(LockKind::operation, {}, {});
  CHECK(lock->held());
  store.faults().lose_locks();
  CHECK_FALSE(lock->held());
  CHECK_THROWS_AS(put(store, sample_state(1), lock.get()), Error);
}

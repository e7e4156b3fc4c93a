// SPDX-License-Identifier: MIT
#include <aihow/state/memory_store.hpp>
#include "catch.hpp"
#include "support/sample_state.hpp"

using namespace aihow::state;

namespace {
bool create(StateStore& store, const ClusterState& state) {
  return store.commit({.id = {}, .base = {}, .next = &state, .changes = {}, .records = {}}, {}).committed;
}
}  // namespace

TEST_CASE("memory stores of one name share their content while one lives") {
  const ClusterState state = aihow::test::sample_state(1);
  {
    MemoryStore first("shared");
    MemoryStore second("shared");
    REQUIRE(create(first, state));
    CHECK(second.load(nullptr, {}));
    CHECK(MemoryStore("other").load(nullptr, {}) == nullptr);
    CHECK(first.location() == "memory:shared");
  }
  CHECK(MemoryStore("shared").load(nullptr, {}) == nullptr);
}

TEST_CASE("memory stores without a name share with nobody") {
  const ClusterState state = aihow::test::sample_state(1);
  MemoryStore first;
  MemoryStore second;
  REQUIRE(create(first, state));
  CHECK(second.load(nullptr, {}) == nullptr);
}

TEST_CASE("a memory store tells the commit that made a snapshot") {
  const ClusterState state = aihow::test::sample_state(1);
  const Uuid id = aihow::test::sample_lineage(77);
  MemoryStore store;
  REQUIRE(store.commit({.id = id, .base = {}, .next = &state, .changes = {}, .records = {}}, {}).committed);
  CHECK(store.load(nullptr, {})->commit_id == id);
}

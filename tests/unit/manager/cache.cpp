// SPDX-License-Identifier: MIT
#include "manager/cache.hpp"
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include "states.hpp"

using namespace aihow::state;

TEST_CASE("of several VMs of one name the first is found, as everywhere", "[cache]") {
  for (const std::size_t count : {2U, 4U, 6U}) {
    auto snapshot = std::make_shared<Snapshot>();
    for (std::size_t i = 0; i < count; ++i) snapshot->state.vms.push_back(make_vm("a"));
    CHECK(IndexedSnapshot(snapshot).find_vm("a") == find_by_name(snapshot->state.vms, "a"));
  }
}

TEST_CASE("each VM is found by its name, whatever it shares with the others, and no other one", "[cache]") {
  // Same ends and lengths, same beginnings, shorter than a word, one the end of another.
  constexpr std::array names{"east-node-00000001", "west-node-00000001", "00000001", "compute-1", "compute-2", "1", "a"};
  std::array order = names;
  std::sort(order.begin(), order.end());
  do {
    for (std::size_t count = 0; count <= order.size(); ++count) {
      auto snapshot = std::make_shared<Snapshot>();
      for (std::size_t i = 0; i < count; ++i) snapshot->state.vms.push_back(make_vm(order[i]));
      const IndexedSnapshot indexed(snapshot);
      for (std::size_t i = 0; i < order.size(); ++i) {
        CAPTURE(order[i], count);
        CHECK(indexed.find_vm(order[i]) == (i < count ? &snapshot->state.vms[i] : nullptr));
      }
      for (const std::string_view absent : std::array<std::string_view, 4>{{{}, "b", "node-00000001", "ease-node-00000001"}}) {
        CAPTURE(absent, count);
        CHECK(indexed.find_vm(absent) == nullptr);
      }
    }
  } while (std::next_permutation(order.begin(), order.begin() + 5));
}

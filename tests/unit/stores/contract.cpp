// SPDX-License-Identifier: MIT
// The contract suite on the memory store, and on the fault-injecting wrapper that has no fault set.
#include <aihow/state/stores.hpp>
#include <string>
#include "catch.hpp"
#include "contract/store_contract.hpp"
#include "support/faulty_store.hpp"

namespace {

using namespace aihow;

/// A name that nothing else uses; one store is kept open, since the content lives only as long as a store does.
struct MemoryPlace : test::StorePlace {
  static std::string unused_name() {
    static int last = 0;
    return "contract-" + std::to_string(++last);
  }
  std::unique_ptr<state::StateStore> open() override { return state::open_store("memory:" + name); }
  std::string name = unused_name();
  std::unique_ptr<state::StateStore> kept = state::open_store("memory:" + name);
};

struct FaultyPlace final : MemoryPlace {
  std::unique_ptr<state::StateStore> open() override { return std::make_unique<test::FaultyStore>(MemoryPlace::open()); }
};

}  // namespace

TEST_CASE("the memory store keeps the contract") {
  test::check_store_contract([] { return std::make_unique<MemoryPlace>(); });
}

TEST_CASE("the fault-injecting store without a fault keeps the contract") {
  test::check_store_contract([] { return std::make_unique<FaultyPlace>(); });
}

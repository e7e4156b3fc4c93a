// SPDX-License-Identifier: MIT
// The contract of stores as a library that another language loads in place of libaihow: it has all of the C interface, and one function more.
// The session is only declared for whoever runs one; in version 2 of Catch2 all of it is then compiled here.
#define CATCH_CONFIG_RUNNER
#include <stdexcept>
#include "catch.hpp"
#include "contract/store_contract.hpp"
#include "store.hpp"

namespace {

aihow_store_open opener = nullptr;
void* opener_data = nullptr;

struct CallerPlace final : aihow::test::StorePlace {
  std::unique_ptr<aihow::state::StateStore> open() override {
    aihow_store_table table{};
    table.struct_size = sizeof table;
    void* store = nullptr;
    // Not an assertion: threads open stores too.
    if (opener(opener_data, name.c_str(), &table, &store, nullptr) != AIHOW_OK) throw std::runtime_error("a caller's store was not opened");
    auto made = std::make_unique<aihow::capi::CallerStore>(aihow::capi::to_table(&table, "table"), store, false);
    made->own_user_data();
    return made;
  }
  static std::string unused_name() {
    static int last = 0;
    return "place-" + std::to_string(++last);
  }
  std::string name = unused_name();
};

}  // namespace

TEST_CASE("a caller's store keeps the contract") {
  aihow::test::check_store_contract([] { return std::make_unique<CallerPlace>(); });
}

/// Runs the contract on the stores that `open` makes; 0: they keep it.
extern "C" AIHOW_API int aihow_test_run_contract(aihow_store_open open, void* user_data) {
  opener = open;
  opener_data = user_data;
  const char* arguments[] = {"contract"};
  return Catch::Session().run(1, arguments);
}

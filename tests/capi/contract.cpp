// SPDX-License-Identifier: MIT
// A store in C keeps the contract of all stores: what is tested is the C++ store that the library makes of its table.
#include <stdexcept>
#include "capi/dictionary_store.h"
#include "catch.hpp"
#include "contract/store_contract.hpp"
#include "store.hpp"

namespace {

struct DictionaryPlace final : aihow::test::StorePlace {
  std::unique_ptr<aihow::state::StateStore> open() override {
    aihow_store_table table;
    void* store = nullptr;
    // Not an assertion: threads open stores too.
    if (dictionary_store_open(name.c_str(), &table, &store) == 0) throw std::runtime_error("a store in C was not opened");
    return std::make_unique<aihow::capi::CallerStore>(table, store, false);
  }
  static std::string unused_name() {
    static int last = 0;
    return "dictionary-" + std::to_string(++last);
  }
  std::string name = unused_name();
};

}  // namespace

TEST_CASE("a store in C keeps the contract") {
  aihow::test::check_store_contract([] { return std::make_unique<DictionaryPlace>(); });
}

// SPDX-License-Identifier: MIT
// The contract of StateStore as tests. Every store passes it, callers' own too: link this folder's .cpp files and run, in a Catch2 test case,
//   aihow::test::check_store_contract([] { return std::make_unique<MyPlace>(); });
#pragma once
#include <aihow/state/state_store.hpp>
#include <functional>
#include <memory>

namespace aihow::test {

/// A fresh, empty location for one test. The destructor removes what was stored there.
struct StorePlace {
  virtual ~StorePlace() = default;
  /// Another store object on the location. Stores that were opened are gone before the place is.
  virtual std::unique_ptr<state::StateStore> open() = 0;
};

/// Runs each promise of StateStore as a section of the test case that calls it. A store may lack what its capabilities() deny.
void check_store_contract(const std::function<std::unique_ptr<StorePlace>()>& make_place);

}  // namespace aihow::test

// SPDX-License-Identifier: MIT
#include "contract/store_contract.hpp"
#include "contract/promises.hpp"

namespace aihow::test {

void check_store_contract(const std::function<std::unique_ptr<StorePlace>()>& make_place) {
  for (const auto promises : {contract::document_promises(), contract::lock_promises()}) {
    for (const contract::Promise& promise : promises) {
      DYNAMIC_SECTION(promise.name) {
        const auto place = make_place();
        promise.check(*place);
      }
    }
  }
}

}  // namespace aihow::test

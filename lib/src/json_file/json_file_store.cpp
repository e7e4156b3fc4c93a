// SPDX-License-Identifier: MIT
#include <aihow/state/stores.hpp>

namespace aihow::state::inline v0 {

std::unique_ptr<StateStore> make_json_file_store(std::string path, const StoreOptions&) {
  throw Error(errc::unsupported, "the JSON file store is not part of this build", {.path = std::move(path)});
}

}  // namespace aihow::state::inline v0

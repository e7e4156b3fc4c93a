// SPDX-License-Identifier: MIT
// Actor: who changes the state, for lock holders and history.
#pragma once
#include <aihow/state/state_store.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace aihow::state::inline v0 {

struct Actor {
  std::string user;
  std::string host;
  std::string program;
  std::string text;  ///< the caller's own words
  std::int64_t pid = 0;

  Holder holder(std::string_view what) const;
};

/// This process now (it may have forked since it was last asked). An empty `program`: the process's name.
Actor this_process(std::string_view program, std::string_view text);

}  // namespace aihow::state::inline v0

// SPDX-License-Identifier: MIT
// What became of objects, as a handle: of two states, of an entry of the past, of a reversal.
#pragma once
#include <aihow/history.h>
#include <aihow/state/history.hpp>
#include <memory>
#include <vector>
#include "handle.hpp"

namespace aihow::capi {

struct ObjectChanges {
  using Handle = aihow_changes;
  static constexpr Noun noun = Noun::changes;
  static constexpr const char* name = "changes";
  std::shared_ptr<const std::vector<state::ObjectChange>> list;
};

}  // namespace aihow::capi

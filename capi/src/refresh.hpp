// SPDX-License-Identifier: MIT
// What a refresh or a drift handle stands for.
#pragma once
#include <aihow/state/manager.hpp>
#include <memory>
#include <mutex>
#include <vector>
#include "observer.hpp"
#include "state.hpp"

namespace aihow::capi {

struct Refresh {
  using Handle = aihow_refresh;
  static constexpr Noun noun = Noun::refresh;
  static constexpr const char* name = "refresh";
  state::Refresh result;
  std::shared_ptr<Frozen> frozen = std::make_shared<Frozen>();

  /// The volumes of each VM that was seen, the addresses of each network; made when they are first asked for, since that may fail.
  std::once_flag listed{};
  std::vector<TextList> volumes{};
  std::vector<TextList> active_ips{};
};

}  // namespace aihow::capi

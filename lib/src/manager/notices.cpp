// SPDX-License-Identifier: MIT
#include "notices.hpp"

namespace aihow::state::inline v0 {

void Notices::loaded(const Snapshot& snapshot) noexcept {
  if (!callback_) return;
  for (const std::string& notice : snapshot.notices) {
    try {
      const std::lock_guard guard(mutex_);
      if (token_ != snapshot.version.token) {
        token_ = snapshot.version.token;
        told_.clear();
      }
      if (!told_.insert(notice).second) continue;
    } catch (...) {
      // Told twice is better than never.
    }
    tell(notice);
  }
}

void Notices::committed(std::span<const std::string> notices) noexcept {
  for (const std::string& notice : notices) tell(notice);
}

void Notices::tell(std::string_view notice) noexcept {
  if (!callback_) return;
  try {
    callback_(notice);
  } catch (...) {
    // See the class.
  }
}

}  // namespace aihow::state::inline v0

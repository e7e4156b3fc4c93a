// SPDX-License-Identifier: MIT
#include "callback.hpp"

namespace aihow::capi {

void require_ok(int32_t status, const Sink& failure, const char* callback) {
  if (status == AIHOW_OK) return;
  const bool known = status < AIHOW_OK && status >= AIHOW_E_UNEXPECTED;
  std::string text = failure.bytes;
  // A text is one in C too.
  text.erase(std::min(text.find('\0'), text.size()));
  if (text.empty()) {
    text = std::string("the callback ") + callback + " failed: " + (known ? aihow_status_text(status) : "it returned " + std::to_string(status));
  }
  throw CallbackFailed(known ? status : AIHOW_E_UNEXPECTED, std::move(text));
}

}  // namespace aihow::capi

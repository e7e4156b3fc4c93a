// SPDX-License-Identifier: MIT
// Calling a caller's function: its failure, and where it puts what it has to say.
#pragma once
#include "error.hpp"
#include "objects.hpp"

namespace aihow::capi {

/// Throws CallbackFailed where a callback did not return AIHOW_OK, with its number (another one than a status is AIHOW_E_UNEXPECTED) and its text.
void require_ok(int32_t status, const Sink& failure, const char* callback);

/// Calls `call(sink)`, which returns a status, with a sink for its failure. Throws CallbackFailed.
template <class Call>
void call_back(const char* callback, Call&& call) {
  Sink failure;
  int32_t status = AIHOW_OK;
  {
    const Lent<Sink> lent(failure);
    status = std::forward<Call>(call)(lent.get());
  }
  require_ok(status, failure, callback);
}

}  // namespace aihow::capi

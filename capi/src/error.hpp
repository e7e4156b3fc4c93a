// SPDX-License-Identifier: MIT
// The error object of the C interface, and the guard that every function which can fail runs in.
#pragma once
#include <aihow/base.h>
#include <cxxabi.h>
#include <aihow/state/error.hpp>
#include <exception>
#include <new>
#include <string>
#include <utility>

struct aihow_error {
  int32_t code = AIHOW_E_UNEXPECTED;
  std::string message, path, pointer;
  std::size_t line = 0, column = 0;
};

namespace aihow::capi {

/// A callback said that it failed: its number and its text, which the function that called it hands on.
class CallbackFailed : public std::exception {
 public:
  CallbackFailed(int32_t status, std::string text) : status_(status), text_(std::move(text)) {}
  const char* what() const noexcept override { return text_.c_str(); }
  int32_t status() const noexcept { return status_; }

 private:
  int32_t status_;
  std::string text_;
};

/// Fills the caller's error and returns its code. Where memory for it is lacking, the caller gets a constant out-of-memory error.
int32_t fail(aihow_error** error, int32_t code, const char* message, const state::ErrorPlace& place) noexcept;

constexpr int32_t to_status(state::errc code) noexcept { return -static_cast<int32_t>(code); }

/// Runs `call` so that no exception crosses. A forced unwind (pthread_exit, cancellation) is not ours to stop.
template <class Call>
int32_t guard(aihow_error** error, Call&& call) {
  try {
    std::forward<Call>(call)();
    return AIHOW_OK;
  } catch (abi::__forced_unwind&) {
    throw;
  } catch (const state::Error& failure) {
    return fail(error, -failure.code().value(), failure.what(), failure.place());
  } catch (const CallbackFailed& failure) {
    return fail(error, failure.status(), failure.what(), {});
  } catch (const std::bad_alloc&) {
    return fail(error, AIHOW_E_OUT_OF_MEMORY, "out of memory", {});
  } catch (const std::exception& failure) {
    return fail(error, AIHOW_E_UNEXPECTED, failure.what(), {});
  } catch (...) {
    return fail(error, AIHOW_E_UNEXPECTED, "an exception that is no std::exception", {});
  }
}

}  // namespace aihow::capi

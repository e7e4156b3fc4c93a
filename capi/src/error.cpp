// SPDX-License-Identifier: MIT
#include "error.hpp"

using aihow::capi::to_status;
using aihow::state::errc;

// The numbers are one list: the C++ conditions, negated.
static_assert(to_status(errc::not_found) == AIHOW_E_NOT_FOUND && to_status(errc::invalid) == AIHOW_E_INVALID);
static_assert(to_status(errc::corrupt) == AIHOW_E_CORRUPT && to_status(errc::unsupported_version) == AIHOW_E_UNSUPPORTED_VERSION);
static_assert(to_status(errc::conflict) == AIHOW_E_CONFLICT && to_status(errc::locked) == AIHOW_E_LOCKED);
static_assert(to_status(errc::permission) == AIHOW_E_PERMISSION && to_status(errc::io) == AIHOW_E_IO);
static_assert(to_status(errc::outcome_unknown) == AIHOW_E_OUTCOME_UNKNOWN && to_status(errc::unreachable) == AIHOW_E_UNREACHABLE);
static_assert(to_status(errc::timeout) == AIHOW_E_TIMEOUT && to_status(errc::cancelled) == AIHOW_E_CANCELLED);
static_assert(to_status(errc::unsupported) == AIHOW_E_UNSUPPORTED && to_status(errc::out_of_memory) == AIHOW_E_OUT_OF_MEMORY);

namespace {
/// Made when the library is loaded, so that running out of memory can always be told.
aihow_error out_of_memory{AIHOW_E_OUT_OF_MEMORY, "out of memory", "", "", 0, 0};
}  // namespace

int32_t aihow::capi::fail(aihow_error** error, int32_t code, const char* message, const state::ErrorPlace& place) noexcept {
  if (error == nullptr) return code;
  try {
    *error = code == AIHOW_E_OUT_OF_MEMORY ? &out_of_memory : new aihow_error{code, message, place.path, place.pointer, place.line, place.column};
    return code;
  } catch (const std::bad_alloc&) {
    *error = &out_of_memory;
    return AIHOW_E_OUT_OF_MEMORY;
  }
}

extern "C" {

void aihow_error_free(aihow_error* error) {
  if (error != &out_of_memory) delete error;
}

int32_t aihow_error_code(const aihow_error* error) { return error == nullptr ? AIHOW_OK : error->code; }
const char* aihow_error_message(const aihow_error* error) { return error == nullptr ? "" : error->message.c_str(); }
const char* aihow_error_path(const aihow_error* error) { return error == nullptr ? "" : error->path.c_str(); }
const char* aihow_error_pointer(const aihow_error* error) { return error == nullptr ? "" : error->pointer.c_str(); }
size_t aihow_error_line(const aihow_error* error) { return error == nullptr ? 0 : error->line; }
size_t aihow_error_column(const aihow_error* error) { return error == nullptr ? 0 : error->column; }

int32_t aihow_error_set(aihow_error** error, int32_t status, const char* message) {
  const bool known = status < AIHOW_OK && status >= AIHOW_E_UNEXPECTED;
  const int32_t code = known ? status : AIHOW_E_UNEXPECTED;
  return aihow::capi::fail(error, code, message == nullptr ? aihow_status_text(code) : message, {});
}

const char* aihow_status_text(int32_t status) {
  constexpr const char* texts[] = {"ok",
                                   "not found",
                                   "invalid",
                                   "corrupt",
                                   "unsupported version",
                                   "conflict",
                                   "locked",
                                   "permission denied",
                                   "input/output error",
                                   "outcome unknown",
                                   "unreachable",
                                   "timeout",
                                   "cancelled",
                                   "unsupported",
                                   "out of memory",
                                   "unexpected failure"};
  const auto number = -static_cast<int64_t>(status);
  return number >= 0 && number < static_cast<int64_t>(std::size(texts)) ? texts[number] : "unknown error";
}
}

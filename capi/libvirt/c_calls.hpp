// SPDX-License-Identifier: MIT
// What the functions of this library share: calling the C interface from C++, and being called from C.
#pragma once
#include <aihow/aihow-libvirt.h>
#include <cxxabi.h>
#include <aihow/libvirt/observer.hpp>
#include <aihow/state/error.hpp>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <string>

namespace aihow::capi_libvirt {

using state::errc;
using state::Error;

/// A C function said no.
struct Refused {
  int32_t status;
  std::string message;
};

/// Calls a C function whose last parameter is the error. Throws Refused.
template <class Function, class... Arguments>
void call(Function function, Arguments... arguments) {
  aihow_error* error = nullptr;
  const int32_t status = function(arguments..., &error);
  if (status == AIHOW_OK) return;
  const std::unique_ptr<aihow_error, decltype(&aihow_error_free)> owned(error, aihow_error_free);
  throw Refused{status, aihow_error_message(error)};
}

/// Runs `body`; a failure becomes a status, and `tell(status, message)` is told of it.
template <class Body, class Tell>
int32_t guard(const Body& body, const Tell& tell) {
  try {
    body();
    return AIHOW_OK;
  } catch (abi::__forced_unwind&) {
    throw;
  } catch (const Refused& failure) {
    return tell(failure.status, failure.message.c_str());
  } catch (const Error& failure) {
    return tell(-failure.code().value(), failure.what());
  } catch (const std::bad_alloc&) {
    return tell(AIHOW_E_OUT_OF_MEMORY, "out of memory");
  } catch (const std::exception& failure) {
    return tell(AIHOW_E_UNEXPECTED, failure.what());
  }
}

/// The same of a function whose last parameter is the caller's error.
template <class Body>
int32_t guard(aihow_error** error, const Body& body) {
  return guard(body, [&](int32_t status, const char* message) { return aihow_error_set(error, status, message); });
}

/// The same of a callback.
template <class Body>
int32_t guard(aihow_sink* failure, const Body& body) {
  return guard(body, [&](int32_t status, const char* message) {
    aihow_sink_put(failure, message, std::char_traits<char>::length(message), nullptr);
    return status;
  });
}

/// Throws Refused.
state::ClusterState read_state(const aihow_state* given);

aihow_uuid to_c(const std::optional<state::Uuid>& uuid) noexcept;

/// Throws Error invalid where `size` cannot be that of a structure whose first version had `first` bytes.
void require_size(std::size_t size, std::size_t first, const char* argument);

/// A copy in this version's size; all zero for NULL. Throws Error invalid.
aihow_libvirt_options take(const aihow_libvirt_options* given);
/// What make_observer() and its like have of them.
libvirt::ObserverOptions to_options(const aihow_libvirt_options& options);

}  // namespace aihow::capi_libvirt

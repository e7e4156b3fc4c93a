// SPDX-License-Identifier: MIT
// Calls on one object.
#pragma once
#include <memory>
#include <string>
#include <utility>
#include "libvirt/connection.hpp"

namespace aihow::libvirt::inline v0 {

/// Runs `function(const Caller&, T*)` on the object that `handle` holds.
template <class T, class Function>
auto call_on(const std::shared_ptr<Connection>& connection, const std::shared_ptr<void>& handle, const CallSite& site, const std::string& name,
             Function function) {
  return connection->call(
      site, name, [handle, function = std::move(function)](const Caller& caller) mutable { return function(caller, static_cast<T*>(handle.get())); });
}

/// Runs one of libvirt's functions that take an object, and perhaps numbers, and return a number below 0 on failure.
template <class T, class... Parameters, class... Arguments>
int run_on(const std::shared_ptr<Connection>& connection, const std::shared_ptr<void>& handle, const CallSite& site, const std::string& name,
           int (*Api::*function)(T*, Parameters...), Arguments... arguments) {
  return call_on<T>(connection, handle, site, name, [function, arguments...](const Caller& caller, T* object) {
    return caller.check((caller.api().*function)(object, static_cast<Parameters>(arguments)...));
  });
}

}  // namespace aihow::libvirt::inline v0

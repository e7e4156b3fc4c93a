// SPDX-License-Identifier: MIT
#pragma once
#include <aihow/state/error.hpp>
#include <stdexcept>
#include "catch.hpp"

/// The Error that a function throws; a failure where it throws none.
template <class Function>
aihow::state::Error error_of(Function function) {
  try {
    function();
  } catch (const aihow::state::Error& error) {
    return error;
  }
  FAIL("no error");
  throw std::logic_error("not reached");
}

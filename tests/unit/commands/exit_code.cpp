// SPDX-License-Identifier: MIT
#include "commands/exit_code.hpp"
#include <new>
#include "catch.hpp"
#include "commands/usage_error.hpp"
#include "provision/operations.hpp"

using namespace aihow::tool;
using aihow::state::errc;
using aihow::state::Error;

namespace {
template <class Exception>
int code_of(Exception exception) {
  return static_cast<int>(explain(std::make_exception_ptr(std::move(exception))).code);
}
}  // namespace

TEST_CASE("each kind of error has its exit code", "[commands][exit]") {
  CHECK(code_of(Error(errc::not_found, "x")) == 2);
  CHECK(code_of(Error(errc::invalid, "x")) == 1);
  CHECK(code_of(Error(errc::corrupt, "x")) == 8);
  CHECK(code_of(Error(errc::unsupported_version, "x")) == 8);
  CHECK(code_of(Error(errc::conflict, "x")) == 7);
  CHECK(code_of(Error(errc::locked, "x")) == 6);
  CHECK(code_of(Error(errc::permission, "x")) == 3);
  CHECK(code_of(Error(errc::io, "x")) == 5);
  CHECK(code_of(Error(errc::outcome_unknown, "x")) == 5);
  CHECK(code_of(Error(errc::unreachable, "x")) == 5);
  CHECK(code_of(Error(errc::timeout, "x")) == 5);
  CHECK(code_of(Error(errc::cancelled, "x")) == 1);
  CHECK(code_of(Error(errc::unsupported, "x")) == 1);
  CHECK(code_of(Error(errc::out_of_memory, "x")) == 5);
  CHECK(static_cast<int>(exit_code(errc::locked)) == 6);
}

TEST_CASE("an operation that failed failed, unless the world was the cause", "[commands][exit]") {
  CHECK(code_of(OperationFailed("x")) == 1);
  CHECK(code_of(OperationFailed("x", errc::unreachable)) == 5);
  CHECK(code_of(OperationFailed("x", errc::io)) == 5);
  CHECK(code_of(OperationFailed("x", errc::permission)) == 3);
  CHECK(code_of(OperationFailed("x", errc::not_found)) == 1);
  CHECK(code_of(OperationFailed("x", errc::cancelled)) == 1);
}

TEST_CASE("what is not ours has an exit code too", "[commands][exit]") {
  CHECK(code_of(UsageError("x")) == 4);
  CHECK(code_of(std::bad_alloc()) == 5);
  CHECK(code_of(std::system_error(std::make_error_code(std::errc::no_space_on_device))) == 5);
  CHECK(code_of(std::system_error(std::make_error_code(std::errc::permission_denied))) == 3);
  CHECK(code_of(std::runtime_error("x")) == 1);
  CHECK(code_of(42) == 1);
}

TEST_CASE("a failure says its text and where to read on", "[commands][exit]") {
  const Ending usage = explain(std::make_exception_ptr(UsageError("no such option", "ai-how hpc --help")));
  CHECK(usage.text == "no such option");
  CHECK(usage.see == "ai-how hpc --help");
  CHECK(explain(std::make_exception_ptr(Error(errc::io, "full", {.path = "a.json"}))).text == "a.json: full");
}

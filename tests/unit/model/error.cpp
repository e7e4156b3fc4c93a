// SPDX-License-Identifier: MIT
#include <aihow/state/error.hpp>
#include "catch.hpp"

using namespace aihow::state;

TEST_CASE("an error says where it stands, as far as that applies", "[error]") {
  CHECK(std::string(Error(errc::io, "it broke").what()) == "it broke");
  CHECK(std::string(Error(errc::io, "it broke", {"a.json", "", 0, 0}).what()) == "a.json: it broke");
  CHECK(std::string(Error(errc::corrupt, "it broke", {"a.json", "/vms/0", 3, 7}).what()) == "a.json:3:7: /vms/0: it broke");
  CHECK(std::string(Error(errc::corrupt, "it broke", {"", "/vms/0", 0, 0}).what()) == "/vms/0: it broke");
}

TEST_CASE("an error keeps its parts", "[error]") {
  const Error error(errc::corrupt, "it broke", {"a.json", "/vms/0", 3, 7});
  CHECK(error.message() == "it broke");
  CHECK(error.path() == "a.json");
  CHECK(error.pointer() == "/vms/0");
  CHECK(error.place().line == 3);
  CHECK(error.place().column == 7);
  const Error copy = error;
  CHECK(std::string(copy.what()) == error.what());
}

TEST_CASE("a code is compared as a condition", "[error]") {
  const std::error_code code = Error(errc::conflict, "").code();
  CHECK(code == errc::conflict);
  CHECK(code != errc::locked);
  CHECK(std::string(code.category().name()) == "aihow.state");
  CHECK(code.message() == "conflict");
  CHECK(std::error_code(4, std::generic_category()) != errc::unsupported_version);
}

TEST_CASE("a code from another shared object's category is equal", "[error]") {
  static const detail::Category other;
  CHECK(std::error_code(static_cast<int>(errc::locked), other) == errc::locked);
}

TEST_CASE("every code has its number and its words", "[error]") {
  CHECK(static_cast<int>(errc::not_found) == 1);
  CHECK(static_cast<int>(errc::out_of_memory) == 14);
  for (int i = 1; i <= 14; ++i) CHECK(category().message(i) != "unknown error");
  CHECK(category().message(15) == "unknown error");
}

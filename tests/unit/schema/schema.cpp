// SPDX-License-Identifier: MIT
// The JSON Schema that is installed is the one that follows from the format's tables. AIHOW_ACCEPT=1 in the environment rewrites it.
// What it refuses and lets pass is tested against the reader in tests/cli/test_schema.py.
#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include "catch.hpp"
#include "make_schema.hpp"

TEST_CASE("the schema has every member of the format with its type, range and rules", "[schema][golden]") {
  const std::string made = aihow::test::make_schema();
  if (const char* accept = std::getenv("AIHOW_ACCEPT"); accept != nullptr && std::string_view(accept) == "1") {
    std::ofstream out(SCHEMA, std::ios::binary);
    REQUIRE((out << made).flush().good());
  }
  std::ostringstream committed;
  committed << std::ifstream(SCHEMA, std::ios::binary).rdbuf();
  CHECK(committed.str() == made);
  CHECK(boost::json::parse(made).at("properties").as_object().size() == 10);
}

// SPDX-License-Identifier: MIT
// Golden files: what a document must be, byte for byte. AIHOW_ACCEPT=1 in the environment rewrites them with what came out.
#pragma once
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include "catch.hpp"

inline std::string read_golden(const std::string& name) {
  std::ifstream in(std::string(GOLDEN_DIR) + "/" + name, std::ios::binary);
  INFO("golden file " << name);
  REQUIRE(in.good());
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

inline void check_golden(const std::string& name, std::string_view actual) {
  const char* accept = std::getenv("AIHOW_ACCEPT");
  if (accept != nullptr && std::string_view(accept) == "1") {
    std::ofstream out(std::string(GOLDEN_DIR) + "/" + name, std::ios::binary);
    out << actual;
    REQUIRE(out.flush().good());
  }
  CHECK(actual == read_golden(name));
}

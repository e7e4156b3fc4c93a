// SPDX-License-Identifier: MIT
// Files as the tests look at them: whole.
#pragma once
#include <fstream>
#include <sstream>
#include <string>

namespace aihow::test {

inline std::string bytes_of(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}
inline void write(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

}  // namespace aihow::test

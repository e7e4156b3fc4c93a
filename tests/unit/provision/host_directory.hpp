// SPDX-License-Identifier: MIT
// A directory that goes with the test, and things to put into it.
#pragma once
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>

namespace aihow::tool::test {

class HostDirectory {
 public:
  HostDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "host-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = name;
  }
  ~HostDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  HostDirectory(const HostDirectory&) = delete;
  HostDirectory& operator=(const HostDirectory&) = delete;

  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  std::string path() const { return path_.string(); }

  /// A file with its directories; returns its path.
  std::string file(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << content;
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

/// Runs a command in the shell; throws unless it ends with 0.
inline void shell(const std::string& command) {
  if (std::system(("{ " + command + "; } >/dev/null").c_str()) != 0) throw std::runtime_error("failed: " + command);
}

}  // namespace aihow::tool::test

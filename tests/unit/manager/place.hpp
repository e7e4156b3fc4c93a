// SPDX-License-Identifier: MIT
// Places where a manager's state can stand, so that the manager's tests run over each kind of store.
#pragma once
#include <aihow/state/manager.hpp>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>
#include "catch.hpp"

namespace aihow::test {

/// A directory that goes with the object.
class TemporaryDirectory {
 public:
  TemporaryDirectory() : path_((std::filesystem::temp_directory_path() / "aihow-manager-XXXXXX").string()) {
    REQUIRE(::mkdtemp(path_.data()) != nullptr);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

/// An empty place of one kind, kept alive by the object.
class Place {
 public:
  explicit Place(const std::string& kind) : location_(kind == "memory" ? "memory:" + directory_.path() : directory_.file("state.json")) {
    if (kind == "memory") keeper_ = state::open_store(location_);
  }
  const std::string& location() const noexcept { return location_; }
  std::string file(const std::string& name) const { return directory_.file(name); }

 private:
  TemporaryDirectory directory_;
  std::string location_;
  std::unique_ptr<state::StateStore> keeper_;
};

/// The kinds of places.
inline const std::vector<std::string>& kinds_of_places() {
  static const std::vector<std::string> kinds{"memory", "file"};
  return kinds;
}

/// The code of the Error that `body` throws; fails the test where it throws none.
template <class Body>
state::Error error_of(Body&& body) {
  try {
    body();
  } catch (const state::Error& error) {
    return error;
  }
  FAIL("no error was thrown");
  throw std::logic_error("FAIL returned");
}

inline bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace aihow::test

// SPDX-License-Identifier: MIT
#include "provision/pool_path.hpp"
#include <sys/stat.h>
#include <unistd.h>
#include <aihow/state/error.hpp>
#include <filesystem>
#include "catch.hpp"
#include "host_directory.hpp"

using namespace aihow::tool;
using aihow::state::Error;
using Catch::Matchers::Contains;

TEST_CASE("a connection to this machine is told from one to another", "[pool_path]") {
  CHECK(is_local("qemu:///system"));
  CHECK(is_local("qemu+unix:///system?socket=/run/x"));
  CHECK(is_local("test:///default"));
  CHECK_FALSE(is_local("qemu+ssh://root@host/system"));
  CHECK_FALSE(is_local("qemu://host/system"));
}

TEST_CASE("what is at a path is told without following links", "[pool_path]") {
  const test::HostDirectory directory;
  CHECK(path_kind(directory.path()) == PathKind::directory);
  CHECK(path_kind(directory / "none") == PathKind::absent);
  CHECK(::symlink("nowhere", (directory / "dangling").c_str()) == 0);
  CHECK(path_kind(directory / "dangling") == PathKind::other);
  CHECK_THROWS_AS(path_kind(std::string(5000, 'x')), Error);
}

TEST_CASE("a disk is never made where something is, a dangling link included", "[pool_path]") {
  const test::HostDirectory directory;
  CHECK_NOTHROW(require_free_path(directory / "free"));
  CHECK(::symlink("nowhere", (directory / "planted").c_str()) == 0);
  CHECK_THROWS_WITH(require_free_path(directory / "planted"), Contains("something is there already"));
}

TEST_CASE("for root a pool's path has no link and nothing that others can write", "[pool_path]") {
  if (::geteuid() != 0) {
    CHECK_NOTHROW(require_safe_pool_path("/tmp/anything"));
    return;
  }
  // Under a directory that only root can write.
  const std::string base = "/var/lib/aihow-pool-test-" + std::to_string(::getpid());
  REQUIRE(::mkdir(base.c_str(), 0755) == 0);
  struct Remove {
    std::string path;
    ~Remove() {
      std::error_code ignored;
      std::filesystem::remove_all(path, ignored);
    }
  } const remove{base};
  CHECK_NOTHROW(require_safe_pool_path(base));
  CHECK_NOTHROW(require_safe_pool_path(base + "/not/there/yet"));
  CHECK(::symlink(base.c_str(), (base + "/link").c_str()) == 0);
  CHECK_THROWS_WITH(require_safe_pool_path(base + "/link/pool"), Contains("symbolic link"));
  CHECK(::mkdir((base + "/open").c_str(), 0755) == 0);
  CHECK(::chmod((base + "/open").c_str(), 0777) == 0);
  CHECK_THROWS_WITH(require_safe_pool_path(base + "/open/pool"), Contains("can be written by others"));
  CHECK(::mkdir((base + "/theirs").c_str(), 0755) == 0);
  CHECK(::chown((base + "/theirs").c_str(), 1000, 1000) == 0);
  CHECK_THROWS_WITH(require_safe_pool_path(base + "/theirs"), Contains("another user"));
  CHECK_THROWS_WITH(require_safe_pool_path("/tmp/pool"), Contains("can be written by others"));
}

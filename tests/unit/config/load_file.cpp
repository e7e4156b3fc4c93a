// SPDX-License-Identifier: MIT
// Paths that are no configuration file, and the choice of a cluster.
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <aihow/state/error.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include "catch.hpp"
#include "sample.hpp"

using namespace aihow::tool;
using namespace aihow::tool::test;
using aihow::state::errc;
using aihow::state::Error;

namespace {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "config-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = name;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string operator/(const char* name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// The code and words of the Error that loading throws.
std::pair<std::error_code, std::string> failure(const std::string& path) {
  try {
    (void)load_config(path);
  } catch (const Error& error) {
    CHECK(error.path() == path);
    return {error.code(), std::string(error.message())};
  }
  return {};
}

}  // namespace

TEST_CASE("a file is loaded, with its path in each message", "[config]") {
  const TemporaryDirectory directory;
  std::ofstream(directory / "c.yaml") << sample;
  CHECK(load_config(directory / "c.yaml").clusters.at(0).name == "lab");
  CHECK(load_config(directory / "c.yaml").path == directory / "c.yaml");
  std::ofstream(directory / "bad.yaml") << "version: 1\n";
  try {
    (void)load_config(directory / "bad.yaml");
    FAIL("it loaded");
  } catch (const ConfigError& error) {
    CHECK(error.problems().size() == 3);
    CHECK(std::string(error.what()).find((directory / "bad.yaml") + ":1:10: version: expected") != std::string::npos);
  }
}

TEST_CASE("what is no regular file is refused without waiting", "[config]") {
  const TemporaryDirectory directory;
  CHECK(failure(directory / "none.yaml") == std::pair(make_error_code(errc::not_found), std::string("there is no such configuration file")));
  CHECK(failure((directory / "")) == std::pair(make_error_code(errc::invalid), std::string("expected a configuration file, found a directory")));
  REQUIRE(::mkfifo((directory / "fifo").c_str(), 0600) == 0);
  CHECK(failure(directory / "fifo") == std::pair(make_error_code(errc::invalid), std::string("expected a configuration file, found a FIFO")));
  CHECK(failure("/dev/null") == std::pair(make_error_code(errc::invalid), std::string("expected a configuration file, found a device")));
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  (directory / "socket").copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
  REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  CHECK(failure(directory / "socket").first == errc::invalid);
  ::close(fd);
  std::ofstream(directory / "file") << "x";
  CHECK(failure(directory / "file/c.yaml").first == errc::not_found);
  std::filesystem::create_symlink(directory / "loop", directory / "loop");
  CHECK(failure(directory / "loop").first == errc::io);
}

TEST_CASE("a file that may not be read is a matter of permission", "[config]") {
  if (::geteuid() == 0) return;  // root may read all
  const TemporaryDirectory directory;
  std::ofstream(directory / "c.yaml") << sample;
  std::filesystem::permissions(directory / "c.yaml", std::filesystem::perms::none);
  CHECK(failure(directory / "c.yaml").first == errc::permission);
}

TEST_CASE("files without a size, huge files and empty ones", "[config]") {
  const TemporaryDirectory directory;
  CHECK_THROWS_AS(load_config("/proc/self/status"), ConfigError);  // its size is given as 0
  std::ofstream(directory / "huge").close();
  std::filesystem::resize_file(directory / "huge", std::uintmax_t{1} << 40U);  // sparse
  CHECK_THROWS_WITH(load_config(directory / "huge"), Catch::Matchers::Contains("larger than 4 MiB"));
  std::ofstream(directory / "empty").close();
  CHECK_THROWS_WITH(load_config(directory / "empty"), Catch::Matchers::Contains("the file is empty"));
}

TEST_CASE("a cluster is chosen by type, and by name where there are several", "[config]") {
  ConfigFile file;
  file.path = "c.yaml";
  file.clusters.resize(3);
  file.clusters[0].type = "hpc", file.clusters[0].name = "a";
  file.clusters[1].type = "hpc", file.clusters[1].name = "b";
  file.clusters[2].type = "cloud", file.clusters[2].name = "c";
  CHECK(select_cluster(file, "cloud").name == "c");
  CHECK(select_cluster(file, "hpc", "b").name == "b");
  CHECK_THROWS_WITH(select_cluster(file, "hpc"), "c.yaml: the configuration has several hpc clusters, a, b: choose one by --cluster NAME");
  CHECK_THROWS_WITH(select_cluster(file, "hpc", "c"), "c.yaml: the configuration has no hpc cluster named c; it has a, b");
  file.clusters.pop_back();
  CHECK_THROWS_WITH(select_cluster(file, "cloud"), "c.yaml: the configuration has no cloud cluster");
}

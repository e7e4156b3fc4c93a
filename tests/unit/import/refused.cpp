// SPDX-License-Identifier: MIT
// Files that cannot be converted: where the error stands, and what it says.
#include <aihow/state/error.hpp>
#include <aihow/state/import.hpp>
#include <optional>
#include "catch.hpp"
#include "layout_2.hpp"

using namespace aihow::state;
using aihow::test::layout_2;

namespace {

std::optional<Error> error_of(const std::string& text) {
  try {
    import_layout_2(text, "old.json");
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

struct Case {
  std::string text;
  std::string what;  ///< the whole sentence
  errc code = errc::corrupt;
};

void check(const Case& expected) {
  INFO(expected.text);
  const auto error = error_of(expected.text);
  REQUIRE(error);
  CHECK(error->what() == expected.what);
  CHECK(error->code() == expected.code);
}

std::string pool(const std::string& members) {
  return R"({"cluster_name": "c", "cluster_type": "hpc", "controller": null,
"storage_pool": {"name": "p", )" +
         members + "}}";
}

}  // namespace

TEST_CASE("a value that is not what it must be is refused with its place in the file", "[import][errors]") {
  check({layout_2(R"("ip_address": 7)"), "old.json:6:21: /compute_nodes/0/ip_address: expected a string or null, found 7"});
  check({layout_2("", "RUNNING"),
         "old.json:5:61: /compute_nodes/0/state: expected one of \"undefined\", \"running\", \"blocked\", \"paused\", \"shutdown\", \"shutoff\", "
         "\"crashed\", \"pmsuspended\", \"error\", found \"RUNNING\""});
  check({layout_2(R"("domain_uuid": "x")"), "old.json:6:22: /compute_nodes/0/domain_uuid: expected a UUID or null, found \"x\""});
  check({layout_2(R"("gpu_assigned": 2)"), "old.json:6:23: /compute_nodes/0/gpu_assigned: expected the name of a GPU, true, false or null, found 2"});
  check({layout_2(R"("created_at": "now")"),
         "old.json:6:21: /compute_nodes/0/created_at: expected a date and time as in \"2025-10-21T14:32:15.123456\", found \"now\""});
  check({layout_2(R"("created_at": 5)"),
         "old.json:6:21: /compute_nodes/0/created_at: expected a date and time as in \"2025-10-21T14:32:15.123456\", found 5"});
  check({layout_2(R"("volume_path": [])"), "old.json:6:22: /compute_nodes/0/volume_path: expected a string or null, found an array"});
  check(
      {R"({"cluster_name": "c", "cluster_type": "hpc", "compute_nodes": {}})", "old.json:1:63: /compute_nodes: expected an array, found an object"});
  check({R"({"cluster_name": "c", "cluster_type": "hpc", "controller": 1})", "old.json:1:60: /controller: expected an object, found 1"});
  check({R"({"cluster_name": 5, "cluster_type": "hpc", "controller": null})", "old.json:1:18: /cluster_name: expected a string, found 5"});
  check({"[]", "old.json:1:1: expected an object, found an array"});
}

TEST_CASE("numbers that do not fit are refused", "[import][errors]") {
  for (const std::string number : {"0", "1.0", "4097", "1e3", "99999999999999999999", "true", "\"4\""}) {
    const auto error = error_of(R"({"cluster_name": "c", "cluster_type": "hpc", "controller": {"name": "a", "cpu_cores": )" + number + "}}");
    REQUIRE(error);
    CHECK(error->what() == "old.json:1:87: /controller/cpu_cores: expected an integer from 1 to 4096, found " + std::string(number));
  }
  for (const std::string number : {"-1", "1e10", "1e999", "null", "\"4\""}) {
    const auto error = error_of(pool(R"("path": "/p", "volumes": [{"name": "v", "path": "/v", "size_gb": )" + number + "}]"));
    REQUIRE(error);
    CHECK(error->what() == "old.json:2:96: /storage_pool/volumes/0/size_gb: expected a number from 0 to 1073741824, found " + std::string(number));
  }
}

TEST_CASE("a member that is missing is named, with the object that lacks it", "[import][errors]") {
  check({R"({"cluster_type": "hpc", "controller": null})", "old.json:1:1: expected a member \"cluster_name\", found none"});
  check({"{\"cluster_name\": \"c\", \"cluster_type\": \"hpc\",\n\"controller\": {\"name\": \"a\"}}",
         "old.json:2:15: /controller: expected a member \"cpu_cores\", found none"});
  check({pool(R"("uuid": null)"), "old.json:2:17: /storage_pool: expected a member \"path\", found none"});
  check({R"({"cluster_name": "c", "cluster_type": "hpc", "controller": null, "network_config": {"subnet": "10.0.0.0/8"}})",
         "old.json:1:84: /network_config: expected a member \"bridge\", found none"});
}

TEST_CASE("what is no JSON is refused as a document is", "[import][errors]") {
  check({"", "old.json: expected a document, found an empty file"});
  check({"{\"a\": 1,}", "old.json:1:9: expected a member name, found }"});
  check({R"({"a": 1, "a": 2})", "old.json:1:10: /a: expected each member once, found \"a\" again"});
  check({layout_2(R"("x": {"y": 1, "y": 2})"), "old.json:6:21: /compute_nodes/0/x/y: expected each member once, found \"y\" again"});
}

TEST_CASE("files of other kinds are told apart", "[import][errors]") {
  check({R"({"cluster_name": "c", "vms": []})", "old.json: this is a document of this version already: there is nothing to convert", errc::invalid});
  check({R"({"name": "x"})",
         "old.json: this is no state of the existing Python tool: expected a member \"state_file_version\" and its nodes, found none",
         errc::invalid});
  check({R"({"state_file_version": "3.0"})", "old.json:1:24: /state_file_version: expected layout 2.0, found \"3.0\": this one is not known here",
         errc::unsupported_version});
  check({R"({"state_file_version": 2})", "old.json:1:24: /state_file_version: expected a version as in \"2.0\", found 2"});
}

TEST_CASE("rules that the converted state would break are told with their places in the file", "[import][errors]") {
  check({layout_2(R"("volume_path": "relative")"),
         "old.json:6:22: /compute_nodes/0/volume_path: expected an absolute path without .. and control characters, found \"relative\"",
         errc::invalid});
  check({layout_2(R"("disk_path": "relative")"),
         "old.json:6:20: /compute_nodes/0/disk_path: expected an absolute path without .. and control characters, found \"relative\"",
         errc::invalid});
  check({R"({"cluster_name": "c", "cluster_type": "grid", "controller": null})",
         "old.json:1:39: /cluster_type: expected one of hpc, cloud, found \"grid\"", errc::invalid});
  check({pool(R"("path": "p")"), "old.json:2:39: /storage_pool/path: expected an absolute path without .. and control characters, found \"p\"",
         errc::invalid});
  check({R"({"cluster_name": "c", "cluster_type": "hpc", "controller": null, "network_config": {"subnet": "10.0.0.0", "bridge": ""}})",
         "old.json: 2 problems: 1:95: /network_config/subnet: expected a network as in 192.168.100.0/24, found \"10.0.0.0\"; "
         "1:117: /network_config/bridge: expected a bridge device (1 to 15 printable characters without / and :), found \"\"",
         errc::invalid});
  const std::string vm = R"({"name": "a", "cpu_cores": 1, "memory_gb": 1, "state": "running"})";
  check({R"({"cluster_name": "c", "cluster_type": "hpc", "controller": )" + vm + ", \"worker_nodes\": [" + vm + "]}",
         "old.json:1:153: /worker_nodes/0/name: expected a name that is there once, found \"a\" again", errc::invalid});
}

TEST_CASE("at most ten problems are told", "[import][errors]") {
  std::string nodes;
  for (int i = 0; i < 12; ++i)
    nodes += std::string(i == 0 ? "" : ",") + R"({"name": "-", "cpu_cores": 1, "memory_gb": 1, "state": "running", "ip_address": "x"})";
  const auto error = error_of(R"({"cluster_name": "c", "cluster_type": "hpc", "compute_nodes": [)" + nodes + "]}");
  REQUIRE(error);
  const std::string text = error->what();
  CHECK(text.find("; and 25 more") != std::string::npos);
}

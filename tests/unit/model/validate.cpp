// SPDX-License-Identifier: MIT
#include <aihow/state/error.hpp>
#include <aihow/state/validate.hpp>
#include <functional>
#include <limits>
#include "catch.hpp"

using namespace aihow::state;

namespace {

VMInfo vm_named(std::string name, std::string address) {
  VMInfo vm;
  vm.name = std::move(name);
  vm.ip_address = std::move(address);
  vm.volumes = {"/images/" + vm.name + ".qcow2"};
  return vm;
}

ClusterState good() {
  ClusterState state;
  state.cluster_name = "my-cluster";
  state.cluster_type = "hpc";
  state.status = "running";
  state.vms = {vm_named("a", "192.168.100.10"), vm_named("b", "192.168.100.11")};
  state.networks.push_back({"net", "192.168.100.0/24", "virbr100", {"192.168.100.10", "192.168.100.21"}, {}, {}, {}, {}, {}});
  state.volumes.push_back({"a-disk", "/images/a.qcow2", 100, "qcow2", "pool", "/images/base.qcow2", {}, {}, {}});
  state.pools.push_back({"pool", {}, "/images", true, false, {}, {}, {}, {}});
  state.lineage = Uuid::parse("0190b8a0-1111-4222-8333-444455556666");
  return state;
}

/// The pointers of what is wrong once `change` was made to a good state.
std::vector<std::string> wrong_after(const std::function<void(ClusterState&)>& change) {
  ClusterState state = good();
  change(state);
  std::vector<std::string> out;
  for (const Problem& problem : validate(state)) out.push_back(problem.pointer);
  return out;
}

using Pointers = std::vector<std::string>;

}  // namespace

TEST_CASE("names are letters, digits, _ - . and begin with a letter or digit", "[validate]") {
  for (const char* name : {"a", "0", "compute-01", "a_b.c", "A9"}) CHECK(is_name(name));
  CHECK(is_name(std::string(64, 'x')));
  for (const char* name : {"", "-a", ".a", "_a", "a b", "a/b", "a\n", "é", "..", "<a>"}) CHECK_FALSE(is_name(name));
  CHECK_FALSE(is_name(std::string(65, 'x')));
  CHECK_FALSE(is_name(std::string_view("a\0", 2)));
}

TEST_CASE("addresses are dotted quads or IPv6 literals", "[validate]") {
  for (const char* address : {"0.0.0.0", "192.168.100.10", "255.255.255.255", "::", "::1", "fe80::1", "2001:db8::192.168.1.1"})
    CHECK(is_address(address));
  for (const char* address : {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4/24", "fe80::1%eth0", ":::", "host",
                              "0x1.2.3.4", "1:2:3:4:5:6:7:8:9", "1111111111111111111111111111111111111111111111111111"})
    CHECK_FALSE(is_address(address));
  CHECK_FALSE(is_address(std::string_view("1.2.3.4\0", 8)));
}

TEST_CASE("networks are an address and a prefix", "[validate]") {
  for (const char* cidr : {"192.168.100.0/24", "10.0.0.1/8", "0.0.0.0/0", "1.2.3.4/32", "fd00::/64", "::/0", "::1/128"}) CHECK(is_cidr(cidr));
  for (const char* cidr : {"", "192.168.100.0", "192.168.100.0/", "192.168.100.0/33", "192.168.100.0/-1", "192.168.100.0/024", "192.168.100.0/24x",
                           "/24", "::/129", "192.168.100.0/255.255.255.0", "192.168.100.0/ 24", "192.168.100.0/+24", "192.168.100.0/99999999999"})
    CHECK_FALSE(is_cidr(cidr));
}

TEST_CASE("an address lies inside a network of its family", "[validate]") {
  CHECK(is_inside("192.168.100.255", "192.168.100.0/24"));
  CHECK_FALSE(is_inside("192.168.101.0", "192.168.100.0/24"));
  CHECK(is_inside("10.1.2.3", "10.1.2.200/23"));
  CHECK_FALSE(is_inside("10.1.4.3", "10.1.2.200/23"));
  CHECK(is_inside("1.2.3.4", "0.0.0.0/0"));
  CHECK(is_inside("1.2.3.4", "1.2.3.4/32"));
  CHECK_FALSE(is_inside("1.2.3.5", "1.2.3.4/32"));
  CHECK(is_inside("fd00::1:2", "fd00::/64"));
  CHECK_FALSE(is_inside("fd00:0:0:1::1", "fd00::/64"));
  CHECK_FALSE(is_inside("::1", "0.0.0.0/0"));
  CHECK_FALSE(is_inside("1.2.3.4", "::/0"));
  CHECK_FALSE(is_inside("x", "0.0.0.0/0"));
  CHECK_FALSE(is_inside("1.2.3.4", "x"));
}

TEST_CASE("a good state has no problems", "[validate]") {
  CHECK(validate(good()).empty());
  CHECK_NOTHROW(require_valid(good()));
}

TEST_CASE("each broken rule is told with its place", "[validate]") {
  const std::string escape = "a\x1b[2J";
  const std::string not_utf8 = "a\xff";
  CHECK(wrong_after([](auto& s) { s.cluster_name = "a b"; }) == Pointers{"/cluster_name"});
  CHECK(wrong_after([](auto& s) { s.cluster_type = "grid"; }) == Pointers{"/cluster_type"});
  CHECK(wrong_after([](auto& s) { s.status = "RUNNING"; }) == Pointers{"/status"});
  CHECK(wrong_after([](auto& s) { s.created_at = Timestamp::from_unix_us(std::numeric_limits<std::int64_t>::max()); }) == Pointers{"/created_at"});
  CHECK(wrong_after([](auto& s) { s.last_modified = Timestamp::from_unix_us(std::numeric_limits<std::int64_t>::min()); }) ==
        Pointers{"/last_modified"});
  CHECK(wrong_after([](auto& s) { s.lineage = Uuid{}; }) == Pointers{"/aihow/lineage"});

  CHECK(wrong_after([](auto& s) { s.vms[1].name = "../b"; }) == Pointers{"/vms/1/name"});
  CHECK(wrong_after([](auto& s) { s.vms[1].name = "a"; }) == Pointers{"/vms/1/name"});
  CHECK(wrong_after([](auto& s) { s.vms[0].cpu_cores = 0; }) == Pointers{"/vms/0/cpu_cores"});
  CHECK(wrong_after([](auto& s) { s.vms[0].cpu_cores = max_cpu_cores + 1; }) == Pointers{"/vms/0/cpu_cores"});
  CHECK(wrong_after([](auto& s) { s.vms[0].memory_gb = 0; }) == Pointers{"/vms/0/memory_gb"});
  CHECK(wrong_after([](auto& s) { s.vms[0].gpu_count = -1; }) == Pointers{"/vms/0/gpu_count"});
  CHECK(wrong_after([](auto& s) { s.vms[0].ip_address = ""; }) == Pointers{"/vms/0/ip_address"});
  CHECK(wrong_after([](auto& s) { s.vms[0].ip_address = "10.0.0.1"; }) == Pointers{"/vms/0/ip_address"});
  CHECK(wrong_after([](auto& s) { s.vms[1].ip_address = s.vms[0].ip_address; }) == Pointers{"/vms/1/ip_address"});
  CHECK(wrong_after([](auto& s) { s.vms[0].volumes = {"/ok", "relative"}; }) == Pointers{"/vms/0/volumes/1"});
  CHECK(wrong_after([&](auto& s) { s.vms[0].role = escape; }) == Pointers{"/vms/0/role"});
  CHECK(wrong_after([&](auto& s) { s.vms[0].domain_name = not_utf8; }) == Pointers{"/vms/0/domain_name"});
  CHECK(wrong_after([&](auto& s) { s.vms[0].hypervisor = "\xC2\x9B"; }) == Pointers{"/vms/0/hypervisor"});
  CHECK(wrong_after([&](auto& s) { s.vms[0].state_reason = std::string(5000, 'x'); }) == Pointers{"/vms/0/state_reason"});
  CHECK(wrong_after([](auto& s) { s.vms[0].unreachable_since = Timestamp::from_unix_us(std::numeric_limits<std::int64_t>::min()); }) ==
        Pointers{"/vms/0/unreachable_since"});

  CHECK(wrong_after([](auto& s) { s.networks[0].name = ""; }) == Pointers{"/networks/0/name"});
  CHECK(wrong_after([](auto& s) { s.networks.push_back(s.networks[0]); }) == Pointers{"/networks/1/name"});
  CHECK(wrong_after([](auto& s) { s.networks[0].subnet = "192.168.100.0"; }) == Pointers{"/networks/0/subnet"});
  CHECK(wrong_after([](auto& s) { s.networks[0].bridge = "sixteen-letters-"; }) == Pointers{"/networks/0/bridge"});
  CHECK(wrong_after([](auto& s) { s.networks[0].bridge = "a/b"; }) == Pointers{"/networks/0/bridge"});
  CHECK(wrong_after([](auto& s) { s.networks[0].active_ips[1] = "x"; }) == Pointers{"/networks/0/active_ips/1"});
  CHECK(wrong_after([](auto& s) { s.networks[0].active_ips[1] = "10.0.0.1"; }) == Pointers{"/networks/0/active_ips/1"});
  CHECK(wrong_after([](auto& s) { s.networks[0].active_ips[1] = "192.168.100.10"; }) == Pointers{"/networks/0/active_ips/1"});

  CHECK(wrong_after([](auto& s) { s.volumes.push_back(s.volumes[0]); }) == Pointers{"/volumes/1/name"});
  CHECK(wrong_after([](auto& s) { s.networks.push_back(s.networks[0]); }) == Pointers{"/networks/1/name"});
  CHECK(wrong_after([](auto& s) { s.volumes[0].name = "a/b"; }) == Pointers{"/volumes/0/name"});
  CHECK(wrong_after([](auto& s) { s.volumes[0].path = "/images/../etc/passwd"; }) == Pointers{"/volumes/0/path"});
  CHECK(wrong_after([](auto& s) { s.volumes[0].path = "/images/.."; }) == Pointers{"/volumes/0/path"});
  CHECK(wrong_after([](auto& s) { s.volumes[0].path = "/images/a\nb"; }) == Pointers{"/volumes/0/path"});
  CHECK(wrong_after([](auto& s) { s.volumes[0].path = "/images/..a/b../...x"; }).empty());
  CHECK(wrong_after([](auto& s) { s.volumes[0].size_gb = -1; }) == Pointers{"/volumes/0/size_gb"});
  CHECK(wrong_after([](auto& s) { s.volumes[0].size_gb = max_size_gb + 1; }) == Pointers{"/volumes/0/size_gb"});
  CHECK(wrong_after([](auto& s) { s.volumes[0].format = "q cow"; }) == Pointers{"/volumes/0/format"});
  CHECK(wrong_after([](auto& s) { s.volumes[0].pool = ".."; }) == Pointers{"/volumes/0/pool"});
  CHECK(wrong_after([](auto& s) { s.volumes[0].backing_file = "base.qcow2"; }) == Pointers{"/volumes/0/backing_file"});

  CHECK(wrong_after([](auto& s) { s.pools[0].name = std::string(256, 'x'); }) == Pointers{"/pools/0/name"});
  CHECK(wrong_after([](auto& s) { s.pools.push_back(s.pools[0]); }) == Pointers{"/pools/1/name"});
  CHECK(wrong_after([](auto& s) { s.pools[0].path = ""; }) == Pointers{"/pools/0/path"});
}

TEST_CASE("all problems are told at once, in document order", "[validate]") {
  const Pointers expected{"/status", "/vms/0/cpu_cores", "/vms/1/memory_gb", "/pools/0/path"};
  CHECK(wrong_after([](auto& s) {
          s.pools[0].path = "x";
          s.vms[1].memory_gb = -5;
          s.vms[0].cpu_cores = 5000;
          s.status = "";
        }) == expected);
}

TEST_CASE("addresses outside every network are only a problem where there are networks", "[validate]") {
  CHECK(wrong_after([](auto& s) {
          s.networks.clear();
          s.vms[0].ip_address = "10.0.0.1";
        }).empty());
  CHECK(wrong_after([](auto& s) {
          s.networks.push_back({"other", "fd00::/64", "virbr101", {}, {}, {}, {}, {}, {}});
          s.vms[0].ip_address = "fd00::5";
        }).empty());
  CHECK(wrong_after([](auto& s) {
          s.networks.clear();
          s.vms[0].ip_address = "fd00::5";
          s.vms[1].ip_address = "fd00:0::0:5";
        }) == Pointers{"/vms/1/ip_address"});
}

TEST_CASE("a message says what was expected and found, harmless to a terminal", "[validate]") {
  ClusterState state = good();
  state.vms[0].cpu_cores = 0;
  state.vms[1].name = "b\x1b[2J";
  const auto problems = validate(state);
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].message == "expected an integer from 1 to 4096, found 0");
  CHECK(problems[1].message.ends_with("found \"b\\x1b[2J\""));
}

TEST_CASE("of many problems the first are kept and all are counted", "[validate]") {
  ClusterState state = good();
  for (VMInfo& vm : state.vms) vm.cpu_cores = 0;
  const auto all = validate(state);
  REQUIRE(all.size() == state.vms.size());
  const Problems few = validate_first(state, 1);
  REQUIRE(few.first.size() == 1);
  CHECK(few.first[0] == all[0]);
  CHECK(few.count == all.size());
  CHECK(few.more() == all.size() - 1);
  CHECK(validate_first(state, 0).count == all.size());
  CHECK(validate_first(good(), 1).count == 0);
}

TEST_CASE("require_valid throws what is wrong, up to ten", "[validate]") {
  ClusterState state = good();
  state.status = "off";
  try {
    require_valid(state, "state.json");
    FAIL("it is not valid");
  } catch (const Error& error) {
    CHECK(error.code() == errc::invalid);
    CHECK(error.pointer() == "/status");
    CHECK(std::string(error.what()) == "state.json: /status: expected one of running, stopped, error, partial, found \"off\"");
  }
  for (int i = 0; i < 20; ++i) state.volumes.push_back({"v" + std::to_string(i), "relative", 1, "qcow2", "", "", {}, {}, {}});
  try {
    require_valid(state, "state.json");
    FAIL("it is not valid");
  } catch (const Error& error) {
    const std::string text = error.what();
    CHECK(text.find("21 problems") != std::string::npos);
    CHECK(text.find("/volumes/9/path") != std::string::npos);
    CHECK(text.find("/volumes/10/path") == std::string::npos);
    CHECK(text.ends_with("and 11 more"));
  }
}

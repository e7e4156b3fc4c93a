// SPDX-License-Identifier: MIT
// Members that the model does not know, members that may be missing, and text.
#include "catch.hpp"
#include "documents.hpp"

using namespace aihow::state;

TEST_CASE("unknown members keep their text, spelling and order at every level", "[json]") {
  const Document document = read_document(R"({"b\n": 1.50, "cluster_name": "c", "cluster_type": "hpc", "a": { "k" : [ 1 ,2 ] } ,
    "status": "running", "vms": [{"z": "\u00e9", "name": "a", "cpu_cores": 1, "memory_gb": 1, "y": 1E5 , "state": "RUNNING", "x": null}],
    "aihow": {"format_version": 1, "more": [ ], "revision": 3, "lineage": "0190b8a0-1111-4222-8333-444455556666"}, "after": false})");
  const ClusterState& state = document.state;
  CHECK(state.unknown == UnknownMembers{{"b\n", "1.50"}, {"a", "{ \"k\" : [ 1 ,2 ] }"}, {"after", "false"}});
  CHECK(state.vms.at(0).unknown == UnknownMembers{{"z", "\"\\u00e9\""}, {"y", "1E5"}, {"x", "null"}});
  CHECK(state.unknown_in_aihow == UnknownMembers{{"more", "[ ]"}});
  CHECK(state.revision == 3);
  const std::string text = write_document(state);
  CHECK(text.find("\"a\": { \"k\" : [ 1 ,2 ] },\n") != std::string::npos);
  CHECK(read_document(text).state == state);
}

TEST_CASE("a program cannot make a document unreadable by its unknown members", "[json]") {
  const auto refused = [](const UnknownMembers& members) {
    ClusterState state = full_state();
    state.vms[0].unknown = members;
    try {
      write_document(state);
      return false;
    } catch (const Error& error) {
      return error.code() == errc::invalid;
    }
  };
  CHECK_FALSE(refused({{"x", " 1 "}}));
  CHECK(refused({{"x", ""}}));
  CHECK(refused({{"x", "1, \"y\": 2"}}));
  CHECK(refused({{"x", "{\"a\": 1, \"a\": 1}"}}));
  CHECK(refused({{"x", "\"\\u0000\""}}));
  CHECK(refused({{std::string("x\0", 2), "1"}}));
  CHECK(refused({{"x", "1"}, {"x", "2"}}));
  CHECK(refused({{"name", "\"other\""}}));
  CHECK_FALSE(refused({{"x", std::string(61, '[') + std::string(61, ']')}}));
  CHECK(refused({{"x", std::string(62, '[') + std::string(62, ']')}}));

  ClusterState state = full_state();
  state.unknown = {{"aihow", "{}"}};
  CHECK_THROWS_AS(write_document(state), Error);
}

TEST_CASE("members with a default may be missing", "[json]") {
  const ClusterState state = read_document(R"({"cluster_name": "c", "cluster_type": "hpc", "status": "running",
    "vms": [{"name": "a", "cpu_cores": 2, "memory_gb": 3, "state": "PAUSED"}]})")
                                 .state;
  CHECK(state.created_at == Timestamp{});
  CHECK(state.networks.empty());
  const VMInfo& vm = state.vms.at(0);
  CHECK_FALSE(vm.ip_address.has_value());
  CHECK(vm.gpu_count == 0);
  CHECK(vm.volumes.empty());
  CHECK(vm.last_seen == Timestamp{});
  CHECK(vm.auto_start);
  CHECK(vm.pending == Pending::none);
}

TEST_CASE("text is quoted so that any JSON reader takes it", "[json]") {
  CHECK(json_quote("") == R"("")");
  CHECK(json_quote("plain é 日 😀 /") == R"("plain é 日 😀 /")");
  CHECK(json_quote("\"\\\b\f\n\r\t") == R"("\"\\\b\f\n\r\t")");
  CHECK(json_quote(std::string_view("\0\x1b\x1f\x7f", 4)) == "\"\\u0000\\u001b\\u001f\x7f\"");
  CHECK(json_quote("a\xff\xc3") == "\"a\xEF\xBF\xBD\xEF\xBF\xBD\"");
  CHECK(json_quote(std::string(100000, '\x01')).size() == 600002);
}

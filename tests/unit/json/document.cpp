// SPDX-License-Identifier: MIT
// What a whole document reads as, and how it is written back.
#include <aihow/state/json.hpp>
#include "catch.hpp"
#include "golden.hpp"

using namespace aihow::state;

namespace {

ClusterState signed_state() {
  ClusterState state = read_document(read_golden("reference-sample.json")).state;
  state.lineage = Uuid::parse("0190b8a0-1111-4222-8333-444455556666");
  state.revision = 42;
  return state;
}

}  // namespace

TEST_CASE("the reference's sample document reads and writes back byte for byte", "[json]") {
  const std::string sample = read_golden("reference-sample.json");
  const Document document = read_document(sample);
  CHECK(document.integrity == Integrity::unsigned_);
  CHECK(document.state.revision == 0);
  CHECK(write_document(document.state) == sample);

  REQUIRE(document.state.vms.size() == 2);
  const VMInfo& vm = document.state.vms[1];
  CHECK(vm.name == "compute-01");
  CHECK(vm.cpu_cores == 16);
  CHECK(vm.state == VMState::RUNNING);
  CHECK(vm.ip_address == "192.168.100.20");
  CHECK(vm.volumes == std::vector<std::string>{"/var/lib/libvirt/images/my-cluster/compute-01.qcow2"});
  CHECK(vm.last_seen == Timestamp::parse("2025-10-21T14:35:38.123456"));
  CHECK(document.state.networks.at(0).active_ips.size() == 3);
  CHECK(document.state.volumes.at(1).size_gb == 500);
}

TEST_CASE("a state with a lineage is written with revision and checksum, and is valid when read", "[json]") {
  const ClusterState state = signed_state();
  const std::string text = write_document(state);
  CHECK(text.ends_with("\"\n  }\n}\n"));
  const Document document = read_document(text);
  CHECK(document.integrity == Integrity::valid);
  CHECK(document.state == state);
  CHECK(document.token == document_token(text));
  CHECK(write_document(document.state) == text);
}

TEST_CASE("the checksum and the token are XXH3-128", "[json]") {
  CHECK(document_token("") == "99aa06d3014798d86001c324468d497f");  // xxhash's own test vector
  std::string text = write_document(signed_state());
  const auto at = text.rfind("xxh128:") + 7;
  const std::string digits = text.substr(at, 32);
  text.replace(at, 32, 32, '0');
  CHECK(digits == document_token(text));
}

TEST_CASE("a hand edit of a committed document is noticed and read", "[json]") {
  std::string text = write_document(signed_state());
  const auto at = text.find("\"cpu_cores\": 8");
  text.replace(at, 14, "\"cpu_cores\": 4");
  const Document document = read_document(text);
  CHECK(document.integrity == Integrity::edited);
  CHECK(document.state.vms[0].cpu_cores == 4);
  CHECK(document.state.revision == 42);
}

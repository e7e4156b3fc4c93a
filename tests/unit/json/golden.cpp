// SPDX-License-Identifier: MIT
// Format version 1, byte for byte. These files change only with the format.
#include "golden.hpp"
#include "catch.hpp"
#include "documents.hpp"

using namespace aihow::state;

TEST_CASE("format version 1 is written as it always was", "[json][golden]") {
  const ClusterState state = full_state();
  check_golden("format-1.json", write_document(state));

  ClusterState unsigned_state = state;
  unsigned_state.lineage.reset();
  check_golden("format-1-unsigned.json", write_document(unsigned_state));
}

TEST_CASE("format version 1 is read as it always was", "[json][golden]") {
  const Document document = read_document(read_golden("format-1.json"));
  CHECK(document.state == full_state());
  CHECK(document.integrity == Integrity::valid);
}

TEST_CASE("objects are written on one line for history, and indented as in a document", "[json][golden]") {
  const ClusterState state = full_state();
  std::string lines;
  std::string blocks;
  const auto add = [&](const auto& object) {
    lines += to_json(object) + "\n";
    blocks += "    " + to_json(object, JsonForm::document) + "\n";
  };
  add(state.vms.at(0));
  add(state.vms.at(1));
  add(state.networks.at(0));
  add(state.volumes.at(0));
  add(state.pools.at(0));
  check_golden("objects.jsonl", lines);
  check_golden("objects.txt", blocks);
  CHECK(write_document(state).find("    " + to_json(state.vms.at(0), JsonForm::document) + ",\n    " + to_json(state.vms.at(1), JsonForm::document) +
                                   "\n") != std::string::npos);
}

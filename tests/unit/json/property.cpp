// SPDX-License-Identifier: MIT
// What holds for every document, tried on generated ones.
#include <algorithm>
#include <boost/json.hpp>
#include "catch.hpp"
#include "documents.hpp"
#include "json/write.hpp"
#include "relayout.hpp"
#include "seeds.hpp"

using namespace aihow::state;

namespace {

struct Collected final : format::Sink {
  void put(std::string_view piece) override {
    text += piece;
    ++pieces;
  }
  std::string text;
  std::size_t pieces = 0;
};

/// The same bytes and token as in one piece; returns the number of pieces.
std::size_t require_same_in_pieces(const ClusterState& state) {
  Collected collected;
  const std::string token = format::write_document_to(state, collected);
  const std::string text = write_document(state);
  REQUIRE(collected.text == text);
  REQUIRE(token == document_token(text));
  return collected.pieces;
}

}  // namespace

TEST_CASE("a document that is written piece by piece is the same, and a small one is one piece", "[json][property]") {
  for_each_seed([](std::uint64_t seed) { REQUIRE(require_same_in_pieces(Generator(seed).state(true)) == 1); });
  ClusterState state = full_state();
  std::size_t most = 0;
  // In steps of about 30 KB, so that pieces end everywhere in a document.
  for (int step = 0; step < 80; ++step) {
    for (int i = 0; i < 50; ++i) {
      state.vms.push_back(state.vms[0]);
      state.vms.back().name = "n" + std::to_string(state.vms.size());
    }
    most = std::max(most, require_same_in_pieces(state));
  }
  CHECK(most >= 2);
  // What follows the checksum may be long too.
  state.unknown_in_aihow.push_back({"long", json_quote(std::string(std::size_t{3} << 20, 'x'))});
  require_same_in_pieces(state);
}

TEST_CASE("whatever is written reads back equal, and writes back byte for byte", "[json][property]") {
  for_each_seed([](std::uint64_t seed) {
    const ClusterState state = Generator(seed).state(true);
    const std::string text = write_document(state);
    const Document document = read_document(text);
    REQUIRE((document.integrity == Integrity::valid) == state.lineage.has_value());
    if (!state.lineage) REQUIRE(document.integrity == Integrity::unsigned_);
    ClusterState expected = state;
    if (!state.lineage) expected.revision = 0;
    REQUIRE(document.state == expected);
    REQUIRE(write_document(document.state) == text);
  });
}

TEST_CASE("an independent reader agrees that it is JSON", "[json][property]") {
  for_each_seed([](std::uint64_t seed) {
    const ClusterState state = Generator(seed).state(true);
    boost::json::parse_options options;
    options.max_depth = max_document_depth;
    const auto value = boost::json::parse(write_document(state), {}, options);
    REQUIRE(value.at("cluster_name").as_string() == state.cluster_name);
    REQUIRE(value.at("vms").as_array().size() == state.vms.size());
    for (std::size_t i = 0; i < state.vms.size(); ++i) {
      REQUIRE(value.at("vms").at(i).at("cpu_cores").as_int64() == state.vms[i].cpu_cores);
      REQUIRE(value.at("vms").at(i).at("last_seen").as_string() == state.vms[i].last_seen.to_string());
    }
  });
}

TEST_CASE("any other layout of a document reads as the same state", "[json][property]") {
  for_each_seed([](std::uint64_t seed) {
    Generator random(seed);
    const ClusterState state = random.state(true);
    const std::string other = relayout(write_document(state), state, random);
    INFO(other);
    ClusterState expected = state;
    if (!state.lineage) expected.revision = 0;
    const Document document = read_document(other);
    REQUIRE(document.state == expected);
    REQUIRE(document.integrity == (state.lineage ? Integrity::edited : Integrity::unsigned_));
  });
}

TEST_CASE("objects read back from their JSON, on one line or indented", "[json][property]") {
  for_each_seed([](std::uint64_t seed) {
    const ClusterState state = Generator(seed).state(true);
    for (const VMInfo& vm : state.vms) {
      REQUIRE(vm_from_json(to_json(vm, JsonForm::document)) == vm);
      const std::string line = to_json(vm);
      REQUIRE(line.find('\n') == std::string::npos);
      REQUIRE(to_json(vm_from_json(line)) == line);
    }
    for (const NetworkInfo& network : state.networks) REQUIRE(network_from_json(to_json(network, JsonForm::document)) == network);
    for (const VolumeInfo& volume : state.volumes) REQUIRE(volume_from_json(to_json(volume, JsonForm::document)) == volume);
    for (const PoolInfo& pool : state.pools) REQUIRE(pool_from_json(to_json(pool, JsonForm::document)) == pool);
  });
}

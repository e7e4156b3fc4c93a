// SPDX-License-Identifier: MIT
// What holds for every document, tried on generated ones. A failure prints the seed: AIHOW_SEED=N runs that one alone.
#include <algorithm>
#include <boost/json.hpp>
#include <cstdlib>
#include "catch.hpp"
#include "documents.hpp"

using namespace aihow::state;

namespace {

template <class Test>
void for_each_seed(Test test) {
  constexpr std::uint64_t first = 20251021;
  constexpr std::uint64_t count = 300;
  if (const char* seed = std::getenv("AIHOW_SEED")) return test(std::strtoull(seed, nullptr, 10));
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    INFO("AIHOW_SEED=" << seed);
    test(seed);
  }
}

/// The same value in another spelling: members in any order, blanks anywhere, every character of a string escaped.
void scramble(const boost::json::value& value, Generator& random, std::string& out) {
  static constexpr std::string_view spaces[] = {"", " ", "\n", "\t \r\n"};
  const auto space = [&] { out += spaces[random.below(4)]; };
  const auto text = [&](boost::json::string_view plain) {
    if (random.chance(50)) {
      out += boost::json::serialize(plain);
      return;
    }
    out += '"';
    for (const char c : plain) {
      constexpr std::string_view hex = "0123456789ABCDEF";
      if (static_cast<unsigned char>(c) < 0x80) out.append("\\u00").append({hex[static_cast<unsigned char>(c) >> 4], hex[c & 15]});
      else out += c;
    }
    out += '"';
  };
  space();
  if (const auto* object = value.if_object()) {
    std::vector<const boost::json::key_value_pair*> members;
    for (const auto& member : *object) members.push_back(&member);
    for (std::size_t i = members.size(); i > 1; --i) std::swap(members[i - 1], members[random.below(i)]);
    out += '{';
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i != 0) out += ',';
      space();
      text(members[i]->key());
      space();
      out += ':';
      scramble(members[i]->value(), random, out);
    }
    out += '}';
  } else if (const auto* array = value.if_array()) {
    out += '[';
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (i != 0) out += ',';
      scramble((*array)[i], random, out);
    }
    space();
    out += ']';
  } else if (const auto* string = value.if_string()) {
    text(*string);
  } else {
    out += boost::json::serialize(value);
  }
  space();
}

}  // namespace

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
    const auto value = boost::json::parse(write_document(state));
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
    const ClusterState state = random.state(false);
    std::string scrambled;
    scramble(boost::json::parse(write_document(state)), random, scrambled);
    ClusterState expected = state;
    if (!state.lineage) expected.revision = 0;
    const Document document = read_document(scrambled);
    REQUIRE(document.state == expected);
    REQUIRE(document.integrity == (state.lineage ? Integrity::edited : Integrity::unsigned_));
  });
}

TEST_CASE("objects read back from their JSON, on one line or indented", "[json][property]") {
  for_each_seed([](std::uint64_t seed) {
    const ClusterState state = Generator(seed).state(true);
    for (const VMInfo& vm : state.vms) {
      REQUIRE(vm_from_json(to_json(vm, 2)) == vm);
      const std::string line = to_json(vm);
      REQUIRE(line.find('\n') == std::string::npos);
      REQUIRE(to_json(vm_from_json(line)) == line);
    }
    for (const NetworkInfo& network : state.networks) REQUIRE(network_from_json(to_json(network, 0)) == network);
    for (const VolumeInfo& volume : state.volumes) REQUIRE(volume_from_json(to_json(volume, 0)) == volume);
    for (const PoolInfo& pool : state.pools) REQUIRE(pool_from_json(to_json(pool, 0)) == pool);
  });
}

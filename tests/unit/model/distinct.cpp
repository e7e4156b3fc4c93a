// SPDX-License-Identifier: MIT
// Distinct says of each key what a set says, in whatever order they come.
#include "model/distinct.hpp"
#include <algorithm>
#include <numeric>
#include <random>
#include <set>
#include <string>
#include "catch.hpp"

using aihow::state::detail::Distinct;

namespace {

void check_as_a_set_does(const std::vector<std::string>& keys) {
  // Every third element has no key.
  const auto key_of = [&](std::size_t position) {
    return position % 3 == 2 ? std::nullopt : std::optional<std::string_view>(keys[position / 3 * 2 + position % 3]);
  };
  const std::size_t count = keys.size() / 2 * 3;
  Distinct<std::string_view, decltype(key_of)> distinct(count, key_of);
  std::set<std::string_view> set;
  for (std::uint32_t position = 0; position < count; ++position) {
    if (const auto key = key_of(position)) REQUIRE(distinct.insert(position, *key) == set.insert(*key).second);
  }
}

std::vector<std::string> numbers(int from, int to) {
  std::vector<std::string> out;
  for (int i = from; i < to; ++i) out.push_back("node-" + std::to_string(1000 + i));
  return out;
}

}  // namespace

TEST_CASE("a key that comes again is noticed in an ascending run, behind it and before it", "[model][distinct]") {
  auto keys = numbers(0, 20);
  const auto again = GENERATE(0, 7, 19);
  keys.push_back(keys[static_cast<std::size_t>(again)]);
  keys.push_back("zebra");
  keys.push_back("node-1003");
  check_as_a_set_does(keys);
}

TEST_CASE("runs that reach into each other are told apart", "[model][distinct]") {
  std::vector<std::string> keys{"controller"};
  for (const auto& [from, to] : {std::pair{50, 60}, {10, 20}, {30, 40}, {15, 35}, {0, 100}}) {
    const auto run = numbers(from, to);
    keys.insert(keys.end(), run.begin(), run.end());
  }
  check_as_a_set_does(keys);
}

TEST_CASE("more runs than are kept account of, and keys in any order", "[model][distinct]") {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    auto keys = numbers(0, 30);
    const auto more = numbers(10, 40);
    keys.insert(keys.end(), more.begin(), more.end());
    if (round % 2 == 0) std::shuffle(keys.begin(), keys.end(), random);
    else std::reverse(keys.begin(), keys.begin() + round % 60);
    check_as_a_set_does(keys);
  }
}

// SPDX-License-Identifier: MIT
// Files that mean harm: each ends soon, with an error, in bounded memory.
#include <chrono>
#include <random>
#include "catch.hpp"
#include "config/yaml_node.hpp"
#include "sample.hpp"

using namespace aihow::tool;
using namespace aihow::tool::test;

namespace {

std::string repeat(std::string_view part, std::size_t times) {
  std::string out;
  out.reserve(part.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += part;
  return out;
}

std::string first_problem(std::string_view text) {
  const YamlDocument document = read_yaml(text);
  REQUIRE(document.root == nullptr);
  return document.problems.at(0).message;
}

}  // namespace

TEST_CASE("an alias bomb is counted as what it stands for", "[config]") {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 30; ++i)
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + repeat("*a" + std::to_string(i - 1) + ", ", 9) + "x]\n";
  CHECK(first_problem(text) == "more than 100000 nodes (an alias counts as all that it stands for), which is the limit");
}

TEST_CASE("a bomb of merge keys is counted too", "[config]") {
  std::string text = "a0: &a0 {k: v, l: w}\n";
  for (int i = 1; i < 40; ++i)
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " {<<: [" + repeat("*a" + std::to_string(i - 1) + ", ", 9) + "{}], k" +
            std::to_string(i) + ": v}\n";
  const YamlDocument document = read_yaml(text);  // merging the same keys again adds none
  if (document.root == nullptr)
    CHECK(document.problems.at(0).message == "more than 100000 nodes (an alias counts as all that it stands for), which is the limit");
  else CHECK(document.root->size <= max_yaml_nodes);
}

TEST_CASE("100,000 nodes are read, one more is not", "[config]") {
  // The map, its key, the list and its items.
  const auto nodes = [](std::size_t count) { return "a: [" + repeat("1,", count - 4) + "1]"; };
  const YamlDocument full = read_yaml(nodes(max_yaml_nodes));
  REQUIRE(full.root != nullptr);
  CHECK(full.root->size == max_yaml_nodes);
  CHECK(first_problem(nodes(max_yaml_nodes + 1)) == "more than 100000 nodes (an alias counts as all that it stands for), which is the limit");
}

TEST_CASE("64 levels are read, one more is not", "[config]") {
  const auto flow = [](std::size_t depth) { return repeat("[", depth) + repeat("]", depth); };
  CHECK(read_yaml(flow(64)).root != nullptr);
  CHECK(first_problem(flow(65)) == "more than 64 levels deep, which is the limit");
  std::string aliased = "a: &a " + flow(40) + "\nb: " + repeat("[", 23) + "*a" + repeat("]", 23);
  CHECK(read_yaml(aliased).root != nullptr);
  aliased = "a: &a " + flow(40) + "\nb: " + repeat("[", 24) + "*a" + repeat("]", 24);
  CHECK(first_problem(aliased) == "more than 64 levels deep, which is the limit");
}

TEST_CASE("deep nesting of every kind is refused", "[config]") {
  for (const std::string_view level : {"[", "{a: ", "- ", "? ", "[? ", "{? ", "? - "}) {
    INFO(level);
    CHECK(first_problem(repeat(level, 10'000)) == "more than 64 levels deep, which is the limit");
  }
  std::string block;
  for (int i = 0; i < 1500; ++i) block += repeat(" ", static_cast<std::size_t>(i)) + "a:\n";
  CHECK(first_problem(block) == "more than 64 levels deep, which is the limit");
}

TEST_CASE("a file beyond the limits of size ends before it is parsed", "[config]") {
  CHECK(first_problem(std::string(max_yaml_bytes + 1, 'a')) == "the file is larger than 4 MiB, which is the limit");
  CHECK(read_yaml("a: " + std::string(max_yaml_bytes / 16, 'x')).root != nullptr);
  for (const std::string_view part : {"[", "{", "[,", "[a,"}) {
    INFO(part);
    CHECK(first_problem(repeat(part, 200'001)) == "more than 200000 brackets and commas: a file has at most 100000 nodes");
  }
}

TEST_CASE("no text takes more than linear time", "[config]") {
  for (const std::string_view part : {"a: ", "a:\n", "\"", "''",  "#",        "%",    "%a b\n", "---\n", "...\n", "&a ", "! ",
                                      "!<a", "\n",   " ",  "a\n", "- &a x\n", "|\n ", ": ",     "-\n",   "\r",    "*a",  "? a\n"}) {
    INFO(part);
    const auto start = std::chrono::steady_clock::now();
    (void)read_yaml(repeat(part, 64 * 1024 / part.size()));
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));  // 64 KiB take 20 ms; the square of that, minutes
  }
}

TEST_CASE("many duplicate keys cost no more than many keys", "[config]") {
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += "k" + std::to_string(i) + ": v\n";
  text += repeat("k9999: v\n", 10'000);
  const YamlDocument document = read_yaml(text);
  REQUIRE(document.root != nullptr);
  CHECK(document.problems.size() == 10'000);
}

TEST_CASE("random damage never does more than fail", "[config]") {
  std::mt19937 random(20240501);  // NOLINT: the same each time
  const auto pick = [&random](std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(random); };
  const std::string_view pieces[] = {
      "\t", "[", "]", "{", "}", ":", "-", "&a ", "*a", "<<: ", "'", "\"", "\n", "  ", "|", "!", "#", "? ", "\xff", "\\"};
  for (int i = 0; i < 1000; ++i) {
    std::string text(sample);
    for (std::size_t changes = 1 + pick(4); changes > 0; --changes) {
      const std::size_t at = pick(text.size());
      if (pick(2) == 0) text.insert(at, pieces[pick(std::size(pieces))]);
      else text.erase(at, 1 + pick(8));
      if (text.empty()) break;
    }
    (void)problems_of(text);
  }
}

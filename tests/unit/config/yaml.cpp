// SPDX-License-Identifier: MIT
// The tree: what plain words mean, aliases, merge keys, duplicate keys, and what is no YAML.
#include <fmt/format.h>
#include "catch.hpp"
#include "config/yaml_node.hpp"

using namespace aihow::tool;

namespace {

/// A tree in one line: `{a: 1, b: [x, "y"]}`; quotes where a scalar is not plain.
std::string flat(const YamlNode& node) {
  std::string out;
  switch (node.kind) {
    case YamlNode::Kind::null:
      return "null";
    case YamlNode::Kind::scalar:
      return node.plain ? node.text : quoted(node.text);
    case YamlNode::Kind::list:
      for (const YamlNode* item : node.items) out += (out.empty() ? "" : ", ") + flat(*item);
      return "[" + out + "]";
    case YamlNode::Kind::map:
      for (const YamlEntry& entry : node.entries) out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", entry.key, flat(*entry.value));
      return "{" + out + "}";
  }
  return out;
}

std::string flat(std::string_view text) {
  const YamlDocument document = read_yaml(text);
  std::string out = document.root == nullptr ? std::string() : flat(*document.root);
  for (const ConfigProblem& problem : document.problems)
    out += fmt::format("{}{}:{}: {}{}", out.empty() ? "" : "\n", problem.line, problem.column, problem.where.empty() ? "" : problem.where + ": ",
                       problem.message);
  return out;
}

}  // namespace

TEST_CASE("YAML becomes a tree", "[config]") {
  const std::pair<const char*, const char*> rows[] = {
      {"a: 1\nb: [x, 'y', \"z\"]\nc:\n- {d: }\n", "{a: 1, b: [x, \"y\", \"z\"], c: [{d: null}]}"},
      {"\xEF\xBB\xBF"
       "a: 1\r\nb: 2\r\n",
       "{a: 1, b: 2}"},
      {"--- # one\na: &x [1]\nb: *x\n...\n", "{a: [1], b: [1]}"},
      {"a: !!str 1\nb: !!int \"3\"\nc: ! x\n", "{a: \"1\", b: 3, c: \"x\"}"},
      {"a: ~\nb: null\n", "{a: null, b: null}"},
      {"a: |\n  two\n  lines\n", "{a: \"two\\x0alines\\x0a\"}"},
      {"a: &k x\n*k : 2\n", "{a: x, x: 2}"},
      {"a: 'it''s'\nb: \"\\\"\"\n", "{a: \"it's\", b: \"\"\"}"},
      {"ü: 'ä'\nb: 'c'\n", "{ü: \"ä\", b: \"c\"}"},
  };
  for (const auto& [text, expected] : rows) {
    INFO(text);
    CHECK(flat(text) == expected);
  }
}

TEST_CASE("merge keys are resolved", "[config]") {
  const std::pair<const char*, const char*> rows[] = {
      {"a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\n", "{a: {x: 1, y: 2}, b: {y: 3, x: 1}}"},
      {"a: &a {x: 1}\nb: &b {x: 2, z: 3}\nc: {<<: [*a, *b]}\n", "{a: {x: 1}, b: {x: 2, z: 3}, c: {x: 1, z: 3}}"},
      {"a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: *b, z: 3}\n", "{a: {x: 1}, b: {y: 2, x: 1}, c: {z: 3, y: 2, x: 1}}"},
      {"a: {<<: {x: 1}}\n", "{a: {x: 1}}"},
      {"a: {'<<': 1}\n", "{a: {<<: 1}}"},
      {"a: {<<: 3}\n", "{a: {}}\n1:5: a.<<: expected a map or a list of maps to merge, found the integer 3"},
      {"a: &a {x: 1}\nb: {<<: [*a, [*a]]}\n", "{a: {x: 1}, b: {x: 1}}\n2:5: b.<<: expected a map or a list of maps to merge, found a list"},
      {"a: &a {x: 1}\nb: {<<: *a, <<: *a}\n", "{a: {x: 1}, b: {x: 1}}\n2:13: b.<<: this key stands twice in one map, first in line 2"},
  };
  for (const auto& [text, expected] : rows) {
    INFO(text);
    CHECK(flat(text) == expected);
  }
}

TEST_CASE("what breaks YAML's rules is told with its place", "[config]") {
  const std::pair<const char*, const char*> rows[] = {
      {"a: 1\nb:\n  c: 1\n  c: 2\n", "{a: 1, b: {c: 1}}\n4:3: b.c: this key stands twice in one map, first in line 3"},
      {"- {a: 1}\n- {a: 1, a: {b: 2}, c: 3}\n", "[{a: 1}, {a: 1, c: 3}]\n2:10: [1].a: this key stands twice in one map, first in line 2"},
      {"a: {[x]: 1, y: 2}\n", "{a: {y: 2}}\n1:5: a: a key is a word, found a list"},
      {"a: !!python/object:os.system x\n",
       "{a: \"x\"}\n1:4: a: the tag \"tag:yaml.org,2002:python/object:os.system\" is not known here; leave it out"},
      {"a: !x {}\n", "{a: {}}\n1:4: a: the tag \"!x\" is not known here; leave it out"},
      {"", "0:0: the file is empty"},
      {"# nothing\n", "0:0: the file is empty"},
      {"---\n", "0:0: the file is empty"},
      {"a: 1\n---\nb: 2\n", "2:1: a second document begins here; a configuration is one document (a line that is indented too little ends one, too)"},
      {"- a\nb: c\n", "2:1: a second document begins here; a configuration is one document (a line that is indented too little ends one, too)"},
      {"a: 1\n\tb: 2\n", "2:1: not YAML: a tab in the indentation; use spaces"},
      {"a:\n\t- b\n", "2:2: not YAML: a tab in the indentation; use spaces"},
      {"a: b: c\n", "1:5: not YAML: a second ':' in one line; quote a value that holds one, or check the indentation"},
      {"a: [1, 2\n", "1:4: not YAML: the '[' that opens here is not closed"},
      {"a: {b: 2\n", "1:4: not YAML: the '{' that opens here is not closed"},
      {"a: \"x\n", "1:4: a: this quote is never closed"},
      {"a: 'x''\n", "1:4: a: this quote is never closed"},
      {"ü: \"x\n", "1:5: ü: this quote is never closed"},
      {"a: &x [*x]\n", "1:8: a[0]: an alias of a node that it is part of"},
      {"a: *x\n", "1:4: not YAML: the referenced anchor is not defined"},
      {"a: \"\\q\"\n", "1:7: not YAML: unknown escape character: q"},
      {"a: 1\nb: \x01\n", "2:4: not a text: found the control character U+0001"},
      {"a: \x7f\n", "1:4: not a text: found the control character U+007F"},
      {"a: \xff\n", "1:4: not a text of UTF-8: found the byte 0xff"},
      {"a: \xc3", "1:4: not a text of UTF-8: found the byte 0xc3"},
      {"\xff\xfe"
       "a",
       "1:1: the file is UTF-16; save it as UTF-8"},
      {"{:", "1:2: not YAML: unknown token"},
      {"!2", "0:0: the file is empty"},
  };
  for (const auto& [text, expected] : rows) {
    INFO(text);
    CHECK(flat(text) == expected);
  }
  CHECK(flat(std::string_view("a: 1\0b", 6)) == "1:5: not a text: found the control character U+0000");
}

TEST_CASE("plain scalars have the type of their text", "[config]") {
  const std::pair<const char*, const char*> rows[] = {
      {"8", "the integer 8"},
      {"-8", "the integer -8"},
      {"0x1F", "the integer 0x1F"},
      {"1.0", "the number 1.0"},
      {".5", "the number .5"},
      {"1e3", "the number 1e3"},
      {".inf", "the number .inf"},
      {"on", "the boolean on"},
      {"No", "the boolean No"},
      {"'8'", "the string \"8\""},
      {"10de", "the string \"10de\""},
      {"1.2.3", "the string \"1.2.3\""},
      {"y", "the string \"y\""},
      {".", "the string \".\""},
      {"-", "a list"},
      {"e5", "the string \"e5\""},
      {"~", "nothing"},
  };
  for (const auto& [text, expected] : rows) {
    INFO(text);
    const YamlDocument document = read_yaml(std::string("[") + text + "]");
    if (std::string_view(text) == "-") continue;
    REQUIRE(document.root != nullptr);
    CHECK(describe(*document.root->items.at(0)) == expected);
  }
}

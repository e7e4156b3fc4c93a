// SPDX-License-Identifier: MIT
#include "config/expand.hpp"
#include <map>
#include "catch.hpp"

using namespace aihow::tool;

namespace {

std::optional<std::string> environment(const std::string& name) {
  static const std::map<std::string, std::string> values = {{"HOME", "/home/a"}, {"DIR", "d"}, {"EMPTY", ""}, {"TRICK", "${DIR}~"}, {"_X1", "x"}};
  const auto found = values.find(name);
  return found == values.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

TEST_CASE("variables and the home directory are expanded once", "[config]") {
  const std::pair<const char*, const char*> rows[] = {
      {"a/b", "a/b"},
      {"~", "/home/a"},
      {"~/b", "/home/a/b"},
      {"a/~", "a/~"},
      {"${DIR}/b", "d/b"},
      {"a${DIR}${_X1}", "adx"},
      {"${TRICK}", "${DIR}~"},
      {"$DIR/b", "$DIR/b"},
      {"a$", "a$"},
      {"a}b{", "a}b{"},
      {"", ""},
  };
  for (const auto& [text, expected] : rows) {
    INFO(text);
    CHECK(expand_path(text, environment).text == expected);
    CHECK(expand_path(text, environment).error.empty());
  }
}

TEST_CASE("what cannot be expanded is an error", "[config]") {
  const std::pair<const char*, const char*> rows[] = {
      {"${NONE}/b", "${NONE} cannot be expanded: the variable NONE is not set"},
      {"${EMPTY}", "${EMPTY} cannot be expanded: the variable EMPTY is empty"},
      {"${DIR", "${ begins a variable, ${NAME}: a name of letters, digits and _, and its }"},
      {"${}", "${ begins a variable, ${NAME}: a name of letters, digits and _, and its }"},
      {"${DIR:-x}", "${ begins a variable, ${NAME}: a name of letters, digits and _, and its }"},
      {"${1}", "${ begins a variable, ${NAME}: a name of letters, digits and _, and its }"},
      {"~bob/x", "~USER is not expanded; write the directory"},
  };
  for (const auto& [text, error] : rows) {
    INFO(text);
    CHECK(expand_path(text, environment).error == error);
  }
  CHECK(expand_path("~/x", [](const std::string&) { return std::nullopt; }).error == "~ cannot be expanded: the variable HOME is not set");
}

TEST_CASE("relative paths begin at the working directory", "[config]") {
  CHECK(absolute_path("a/b", "/w") == "/w/a/b");
  CHECK(absolute_path("./a//b/", "/w/") == "/w/a/b");
  CHECK(absolute_path("../a", "/w") == "/w/../a");
  CHECK(absolute_path("/a/./b", "/w") == "/a/b");
  CHECK(absolute_path("/", "/w") == "/");
}

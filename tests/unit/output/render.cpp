// SPDX-License-Identifier: MIT
#include "output/render.hpp"
#include <yaml-cpp/yaml.h>
#include <aihow/state/error.hpp>
#include "catch.hpp"
#include "output/json_writer.hpp"

using namespace aihow::tool;

TEST_CASE("the writer puts commas where they belong", "[output][json]") {
  JsonWriter json;
  json.begin_object().member("a", 1).key("b").begin_array().value("x").value(true).value(nullptr).begin_object().end_object().end_array();
  json.member("c", std::optional<std::string>()).member("d", std::optional<std::string>("y")).key("e").raw("[1.50]").end_object();
  CHECK(json.text() == R"({"a":1,"b":["x",true,null,{}],"c":null,"d":"y","e":[1.50]})");
}

TEST_CASE("a JSON string is safe for a terminal too", "[output][json]") {
  CHECK(json_text("a\"b\\c\n\t\033\xc2\x9b\xff é") == R"("a\"b\\c\n\t\u001b\u009b\ufffd é")");
}

TEST_CASE("JSON is indented; numbers keep their spelling", "[output][json]") {
  CHECK(indented_json(R"({"a":[1,2.50,1e2],"b":{},"c":[],"d":{"e":"f"}})") == R"({
  "a": [
    1,
    2.50,
    1e2
  ],
  "b": {},
  "c": [],
  "d": {
    "e": "f"
  }
}
)");
  CHECK(indented_json("true") == "true\n");
  CHECK_THROWS_AS(indented_json("{"), aihow::state::Error);
  CHECK_THROWS_AS(indented_json("{} {}"), aihow::state::Error);
}

TEST_CASE("YAML says the same as the JSON", "[output][yaml]") {
  CHECK(yaml(R"({"name":"compute-01","uri":"qemu:///system","ip":null,"size":2.50,"list":[{"a":1,"b":[]},{"c":{}},[1,[2]],"x y"],"none":{}})") ==
        R"(name: compute-01
uri: "qemu:///system"
ip: null
size: 2.50
list:
  - a: 1
    b: []
  - c: {}
  - - 1
    - - 2
  - "x y"
none: {}
)");
  CHECK(yaml("[]") == "[]\n");
  CHECK(yaml("\"no\"") == "\"no\"\n");
}

TEST_CASE("a YAML reader gets every string back as a string", "[output][yaml]") {
  for (const std::string text :
       {"true", "No", "null", "~", "1.0", "0x10", "", " x", "a: b", "- a", "# c", "a\nb", "é", "2025-10-21T14:32:15Z", "*a", "&a", "!t"}) {
    CAPTURE(text);
    JsonWriter json;
    json.begin_object().member("k", text).end_object();
    const YAML::Node node = YAML::Load(yaml(json.text()));
    CHECK(node["k"].as<std::string>() == text);
    CHECK(node["k"].Tag() == (text == "é" || text[0] != 'x' ? "!" : "?"));  // "!": quoted, so never another type
  }
}

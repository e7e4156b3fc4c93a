// SPDX-License-Identifier: MIT
// json_patch(): applied to the one document it gives the other.
#include <aihow/state/json.hpp>
#include <boost/json.hpp>
#include <cstdlib>
#include "place.hpp"
#include "random_life.hpp"

using namespace aihow::state;
using namespace aihow::test;
namespace json = boost::json;

namespace {

std::string unescaped(std::string part) {
  for (std::size_t at = part.find('~'); at != std::string::npos; at = part.find('~', at + 1)) part.replace(at, 2, part[at + 1] == '1' ? "/" : "~");
  return part;
}

/// One operation, as RFC 6902 says it. What it names has to be there, but for `add`.
void apply(json::value& document, const json::object& operation) {
  const std::string path(operation.at("path").as_string());
  const std::size_t slash = path.rfind('/');
  REQUIRE(slash != std::string::npos);
  json::value& parent = document.at_pointer(path.substr(0, slash));
  const std::string last = unescaped(path.substr(slash + 1));
  const std::string op(operation.at("op").as_string());
  if (json::object* const object = parent.if_object()) {
    REQUIRE((op == "add") != object->contains(last));
    if (op == "remove") object->erase(last);
    else (*object)[last] = operation.at("value");
    return;
  }
  json::array& array = parent.as_array();
  const std::size_t index = std::stoul(last);
  REQUIRE(index < array.size() + (op == "add"));
  const auto place = array.begin() + static_cast<std::ptrdiff_t>(index);
  if (op == "add") array.insert(place, operation.at("value"));
  else if (op == "remove") array.erase(place);
  else *place = operation.at("value");
}

void check_patch(const ClusterState& before, const ClusterState& after) {
  json::value document = json::parse(write_document(before));
  const std::string patch = json_patch(before, after);
  INFO(patch);
  const json::value operations = json::parse(patch);
  for (const json::value& operation : operations.as_array()) apply(document, operation.as_object());
  CHECK(document == json::parse(write_document(after)));
}

}  // namespace

TEST_CASE("a patch makes the one document of the other", "[patch]") {
  ClusterState before = make_state();
  ClusterState after = before;
  CHECK(json_patch(before, after) == "[]");
  after.vms[0].cpu_cores = 64;
  CHECK(json_patch(before, after) == R"([{"op":"replace","path":"/vms/0/cpu_cores","value":64}])");
  after.vms.erase(after.vms.begin() + 1);
  after.vms.insert(after.vms.begin(), make_vm("new"));
  after.pools.clear();
  after.unknown = {{"a/b~c", "{ \"x\" : [1, 2.50] }"}};
  before.unknown = {{"a/b~c", "{\"x\":[1,2],\"y\":null}"}, {"gone", "1"}};
  after.networks[0].active_ips.pop_back();
  check_patch(before, after);
  check_patch(after, before);
  std::reverse(after.vms.begin(), after.vms.end());
  check_patch(before, after);
}

TEST_CASE("a patch leads from every document of a random life to any other", "[patch]") {
  const Place place("file");
  RandomLife life(place.location(), 11);
  for (int i = 0; i < 60; ++i) life.step(true);
  for (int i = 0; i < 100; ++i) {
    const auto document = [&] { return std::next(life.documents().begin(), life.pick(static_cast<int>(life.documents().size())))->second; };
    check_patch(read_document(document()).state, read_document(document()).state);
  }
}

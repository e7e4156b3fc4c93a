// SPDX-License-Identifier: MIT
#include <aihow/state/diff.hpp>
#include <functional>
#include "catch.hpp"
#include "states.hpp"

using namespace aihow::state;

namespace {

struct Row {
  const char* what;
  std::function<void(ClusterState&)> edit;
  std::vector<Change> changes;
  bool touch_only;
};

const Change cluster{ObjectKind::cluster, ""};

template <class Object>
void require_place(const std::string& name, const StateDiff::Places& places, const std::vector<Object>& before, const std::vector<Object>& after) {
  REQUIRE((places.before || places.after));
  if (places.before) CHECK(before.at(*places.before).name == name);
  else CHECK((find_by_name(before, name) == nullptr || find_by_name(after, name) != &after.at(places.after.value())));
  if (places.after) CHECK(after.at(*places.after).name == name);
  else CHECK(find_by_name(after, name) == nullptr);
}

void require_places(const StateDiff& diff, const ClusterState& before, const ClusterState& after) {
  REQUIRE(diff.places.size() == diff.changes.size());
  for (std::size_t i = 0; i < diff.changes.size(); ++i) {
    const auto& [kind, name] = diff.changes[i];
    INFO(name);
    const StateDiff::Places& places = diff.places[i];
    if (kind == ObjectKind::cluster) CHECK(places == StateDiff::Places{});
    else if (kind == ObjectKind::vm) require_place(name, places, before.vms, after.vms);
    else if (kind == ObjectKind::network) require_place(name, places, before.networks, after.networks);
    else if (kind == ObjectKind::volume) require_place(name, places, before.volumes, after.volumes);
    else require_place(name, places, before.pools, after.pools);
  }
}

}  // namespace

TEST_CASE("a difference names its objects, and tells touches from changes", "[diff]") {
  const std::vector<Row> rows{
      {"nothing", [](ClusterState&) {}, {}, true},
      {"revision and lineage are no content",
       [](ClusterState& s) {
         s.revision = 7;
         s.lineage = Uuid{{1}};
         s.origin = {};
       },
       {},
       true},
      {"last_modified", [](ClusterState& s) { s.last_modified = at_second(1); }, {cluster}, true},
      {"last_seen", [](ClusterState& s) { s.vms[1].last_seen = at_second(1); }, {{ObjectKind::vm, "b"}}, true},
      {"the order of addresses",
       [](ClusterState& s) { std::swap(s.networks[0].active_ips[0], s.networks[0].active_ips[1]); },
       {{ObjectKind::network, "lan"}},
       true},
      {"an address", [](ClusterState& s) { s.networks[0].active_ips.pop_back(); }, {{ObjectKind::network, "lan"}}, false},
      {"one address for another", [](ClusterState& s) { s.networks[0].active_ips[0] = "192.168.100.99"; }, {{ObjectKind::network, "lan"}}, false},
      {"status", [](ClusterState& s) { s.status = "running"; }, {cluster}, false},
      {"an unknown member of the root",
       [](ClusterState& s) {
         s.unknown.push_back({"x", "1"});
       },
       {cluster},
       false},
      {"an unknown member of aihow",
       [](ClusterState& s) {
         s.unknown_in_aihow.push_back({"x", "1"});
       },
       {cluster},
       false},
      {"a VM's state", [](ClusterState& s) { s.vms[0].state = VMState::RUNNING; }, {{ObjectKind::vm, "a"}}, false},
      {"unreachable_since", [](ClusterState& s) { s.vms[0].unreachable_since = at_second(1); }, {{ObjectKind::vm, "a"}}, false},
      {"a network that is off", [](ClusterState& s) { s.networks[0].inactive_since = at_second(1); }, {{ObjectKind::network, "lan"}}, false},
      {"a network that is gone", [](ClusterState& s) { s.networks[0].missing_since = at_second(1); }, {{ObjectKind::network, "lan"}}, false},
      {"a volume that is gone", [](ClusterState& s) { s.volumes[0].missing_since = at_second(1); }, {{ObjectKind::volume, "a-disk"}}, false},
      {"a pool that is off", [](ClusterState& s) { s.pools[0].inactive_since = at_second(1); }, {{ObjectKind::pool, "disks"}}, false},
      {"a VM added", [](ClusterState& s) { s.vms.push_back(make_vm("d")); }, {{ObjectKind::vm, "d"}}, false},
      {"a VM removed", [](ClusterState& s) { s.vms.erase(s.vms.begin()); }, {{ObjectKind::vm, "a"}}, false},
      {"a VM renamed", [](ClusterState& s) { s.vms[0].name = "z"; }, {{ObjectKind::vm, "z"}, {ObjectKind::vm, "a"}}, false},
      {"a second VM of one name", [](ClusterState& s) { s.vms.push_back(make_vm("a")); }, {{ObjectKind::vm, "a"}}, false},
      {"another order", [](ClusterState& s) { std::swap(s.vms[0], s.vms[2]); }, {cluster}, false},
      {"all kinds, in document order",
       [](ClusterState& s) {
         s.pools[0].owned = true;
         s.volumes[1].size_gb = 11;
         s.networks[0].bridge = "virbr1";
         s.vms[2].pending = Pending::remove;
         s.cluster_type = "cloud";
       },
       {cluster, {ObjectKind::vm, "c"}, {ObjectKind::network, "lan"}, {ObjectKind::volume, "b-disk"}, {ObjectKind::pool, "disks"}},
       false},
      {"a touch beside a change",
       [](ClusterState& s) {
         s.last_modified = at_second(1);
         s.vms[0].last_seen = at_second(1);
         s.vms[1].cpu_cores = 3;
       },
       {cluster, {ObjectKind::vm, "a"}, {ObjectKind::vm, "b"}},
       false},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    const ClusterState before = make_state();
    ClusterState after = before;
    row.edit(after);
    const StateDiff found = diff(before, after);
    CHECK(found.changes == row.changes);
    CHECK(found.touch_only == row.touch_only);
    require_places(found, before, after);
  }
}

TEST_CASE("objects of any kind that stand in another order are told of; what was added or removed between them is no other order", "[diff]") {
  const ClusterState before = [] {
    ClusterState state = make_state();
    state.networks.push_back({.name = "wan",
                              .subnet = {},
                              .bridge = {},
                              .active_ips = {},
                              .uuid = {},
                              .missing_since = {},
                              .inactive_since = {},
                              .pending = {},
                              .unknown = {}});
    state.pools.push_back({.name = "more",
                           .uuid = {},
                           .path = {},
                           .owned = true,
                           .owns_directory = true,
                           .missing_since = {},
                           .inactive_since = {},
                           .pending = {},
                           .unknown = {}});
    return state;
  }();
  const auto reordered = [&](const std::function<void(ClusterState&)>& edit) {
    ClusterState after = before;
    edit(after);
    return diff(before, after).reordered;
  };
  CHECK(reordered([](ClusterState& s) { std::swap(s.vms[0], s.vms[1]); }));
  CHECK(reordered([](ClusterState& s) { std::swap(s.vms[0].name, s.vms[1].name); }));
  CHECK(reordered([](ClusterState& s) { std::swap(s.networks[0], s.networks[1]); }));
  CHECK(reordered([](ClusterState& s) { std::swap(s.volumes[0], s.volumes[1]); }));
  CHECK(reordered([](ClusterState& s) { std::swap(s.pools[0], s.pools[1]); }));
  CHECK_FALSE(reordered([](ClusterState& s) { s.vms.erase(s.vms.begin()); }));
  CHECK_FALSE(reordered([](ClusterState& s) { s.vms.insert(s.vms.begin() + 1, make_vm("d")); }));
  CHECK_FALSE(reordered([](ClusterState& s) { s.vms[0].name = "z"; }));
}

TEST_CASE("a second object of one name has a place in the new state only", "[diff]") {
  const ClusterState before = make_state();
  ClusterState after = before;
  after.vms.push_back(after.vms[1]);
  const StateDiff found = diff(before, after);
  REQUIRE(found.changes == std::vector<Change>{{ObjectKind::vm, "b"}});
  CHECK(found.places == std::vector<StateDiff::Places>{{std::nullopt, 3}});
}

TEST_CASE("an empty diff means equal content", "[diff]") {
  ClusterState before = make_state();
  CHECK(diff(before, before).empty());
  CHECK(diff({}, {}).empty());
  CHECK(diff({}, before).changes.size() == 8);
  CHECK(diff(before, {}).changes.size() == 8);
}

TEST_CASE("a diff of many objects in reverse order stays linear", "[diff]") {
  ClusterState before;
  for (int i = 0; i < 100'000; ++i) before.vms.push_back(make_vm("vm-" + std::to_string(i)));
  ClusterState after = before;
  std::reverse(after.vms.begin(), after.vms.end());
  CHECK(diff(before, after).changes == std::vector<Change>{cluster});
}

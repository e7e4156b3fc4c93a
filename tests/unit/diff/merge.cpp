// SPDX-License-Identifier: MIT
#include <aihow/state/diff.hpp>
#include <functional>
#include "catch.hpp"
#include "states.hpp"

using namespace aihow::state;

namespace {

using Edit = std::function<void(ClusterState&)>;

Merge merge_edits(const Edit& mine_edit, const Edit& theirs_edit) {
  const ClusterState base = make_state();
  ClusterState mine = base;
  ClusterState theirs = base;
  mine_edit(mine);
  theirs_edit(theirs);
  return merge(base, mine, theirs);
}

/// A group of fields, with two different changes of it, and the name that a conflict has.
struct Group {
  const char* conflict;
  Edit one;
  Edit other;
};

const std::vector<Group>& all_groups() {
  static const std::vector<Group> groups{
      {"cluster (declared)", [](ClusterState& s) { s.cluster_type = "cloud"; },
       [](ClusterState& s) {
         s.unknown.push_back({"x", "1"});
       }},
      {"vm a (declared)", [](ClusterState& s) { s.vms[0].cpu_cores = 8; }, [](ClusterState& s) { s.vms[0].pending = Pending::remove; }},
      {"vm a (observed)", [](ClusterState& s) { s.vms[0].state = VMState::RUNNING; }, [](ClusterState& s) { s.vms[0].ip_address = "10.0.0.1"; }},
      {"vm b (observed)", [](ClusterState& s) { s.vms[1].state_reason = "user"; },
       [](ClusterState& s) { s.vms[1].unreachable_since = at_second(9); }},
      {"network lan (declared)", [](ClusterState& s) { s.networks[0].bridge = "br0"; }, [](ClusterState& s) { s.networks[0].subnet = "10.0.0.0/8"; }},
      {"network lan (observed)", [](ClusterState& s) { s.networks[0].active_ips.pop_back(); },
       [](ClusterState& s) { s.networks[0].inactive_since = at_second(9); }},
      {"volume a-disk (declared)", [](ClusterState& s) { s.volumes[0].size_gb = 20; }, [](ClusterState& s) { s.volumes[0].pool = "disks"; }},
      {"volume a-disk (observed)", [](ClusterState& s) { s.volumes[0].missing_since = at_second(9); },
       [](ClusterState& s) { s.volumes[0].missing_since = at_second(8); }},
      {"pool disks (declared)", [](ClusterState& s) { s.pools[0].owned = true; }, [](ClusterState& s) { s.pools[0].path = "/other"; }},
      {"pool disks (observed)", [](ClusterState& s) { s.pools[0].missing_since = at_second(9); },
       [](ClusterState& s) { s.pools[0].inactive_since = at_second(9); }},
  };
  return groups;
}

const Edit nothing = [](ClusterState&) {};

}  // namespace

TEST_CASE("a change of one side lands, whichever side it is", "[merge]") {
  for (const Group& group : all_groups()) {
    INFO(group.conflict);
    ClusterState expected = make_state();
    group.one(expected);
    for (const Merge& merged : {merge_edits(group.one, nothing), merge_edits(nothing, group.one), merge_edits(group.one, group.one)}) {
      CHECK(merged.conflicts.empty());
      CHECK(merged.state == expected);
    }
  }
}

TEST_CASE("two different changes of one group are a conflict that names it, and theirs stays", "[merge]") {
  for (const Group& group : all_groups()) {
    const Merge merged = merge_edits(group.one, group.other);
    CHECK(merged.conflicts == std::vector<std::string>{group.conflict});
    ClusterState theirs = make_state();
    group.other(theirs);
    CHECK(merged.state == theirs);
  }
}

TEST_CASE("changes of different groups both land", "[merge]") {
  const auto& groups = all_groups();
  for (const Group& one : groups) {
    for (const Group& other : groups) {
      if (&one == &other) continue;
      INFO(one.conflict << " beside " << other.conflict);
      ClusterState expected = make_state();
      one.one(expected);
      other.other(expected);
      const Merge merged = merge_edits(one.one, other.other);
      CHECK(merged.conflicts.empty());
      CHECK(merged.state == expected);
    }
  }
}

namespace {

/// The same four ways to add and remove for each kind.
struct Kind {
  const char* name;
  Edit add;
  Edit add_otherwise;
  Edit remove;
  Edit change;
  std::string added_twice;
  std::string removed_here;
  std::string removed_there;
};

template <class Objects, class Vary>
Kind kind(const char* name, Objects ClusterState::*objects, const std::string& first, Vary vary) {
  const auto make = [objects](ClusterState& s) {
    auto object = (s.*objects).front();
    object.name = "new";
    return object;
  };
  return {name,
          [=](ClusterState& s) { (s.*objects).push_back(make(s)); },
          [=](ClusterState& s) {
            auto object = make(s);
            vary(object);
            (s.*objects).push_back(object);
          },
          [=](ClusterState& s) { (s.*objects).erase((s.*objects).begin()); },
          [=](ClusterState& s) { vary((s.*objects).front()); },
          std::string(name) + " new (added on both sides)",
          std::string(name) + " " + first + " (removed here, changed there)",
          std::string(name) + " " + first + " (changed here, removed there)"};
}

std::vector<Kind> all_kinds() {
  return {kind("vm", &ClusterState::vms, "a", [](VMInfo& vm) { vm.cpu_cores += 1; }),
          kind("network", &ClusterState::networks, "lan", [](NetworkInfo& network) { network.bridge += "x"; }),
          kind("volume", &ClusterState::volumes, "a-disk", [](VolumeInfo& volume) { volume.size_gb += 1; }),
          kind("pool", &ClusterState::pools, "disks", [](PoolInfo& pool) { pool.owned = !pool.owned; })};
}

ClusterState edited(const Edit& edit) {
  ClusterState state = make_state();
  edit(state);
  return state;
}

}  // namespace

TEST_CASE("additions and removals merge, for each kind", "[merge]") {
  for (const Kind& kind : all_kinds()) {
    INFO(kind.name);
    for (const Edit* edit : {&kind.add, &kind.remove}) {
      for (const Merge& merged : {merge_edits(*edit, nothing), merge_edits(nothing, *edit), merge_edits(*edit, *edit)}) {
        CHECK(merged.conflicts.empty());
        CHECK(merged.state == edited(*edit));
      }
    }
    CHECK(merge_edits(kind.add, kind.add_otherwise).conflicts == std::vector<std::string>{kind.added_twice});
    CHECK(merge_edits(kind.add, kind.add_otherwise).state == edited(kind.add_otherwise));
    CHECK(merge_edits(kind.remove, kind.change).conflicts == std::vector<std::string>{kind.removed_here});
    CHECK(merge_edits(kind.remove, kind.change).state == edited(kind.change));
    CHECK(merge_edits(kind.change, kind.remove).conflicts == std::vector<std::string>{kind.removed_there});
    CHECK(merge_edits(kind.change, kind.remove).state == edited(kind.remove));
    const Merge both = merge_edits(kind.add, kind.remove);
    CHECK(both.conflicts.empty());
    ClusterState expected = make_state();
    kind.add(expected);
    kind.remove(expected);
    CHECK(both.state == expected);
  }
}

TEST_CASE("last_seen and last_modified never conflict: the later change wins, an unchanged one never", "[merge]") {
  const auto set = [](std::int64_t second) {
    return [second](ClusterState& s) {
      s.last_modified = at_second(second);
      s.vms[0].last_seen = at_second(second);
    };
  };
  struct Row {
    Edit mine, theirs;
    std::int64_t expected;
  };
  const std::vector<Row> rows{{set(5), set(3), 5},  {set(3), set(5), 5},    {set(5), nothing, 5},
                              {nothing, set(5), 5}, {set(-5), nothing, -5}, {nothing, set(-5), -5}};
  for (const Row& row : rows) {
    const Merge merged = merge_edits(row.mine, row.theirs);
    CHECK(merged.conflicts.empty());
    CHECK(merged.state.last_modified == at_second(row.expected));
    CHECK(merged.state.vms[0].last_seen == at_second(row.expected));
  }
}

TEST_CASE("a touched object that the other side removed is gone, without a conflict", "[merge]") {
  const Edit touch = [](ClusterState& s) { s.vms[0].last_seen = at_second(5); };
  const Edit remove = [](ClusterState& s) { s.vms.erase(s.vms.begin()); };
  for (const Merge& merged : {merge_edits(touch, remove), merge_edits(remove, touch)}) {
    CHECK(merged.conflicts.empty());
    CHECK(merged.state.vms.size() == 2);
  }
}

TEST_CASE("status never conflicts: of two words the VMs decide", "[merge]") {
  const auto word = [](const char* text) { return [text](ClusterState& s) { s.status = text; }; };
  CHECK(merge_edits(word("running"), nothing).state.status == "running");
  CHECK(merge_edits(nothing, word("running")).state.status == "running");
  CHECK(merge_edits(word("partial"), word("partial")).state.status == "partial");
  const Merge both = merge_edits(word("running"), word("error"));
  CHECK(both.conflicts.empty());
  CHECK(both.state.status == "stopped");
}

TEST_CASE("the order of addresses is no conflict; a changed order of objects lands", "[merge]") {
  const Edit swap_ips = [](ClusterState& s) { std::swap(s.networks[0].active_ips[0], s.networks[0].active_ips[1]); };
  const Edit add_ip = [](ClusterState& s) { s.networks[0].active_ips.push_back("192.168.100.12"); };
  CHECK(merge_edits(swap_ips, add_ip).conflicts.empty());
  CHECK(merge_edits(swap_ips, add_ip).state == edited(add_ip));
  CHECK(merge_edits(swap_ips, nothing).state == edited(swap_ips));

  const Edit swap_vms = [](ClusterState& s) { std::swap(s.vms[0], s.vms[2]); };
  const Edit add_vm = [](ClusterState& s) { s.vms.push_back(make_vm("d")); };
  for (const Merge& merged : {merge_edits(swap_vms, add_vm), merge_edits(add_vm, swap_vms)}) {
    REQUIRE(merged.state.vms.size() == 4);
    CHECK(merged.state.vms[0].name == "c");
    CHECK(merged.state.vms[3].name == "d");
  }
}

TEST_CASE("revision, lineage and origin of a merge are theirs", "[merge]") {
  const Merge merged = merge_edits(
      [](ClusterState& s) {
        s.revision = 3;
        s.lineage = Uuid{{1}};
      },
      [](ClusterState& s) {
        s.revision = 5;
        s.lineage = Uuid{{2}};
      });
  CHECK(merged.state.revision == 5);
  CHECK(merged.state.lineage == Uuid{{2}});
}

TEST_CASE("all conflicts are named, in document order", "[merge]") {
  const auto all = [](bool one) {
    return [one](ClusterState& s) {
      for (const Group& group : all_groups()) (one ? group.one : group.other)(s);
    };
  };
  std::vector<std::string> expected;
  for (const Group& group : all_groups()) expected.emplace_back(group.conflict);
  CHECK(merge_edits(all(true), all(false)).conflicts == expected);
}

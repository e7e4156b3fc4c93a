// SPDX-License-Identifier: MIT
#include <aihow/state/diff.hpp>
#include <random>
#include <set>
#include "catch.hpp"
#include "states.hpp"

using namespace aihow::state;

namespace {

/// Random edits of VMs and networks; the generator's seed is in the message of a failure.
class Editor {
 public:
  explicit Editor(unsigned seed) : random_(seed) {}

  ClusterState edit(ClusterState state, int steps) {
    for (int i = 0; i < steps; ++i) step(state);
    return state;
  }

 private:
  unsigned below(std::size_t n) { return std::uniform_int_distribution<unsigned>(0, static_cast<unsigned>(n) - 1)(random_); }

  void step(ClusterState& state) {
    const unsigned what = below(8);
    if (what == 0) {
      const std::string name = "n" + std::to_string(below(6));
      if (find_by_name(state.vms, name) == nullptr) state.vms.push_back(make_vm(name, all_vm_states[below(7)]));
      return;
    }
    if (what == 1) {
      state.networks[0].active_ips.push_back("192.168.100." + std::to_string(20 + below(50)));
      return;
    }
    if (what == 2) state.status = below(2) == 0 ? "running" : "partial";
    if (state.vms.empty()) return;
    VMInfo& vm = state.vms[below(state.vms.size())];
    if (what == 3) state.vms.erase(state.vms.begin() + (&vm - state.vms.data()));
    else if (what == 4) vm.cpu_cores = 1 + static_cast<int>(below(4));
    else if (what == 5) vm.state = all_vm_states[below(7)];
    else if (what == 6) vm.last_seen = at_second(below(100));
    else vm.state_reason = below(2) == 0 ? "user" : "booted";
  }

  std::mt19937 random_;
};

/// Objects by name, for what a merge promises irrespective of order.
std::set<std::string> names_of(const std::vector<Change>& changes) {
  std::set<std::string> out;
  for (const Change& change : changes) {
    if (change.kind != ObjectKind::cluster) out.insert(std::string(to_string(change.kind)) + " " + change.name);
  }
  return out;
}

}  // namespace

TEST_CASE("merging follows its laws for random edits", "[merge][property]") {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    INFO("seed " << seed);
    Editor editor(seed);
    const ClusterState base = editor.edit(make_state(), 3);
    const ClusterState mine = editor.edit(base, 4);
    const ClusterState theirs = editor.edit(base, 4);

    REQUIRE(merge(base, base, theirs).state == theirs);
    REQUIRE(diff(merge(base, mine, base).state, mine).empty());
    REQUIRE(merge(base, mine, mine).state == mine);
    REQUIRE(merge(base, mine, mine).conflicts.empty());

    const Merge forth = merge(base, mine, theirs);
    const Merge back = merge(base, theirs, mine);
    REQUIRE(forth.conflicts.size() == back.conflicts.size());
    if (forth.conflicts.empty()) {
      // Which side is called mine decides nothing but the order of what both added.
      const auto changes = diff(forth.state, back.state);
      REQUIRE(names_of(changes.changes).empty());
      REQUIRE(forth.state.status == back.state.status);
    }
    // What neither side changed is as it was; what only one side changed is as that side has it.
    const auto by_me = names_of(diff(base, mine).changes);
    const auto by_them = names_of(diff(base, theirs).changes);
    for (const std::string& changed : names_of(diff(theirs, forth.state).changes)) REQUIRE(by_me.count(changed) == 1);
    for (const std::string& changed : names_of(diff(mine, forth.state).changes)) REQUIRE(by_them.count(changed) == 1);
  }
}

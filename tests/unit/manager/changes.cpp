// SPDX-License-Identifier: MIT
#include <aihow/state/lifecycle.hpp>
#include "place.hpp"
#include "states.hpp"

using namespace aihow::state;
using namespace aihow::test;

namespace {

/// A place with the state of make_state().
struct Filled : Place {
  explicit Filled(const std::string& kind) : Place(kind) { ClusterStateManager(location()).create(make_state(), "import"); }
};

std::string kind() { return GENERATE(from_range(kinds_of_places())); }

}  // namespace

TEST_CASE("where nothing stands there is no state, and nothing is made by looking", "[manager]") {
  const Place place(kind());
  ClusterStateManager manager(place.location());
  CHECK(manager.snapshot() == nullptr);
  CHECK(manager.get_state() == std::nullopt);
  CHECK(manager.get_all_vms().empty());
  CHECK(manager.get_vm("a") == std::nullopt);
  CHECK(error_of([&] { manager.add_vm(make_vm("a")); }).code() == errc::not_found);
  CHECK(error_of([&] { manager.update_vm_state("a", VMState::RUNNING); }).code() == errc::not_found);
  CHECK(error_of([&] { manager.remove_vm("a"); }).code() == errc::not_found);
  CHECK(error_of([&] { manager.transaction("x", [](ClusterState&) {}); }).code() == errc::not_found);
  manager.erase("destroy");
  CHECK(manager.snapshot() == nullptr);
}

TEST_CASE("ensure_state makes a state once", "[manager]") {
  const Place place(kind());
  ClusterStateManager manager(place.location());
  const ClusterState made = manager.ensure_state("demo", "hpc");
  CHECK(made.cluster_name == "demo");
  CHECK(made.status == "stopped");
  CHECK(made.revision == 1);
  CHECK(made.lineage.has_value());
  CHECK(made.created_at != Timestamp{});
  CHECK(made.origin.snapshot != nullptr);
  CHECK(manager.ensure_state("demo", "hpc") == made);
  CHECK(manager.snapshot()->version.revision == 1);
}

TEST_CASE("ensure_state with another name or type is refused with both names", "[manager]") {
  const Place place(kind());
  ClusterStateManager manager(place.location());
  manager.ensure_state("demo", "hpc");
  for (const auto& other : {std::pair{"other", "hpc"}, std::pair{"demo", "cloud"}}) {
    const Error error = error_of([&] { manager.ensure_state(other.first, other.second); });
    CHECK(error.code() == errc::invalid);
    CHECK(has(error.what(), "\"demo\" (hpc)"));
    CHECK(has(error.what(), std::string("\"") + other.first + "\" (" + other.second + ")"));
  }
  CHECK(manager.snapshot()->version.revision == 1);
  CHECK(error_of([&] { ClusterStateManager(Place("memory").location()).ensure_state("no name", "hpc"); }).code() == errc::invalid);
}

TEST_CASE("VMs are added, found and removed by name", "[manager]") {
  const Filled place(kind());
  ClusterStateManager manager(place.location());
  VMInfo vm;
  vm.name = "d";
  manager.add_vm(vm);
  const auto added = manager.get_vm("d");
  REQUIRE(added);
  CHECK(added->created_at != Timestamp{});
  CHECK(added->last_seen == added->created_at);
  CHECK(manager.get_all_vms().size() == 4);
  const Error twice = error_of([&] { manager.add_vm(vm); });
  CHECK(twice.code() == errc::conflict);
  CHECK(has(twice.what(), "\"d\""));
  manager.remove_vm("d");
  CHECK(manager.get_vm("d") == std::nullopt);
  CHECK(error_of([&] { manager.remove_vm("d"); }).code() == errc::not_found);
}

TEST_CASE("an invalid change is refused with its place, and nothing is committed", "[manager]") {
  const Filled place(kind());
  ClusterStateManager manager(place.location());
  const Error error = error_of([&] { manager.add_vm(make_vm("no name")); });
  CHECK(error.code() == errc::invalid);
  CHECK(error.pointer() == "/vms/3/name");
  CHECK(error_of([&] { manager.transaction("x", [](ClusterState& s) { s.vms.push_back(make_vm("a")); }); }).code() == errc::invalid);
  CHECK(error_of([&] { manager.transaction("x", [](ClusterState& s) { s.vms[1].ip_address = "10.0.0.1"; }); }).code() == errc::invalid);
  CHECK(error_of([&] { manager.transaction("x", [](ClusterState& s) { s.volumes[0].path = "relative"; }); }).code() == errc::invalid);
  CHECK(error_of([&] { manager.transaction("x", [](ClusterState& s) { s.status = "fine"; }); }).code() == errc::invalid);
  manager.transaction("x", [](ClusterState& s) { s.vms[0].ip_address = "192.168.100.10"; });
  const Error taken = error_of([&] { manager.transaction("x", [](ClusterState& s) { s.vms[2].ip_address = "192.168.100.10"; }); });
  CHECK(taken.code() == errc::invalid);
  CHECK(taken.pointer() == "/vms/2/ip_address");
  CHECK(manager.snapshot()->version.revision == 2);
}

TEST_CASE("a state is requested only where the lifecycle leads there", "[manager]") {
  const Filled place("memory");
  ClusterStateManager manager(place.location());
  for (const VMState from : all_vm_states) {
    for (const VMState to : all_vm_states) {
      manager.transaction("set", [&](ClusterState& s) {
        s.vms[0].state = from;
        s.vms[0].state_reason = "before";
      });
      const auto before = manager.snapshot();
      INFO(to_string(from) << " to " << to_string(to));
      if (from == to) {
        manager.update_vm_state("a", to);
        CHECK(manager.snapshot()->version == before->version);
      } else if (targets(from).contains(to)) {
        manager.update_vm_state("a", to);
        CHECK(manager.get_vm("a")->state == to);
        CHECK(manager.get_vm("a")->state_reason.empty());
      } else {
        const Error error = error_of([&] { manager.update_vm_state("a", to); });
        CHECK(error.code() == errc::invalid);
        for (const VMState state : all_vm_states) {
          const std::string_view list = std::string_view(error.what()).substr(std::string_view(error.what()).find("allowed:"));
          CHECK(has(std::string(list) + ",", " " + std::string(to_string(state)) + ",") == targets(from).contains(state));
        }
        CHECK(manager.snapshot()->version == before->version);
      }
    }
  }
  CHECK(error_of([&] { manager.update_vm_state("nobody", VMState::RUNNING); }).code() == errc::not_found);
}

TEST_CASE("save_state merges with what others committed since", "[manager]") {
  const Filled place(kind());
  ClusterStateManager manager(place.location());
  ClusterStateManager other(place.location());
  ClusterState mine = *manager.get_state();
  other.add_vm(make_vm("d"));
  other.update_vm_state("b", VMState::RUNNING);
  mine.vms[0].cpu_cores = 8;
  mine.last_modified = at_second(50);
  manager.save_state(mine);

  const auto stands = manager.snapshot();
  CHECK(stands->version.revision == 4);
  CHECK(find_by_name(stands->state.vms, "a")->cpu_cores == 8);
  CHECK(find_by_name(stands->state.vms, "b")->state == VMState::RUNNING);
  CHECK(find_by_name(stands->state.vms, "d") != nullptr);
  CHECK(mine == stands->state);
  REQUIRE(mine.origin.snapshot);

  mine.vms[0].cpu_cores = 9;
  manager.save_state(mine);
  CHECK(manager.get_vm("a")->cpu_cores == 9);
}

TEST_CASE("save_state of a state that only was touched lands beside an add_vm", "[manager]") {
  const Filled place(kind());
  ClusterStateManager manager(place.location());
  ClusterState state = *manager.get_state();
  manager.add_vm(make_vm("d"));
  state.last_modified = Timestamp::now();
  manager.save_state(state);
  CHECK(manager.get_all_vms().size() == 4);
}

TEST_CASE("two different changes of one thing are a conflict that names it, and nothing is saved", "[manager]") {
  const Filled place(kind());
  ClusterStateManager manager(place.location());
  ClusterState mine = *manager.get_state();
  ClusterState theirs = mine;
  theirs.vms[0].cpu_cores = 4;
  theirs.volumes.erase(theirs.volumes.begin());
  manager.save_state(theirs);
  mine.vms[0].cpu_cores = 8;
  mine.volumes[0].size_gb = 99;
  mine.vms[1].cpu_cores = 8;
  const ClusterState before = mine;
  const Error error = error_of([&] { manager.save_state(mine); });
  CHECK(error.code() == errc::conflict);
  CHECK(has(error.what(), "vm a (declared), volume a-disk (changed here, removed there)"));
  CHECK(mine == before);
  CHECK(manager.snapshot()->state == theirs);
}

TEST_CASE("a state without an origin may only create", "[manager]") {
  const Place place(kind());
  ClusterStateManager manager(place.location());
  ClusterState state = make_state();
  manager.save_state(state);
  CHECK(state.revision == 1);
  CHECK(state.lineage.has_value());
  CHECK(manager.snapshot()->state == state);
  ClusterState again = make_state();
  CHECK(error_of([&] { manager.save_state(again); }).code() == errc::conflict);
}

TEST_CASE("a state that was removed or replaced since it was loaded is not saved", "[manager]") {
  const Filled place(kind());
  ClusterStateManager manager(place.location());
  ClusterState state = *manager.get_state();
  state.vms[0].cpu_cores = 8;
  manager.erase("destroy");
  CHECK(error_of([&] { manager.save_state(state); }).code() == errc::conflict);
  CHECK(manager.snapshot() == nullptr);
  manager.ensure_state("demo", "hpc");
  const Error replaced = error_of([&] { manager.save_state(state); });
  CHECK(replaced.code() == errc::conflict);
  CHECK(has(replaced.what(), "took the place"));
}

TEST_CASE("revision and lineage are the manager's, whatever a change writes there", "[manager]") {
  const Filled place(kind());
  ClusterStateManager manager(place.location());
  const auto lineage = manager.snapshot()->state.lineage;
  const auto after = manager.transaction("x", [](ClusterState& s) {
    s.revision = 77;
    s.lineage = Uuid{{9}};
    s.vms[0].cpu_cores = 3;
  });
  CHECK(after->state.revision == 2);
  CHECK(after->state.lineage == lineage);
  CHECK(after->state.origin.snapshot == nullptr);
}

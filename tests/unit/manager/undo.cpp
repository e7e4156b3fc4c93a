// SPDX-License-Identifier: MIT
// Taking changes back.
#include <aihow/state/json.hpp>
#include "file_bytes.hpp"
#include "place.hpp"
#include "states.hpp"

using namespace aihow::state;
using namespace aihow::test;

namespace {

/// Revision 1: `a`, `b`, `c`; 2: `b` has 8 cores; 3: `a` is gone; 4: `c` runs.
struct Undoing {
  explicit Undoing(const std::string& kind) : place(kind), manager(place.location()) {
    manager.create(make_state(), "import");
    manager.transaction("resize", [](ClusterState& s) { s.vms[1].cpu_cores = 8; });
    manager.remove_vm("a");
    manager.transaction("start", [](ClusterState& s) { s.vms[1].state = VMState::RUNNING; });
  }
  std::string names() {
    std::string out;
    for (const VMInfo& vm : manager.get_all_vms()) out += vm.name;
    return out;
  }
  Place place;
  ClusterStateManager manager;
};

}  // namespace

TEST_CASE("an undo is a new revision with what was before", "[manager][undo]") {
  for (const std::string& kind : kinds_of_places()) {
    Undoing x(kind);
    const Reversal one = x.manager.undo();
    CHECK(one.committed);
    CHECK(one.from == 4);
    CHECK(one.to == 3);
    CHECK(one.snapshot->version.revision == 5);
    CHECK(one.snapshot->state.status == "stopped");
    REQUIRE(one.changes.size() == 2);
    CHECK(one.changes[1].fields == std::vector<FieldChange>{{"state", "\"RUNNING\"", "\"SHUTOFF\""}});
    // The next one goes on from there; what was removed stands where it stood.
    CHECK(x.manager.undo().to == 2);
    CHECK(x.names() == "abc");
    CHECK(x.manager.get_vm("b")->cpu_cores == 8);
    CHECK(x.manager.undo().to == 1);
    CHECK(x.manager.get_vm("b")->cpu_cores == 2);
    const Error error = error_of([&] { x.manager.undo(); });
    CHECK(error.code() == errc::not_found);
    CHECK(has(error.what(), "nothing more to undo"));
    const HistoryEntry entry = x.manager.history({.limit = 1}).entries[0];
    CHECK(entry.operation == "undo");
    CHECK(entry.undone_to == 1);
  }
}

TEST_CASE("several steps at once lead where as many undos do", "[manager][undo]") {
  Undoing x("file");
  CHECK(x.manager.undo(3).to == 1);
  CHECK(x.names() == "abc");
  CHECK(error_of([&] { x.manager.undo(0); }).code() == errc::invalid);
}

TEST_CASE("a change after an undo is undone first", "[manager][undo]") {
  Undoing x("file");
  x.manager.undo();
  x.manager.transaction("new", [](ClusterState& s) { s.vms[0].memory_gb = 16; });
  const Reversal done = x.manager.undo();
  CHECK(done.to == 5);
  CHECK(x.manager.get_vm("b")->memory_gb == 4);
  CHECK(x.manager.undo().to == 2);
}

TEST_CASE("a restore brings a revision back, and an undo takes that back", "[manager][undo]") {
  Undoing x("file");
  const Reversal back = x.manager.restore_revision(1);
  CHECK(back.committed);
  CHECK(back.snapshot->version.revision == 5);
  CHECK(x.names() == "abc");
  CHECK(x.manager.history({.limit = 1}).entries[0].restored == 1);
  CHECK(x.manager.undo().to == 4);
  CHECK(x.names() == "bc");
  CHECK_FALSE(x.manager.restore_revision(4).committed);
  CHECK(error_of([&] { x.manager.restore_revision(77); }).code() == errc::not_found);
}

TEST_CASE("a dry run tells what would change, and changes nothing", "[manager][undo]") {
  Undoing x("file");
  const std::string before = bytes_of(x.place.location());
  const Operation other = ClusterStateManager(x.place.location()).begin_operation("hpc start");
  const Reversal would = x.manager.undo(2, {.dry_run = true});
  CHECK_FALSE(would.committed);
  CHECK(would.to == 2);
  CHECK(would.conflicts.empty());
  CHECK(would.changes.size() == 3);
  CHECK(bytes_of(x.place.location()) == before);
}

TEST_CASE("an undo waits for operations", "[manager][undo]") {
  Undoing x("file");
  ManagerOptions options;
  options.lock_timeout = std::chrono::milliseconds(0);
  ClusterStateManager other(x.place.location(), options);
  const Operation operation = x.manager.begin_operation("hpc start");
  CHECK(error_of([&] { other.undo(); }).code() == errc::locked);
  CHECK(error_of([&] { other.restore_revision(1); }).code() == errc::locked);
}

TEST_CASE("what others changed since is kept, and where it is the same thing it is a conflict", "[manager][undo]") {
  for (const std::string& kind : kinds_of_places()) {
    Undoing x(kind);
    // Seen at revision 4; meanwhile `b` got more memory.
    x.manager.transaction("other", [](ClusterState& s) { s.vms[0].memory_gb = 32; });
    const Reversal done = x.manager.undo(1, {.seen = 4});
    CHECK(done.to == 3);
    CHECK(x.manager.get_vm("c")->state == VMState::SHUTOFF);
    CHECK(x.manager.get_vm("b")->memory_gb == 32);
    CHECK(done.snapshot->state.status == "stopped");

    x.manager.transaction("other", [](ClusterState& s) { s.vms[1].state = VMState::CRASHED; });
    const auto stands = x.manager.snapshot()->version;
    const Error error = error_of([&] { x.manager.restore_revision(4, {.seen = 6}); });
    CHECK(error.code() == errc::conflict);
    CHECK(has(error.what(), "vm c (observed)"));
    CHECK(x.manager.snapshot()->version == stands);
    CHECK(x.manager.restore_revision(4, {.seen = 6, .dry_run = true}).conflicts == std::vector<std::string>{"vm c (observed)"});
  }
}

TEST_CASE("an edit by hand is such a change", "[manager][undo]") {
  Undoing x("file");
  std::string text = bytes_of(x.place.location());
  SECTION("of something else") {
    text.replace(text.find("virbr100"), 8, "virbr200");
    write(x.place.location(), text);
    CHECK(x.manager.undo().to == 3);
    CHECK(x.manager.snapshot()->state.networks[0].bridge == "virbr200");
  }
  SECTION("of the same thing") {
    text.replace(text.find("RUNNING"), 7, "CRASHED");
    write(x.place.location(), text);
    CHECK(error_of([&] { x.manager.undo(); }).code() == errc::conflict);
    CHECK(bytes_of(x.place.location()) == text);
  }
}

TEST_CASE("of what is seen as before the later look stays", "[manager][undo]") {
  Undoing x("file");
  x.manager.transaction("touch", [](ClusterState& s) {
    for (VMInfo& vm : s.vms) vm.last_seen = at_second(90);
  });
  x.manager.undo();
  CHECK(x.manager.get_vm("b")->last_seen == at_second(90));
  CHECK(x.manager.get_vm("c")->last_seen == at_second(0));
}

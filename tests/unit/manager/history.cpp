// SPDX-License-Identifier: MIT
// Who changed what, and everything since a revision.
#include <aihow/state/json.hpp>
#include <aihow/state/memory_store.hpp>
#include <algorithm>
#include <filesystem>
#include <future>
#include <thread>
#include "file_bytes.hpp"
#include "place.hpp"
#include "short_past.hpp"
#include "states.hpp"

using namespace aihow::state;
using namespace aihow::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

TEST_CASE("history tells who changed what, newest first", "[manager][history]") {
  for (const std::string& kind : kinds_of_places()) {
    ManagerOptions options;
    options.program = "a test";
    options.actor = "on behalf of me";
    Past past(kind, options);
    const History history = past.manager.history();
    CHECK(revisions(history.entries) == Revisions{4, 3, 2, 1});
    CHECK(history.oldest_kept == 1);
    CHECK(history.newest_kept == 4);
    CHECK(history.revision == 4);
    const HistoryEntry& pause = history.entries[2];
    CHECK(pause.operation == "vm pause");
    CHECK(pause.type == RecordType::change);
    CHECK(pause.base == 1);
    CHECK(pause.actor.program == "a test");
    CHECK(pause.actor.text == "on behalf of me");
    CHECK(pause.actor.pid == ::getpid());
    REQUIRE(pause.changes.size() == 2);
    CHECK(pause.changes[0].kind == ObjectKind::cluster);
    CHECK(pause.changes[1].kind == ObjectKind::vm);
    CHECK(pause.changes[1].name == "a");
    CHECK(pause.changes[1].fields == std::vector<FieldChange>{{"state", "\"RUNNING\"", "\"PAUSED\""}, {"state_reason", "", "\"user\""}});
    CHECK(history.entries[0].changes.back().after.empty());
    CHECK(vm_from_json(history.entries[0].changes.back().before).name == "c");
    CHECK(history.entries[3].type == RecordType::first);
  }
}

TEST_CASE("the life of one object, a part of the past, and the oldest first", "[manager][history]") {
  for (const std::string& kind : kinds_of_places()) {
    Past past(kind);
    auto& manager = past.manager;
    CHECK(revisions(manager.history({.name = "c"}).entries) == Revisions{4, 1});
    CHECK(revisions(manager.history({.name = "a"}).entries) == Revisions{2, 1});
    CHECK(revisions(manager.history({.name = "lan", .kind = ObjectKind::vm}).entries).empty());
    CHECK(revisions(manager.history({.name = "lan", .kind = ObjectKind::network}).entries) == Revisions{1});
    CHECK(revisions(manager.history({.limit = 2}).entries) == Revisions{4, 3});
    CHECK(revisions(manager.history({.limit = 2, .newest_first = false}).entries) == Revisions{1, 2});
    CHECK(revisions(manager.history({.after = 1, .before = 4}).entries) == Revisions{3, 2});
    const Timestamp third = manager.history({.limit = 2}).entries[1].time;
    CHECK(revisions(manager.history({.since = third}).entries) == Revisions{4, 3});
  }
}

TEST_CASE("what only was seen again is no change of an object", "[manager][history]") {
  Past past("file");
  past.manager.transaction("refresh", [](ClusterState& s) {
    for (VMInfo& vm : s.vms) vm.last_seen = at_second(50);
    s.vms[1].state = VMState::CRASHED;
  });
  const HistoryEntry entry = past.manager.history({.limit = 1}).entries[0];
  REQUIRE(entry.changes.size() == 2);
  CHECK(entry.changes[1].name == "b");
  CHECK(past.manager.at(5)->state.vms[0].last_seen == at_second(50));
}

TEST_CASE("a time names the revision that stood then", "[manager][history]") {
  Past past("file");
  const History history = past.manager.history();
  for (const HistoryEntry& entry : history.entries) CHECK(past.manager.at(entry.time)->version.revision == entry.revision);
  CHECK(past.manager.at(Timestamp::now())->version.revision == 4);
  CHECK(error_of([&] { past.manager.at(at_second(0)); }).code() == errc::not_found);
}

TEST_CASE("a revision that is not there is refused with those that are", "[manager][history]") {
  for (const std::string& kind : kinds_of_places()) {
    Past past(kind);
    for (const std::uint64_t revision : {std::uint64_t{0}, std::uint64_t{5}, UINT64_MAX}) {
      const Error error = error_of([&] { past.manager.at(revision); });
      CHECK(error.code() == errc::not_found);
      CHECK(has(error.what(), "the history has 1 to 4"));
    }
  }
}

TEST_CASE("after an erase its past can still be looked at", "[manager][history]") {
  Past past("file");
  const std::string last = bytes_of(past.place.location());
  past.manager.erase("hpc destroy");
  CHECK(past.manager.history().entries.front().type == RecordType::erase);
  CHECK(write_document(past.manager.at(4)->state) == last);
  const Error error = error_of([&] { past.manager.at(5); });
  CHECK(error.code() == errc::not_found);
  CHECK(has(error.what(), "nothing stood then"));
  CHECK(error_of([&] { past.manager.undo(); }).code() == errc::not_found);
}

TEST_CASE("everything since a revision comes in order, in pages, to the end", "[manager][changes]") {
  for (const std::string& kind : kinds_of_places()) {
    Past past(kind);
    std::uint64_t at = 0;
    Revisions seen;
    for (ChangesSince page; !(page = past.manager.changes_since(at, 3)).entries.empty(); at = page.resume_at) {
      CHECK_FALSE(page.gap);
      for (const HistoryEntry& entry : page.entries) seen.push_back(entry.revision);
    }
    CHECK(seen == Revisions{1, 2, 3, 4});
    CHECK(past.manager.changes_since(4).entries.empty());
    CHECK_FALSE(past.manager.changes_since(4).gap);
    past.manager.transaction("touch", [](ClusterState& s) { s.vms[0].last_seen = at_second(9); });
    CHECK(past.manager.changes_since(4).entries.empty());
  }
}

TEST_CASE("a hole is a gap that names where to go on, never silence", "[manager][changes]") {
  Past past("file");
  auto& manager = past.manager;
  SECTION("a revision that never was") {
    const ChangesSince ahead = manager.changes_since(9);
    CHECK(ahead.gap);
    CHECK(ahead.resume_at == 4);
  }
  SECTION("a damaged line") {
    drop_lines(past.history(), [](const std::string& line) { return is_of(line, 3); });
    CHECK(revisions(manager.changes_since(0).entries) == Revisions{1, 2});
    CHECK(manager.changes_since(2).gap);
    CHECK(manager.changes_since(2).resume_at == 4);
    CHECK(revisions(manager.changes_since(3).entries) == Revisions{4});
  }
  SECTION("a line that is no record") {
    std::string text = bytes_of(past.history());
    text.replace(text.find("\"operation\":\"resize\""), 11, "\"something\"");
    write(past.history(), text);
    const HistoryEntry damaged = manager.history().entries[1];
    CHECK(damaged.revision == 3);
    CHECK(damaged.type == RecordType::gap);
    CHECK(damaged.operation == "damaged");
    CHECK(revisions(manager.changes_since(1).entries) == Revisions{2});
    CHECK(manager.changes_since(2).gap);
    CHECK(revisions(manager.history({.since = at_second(0)}).entries) == Revisions{4, 3, 2, 1});
  }
  SECTION("no history any more") {
    fs::remove(past.history());
    CHECK(manager.changes_since(3).gap);
    CHECK_FALSE(manager.changes_since(4).gap);
  }
  SECTION("a newest record that is lost is made again of the backup") {
    drop_lines(past.history(), [](const std::string& line) { return is_of(line, 4); });
    const ChangesSince changes = manager.changes_since(3);
    REQUIRE(revisions(changes.entries) == Revisions{4});
    CHECK(changes.entries[0].remade);
    CHECK(changes.entries[0].changes.back().name == "c");
  }
  SECTION("an edit by hand") {
    std::string text = bytes_of(past.place.location());
    text.replace(text.find("virbr100"), 8, "virbr200");
    write(past.place.location(), text);
    ClusterStateManager other(past.place.location());
    other.update_vm_state("a", VMState::RUNNING);
    const ChangesSince changes = other.changes_since(4);
    CHECK(changes.gap);
    CHECK(changes.resume_at == 5);
    CHECK(other.history({.limit = 1}).entries[0].edited);
  }
  SECTION("an older copy") {
    const fs::path path = past.place.location();
    fs::copy_file(path.string() + ".backup", path, fs::copy_options::overwrite_existing);
    ClusterStateManager other(path.string());
    other.update_vm_state("a", VMState::RUNNING);
    CHECK(other.history({.limit = 1}).entries[0].base == 3);
    CHECK(other.changes_since(4).gap);
    CHECK(other.changes_since(4).resume_at == 5);
  }
}

TEST_CASE("waiting ends with a change of another process, at the deadline, or when it is cancelled", "[manager][changes]") {
  for (const std::string& kind : kinds_of_places()) {
    Past past(kind);
    auto& manager = past.manager;
    const auto stands = manager.snapshot()->version;
    CHECK(manager.wait(std::nullopt, within(10s)));
    CHECK_FALSE(manager.wait(stands, within(20ms)));
    std::promise<void> waiting;
    auto waited = std::async(std::launch::async, [&] {
      waiting.set_value();
      return manager.wait(stands, within(20s));
    });
    waiting.get_future().wait();
    ClusterStateManager other(past.place.location());
    other.update_vm_state("a", VMState::RUNNING);
    CHECK(waited.get());
    std::stop_source stop;
    stop.request_stop();
    CHECK(error_of([&] { manager.wait(other.snapshot()->version, {.stop = stop.get_token()}); }).code() == errc::cancelled);
  }
}

TEST_CASE("waiting sees a state that is made in a directory that was not there", "[manager][changes]") {
  const Place place("file");
  const std::string path = place.file("later/state.json");
  ClusterStateManager manager(path);
  auto waited = std::async(std::launch::async, [&] { return manager.wait(std::nullopt, within(20s)); });
  ClusterStateManager other(path);
  other.create(make_state(), "import");
  CHECK(waited.get());
}

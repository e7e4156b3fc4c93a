// SPDX-License-Identifier: MIT
// Somebody else's hands between any two system calls of a commit, and another commit between any two of a reader's.
#include <sys/wait.h>
#include <unistd.h>
#include <cstdio>
#include <fstream>
#include <functional>
#include "fault_calls.hpp"
#include "helpers.hpp"

using namespace aihow::state;
using namespace aihow::test;
namespace fs = std::filesystem;

namespace {

// So many points there are at least.
constexpr std::size_t least = 400;
constexpr std::size_t least_of_deaths = 15;
constexpr std::size_t least_of_readers = 250;

/// A commit that hands come to, once it is known what it is based on.
struct Scenario {
  const char* name;
  int revisions;                      ///< that stand before it
  void (*prepare)(const StateFile&);  ///< what else is done before it
  CommitResult (*run)(StateStore&, const SnapshotPtr& base);
  bool same_lineage = true;
};

void as_it_is(const StateFile&) {}
/// A commit died before it could put the displaced document in the backup's place.
void interrupted(const StateFile& file) { write_file(file.tmp, write_document(sample_state(2))); }
void broken(const StateFile& file) {
  write_file(file.path, "broken");
  make_old(file.path);
}
std::optional<Version> version_of(const SnapshotPtr& base) { return base ? std::optional(base->version) : std::nullopt; }
CommitResult first(StateStore& store, const SnapshotPtr&) { return put(store, std::nullopt, sample_state(1)); }
CommitResult next(StateStore& store, const SnapshotPtr& base) { return put(store, version_of(base), sample_state(base->highest + 1)); }
CommitResult touch(StateStore& store, const SnapshotPtr& base) {
  ClusterState next = base->state;
  next.last_modified = Timestamp::from_unix_us(1'800'000'000'000'000);
  return put(store, version_of(base), next);
}
CommitResult other_lineage(StateStore& store, const SnapshotPtr& base) { return put(store, version_of(base), sample_state(1, 2, 2)); }
CommitResult erase_it(StateStore& store, const SnapshotPtr& base) {
  return store.commit({.id = {}, .base = version_of(base), .next = nullptr, .changes = {}, .records = {}}, soon());
}

const Scenario scenarios[] = {
    {"a first commit", 0, as_it_is, first},
    {"a second commit", 1, as_it_is, next},
    {"a commit", 3, as_it_is, next},
    {"a touch", 3, as_it_is, touch},
    {"an erase", 3, as_it_is, erase_it},
    {"a commit over a broken document", 3, broken, next},
    {"a commit after one that was interrupted", 3, interrupted, next},
    {"a commit of another lineage", 3, as_it_is, other_lineage, false},
};

/// What came of it; none: an error.
using Done = std::optional<CommitResult>;
bool landed(const Done& done) { return done && done->committed; }

/// The largest revision that was shown until then.
std::uint64_t shown(const Scenario& scenario, const Done& done) {
  const std::uint64_t before = static_cast<std::uint64_t>(scenario.revisions);
  return landed(done) && done->version ? std::max(before, done->version->revision) : before;
}

/// Runs each scenario with hands before its first call, its second … until there is no such call; `check` after each.
void sweep(const char* what, const std::function<void(const StateFile&)>& hands,
           const std::function<void(const StateFile&, const Scenario&, const Done&)>& check) {
  std::size_t points = 0;
  for (const Scenario& scenario : scenarios) {
    for (std::size_t nth = 1;; ++nth) {
      const StateFile file(scenario.revisions);
      scenario.prepare(file);
      const auto store = file.open();
      const auto base = store->load(nullptr, soon());
      Done done;
      before_call(nth, [&] { hands(file); });
      std::string error = "no error";
      try {
        done = scenario.run(*store, base);
      } catch (const Error& caught) {
        error = caught.what();
      }
      if (!hands_came()) break;
      ++points;
      INFO(scenario.name << ": before call " << nth << ": " << error);
      check(file, scenario, done);
    }
  }
  std::printf("%s: %zu points found and covered\n", what, points);
  REQUIRE(points >= least);
}

void check_files(const StateFile& file) {
  for (const std::string& name : file.scratch.names()) {
    INFO(name);
    REQUIRE_FALSE((name.ends_with(".tmp") || name.ends_with(".mend") || name.ends_with(".prev")));
  }
  const auto page = file.open()->records({}, soon());
  for (std::size_t i = 1; i < page.records.size(); ++i) REQUIRE(page.records[i].revision > page.records[i - 1].revision);
  REQUIRE(file.open()->verify(false, soon()).empty());
}

/// The edit stands; what follows is based on it, and has a revision that was not there before.
void check_edit(const StateFile& file, const std::string& edit, const Scenario& scenario, const Done& done) {
  REQUIRE((read_file(file.path) == edit));
  const auto result = change(*file.open());
  REQUIRE(result.committed);
  REQUIRE(file.load()->state.vms.size() == 5);
  REQUIRE(file.load()->state.vms[0].cpu_cores == 9);
  REQUIRE((read_file(file.backup) == edit));
  REQUIRE(result.version->revision > std::max<std::uint64_t>(3, shown(scenario, done)));
  check_files(file);
}

}  // namespace

TEST_CASE("an edit by hand between any two calls of a commit is not undone") {
  const std::string edit = write_document(sample_state(3, 5));
  const auto check = [&](const StateFile& file, const Scenario& scenario, const Done& done) { check_edit(file, edit, scenario, done); };
  SECTION("by a rename") {
    const auto by_rename = [&](const StateFile& file) {
      write_file(file.path + "~", edit);
      fs::rename(file.path + "~", file.path);
    };
    sweep("edits by a rename", by_rename, check);
  }
  const auto in_place = [&](const StateFile& file) { write_file(file.path, edit); };
  SECTION("in place") { sweep("edits in place", in_place, check); }
  SECTION("in place, where the clock of files is coarse") {
    const Armed armed({Strike::Kind::coarse_times, 0, 0});
    sweep("edits in place under a coarse clock", in_place, check);
    CHECK(armed.struck());
  }
}

TEST_CASE("a state that is removed between any two calls of a commit stays removed, and its revisions are not made again") {
  const auto hands = [](const StateFile& file) { fs::remove(file.path); };
  sweep("removals", hands, [](const StateFile& file, const Scenario& scenario, const Done& done) {
    if (scenario.revisions == 0 && fs::exists(file.path)) return;  // there was nothing to remove yet
    REQUIRE_FALSE(fs::exists(file.path));
    const auto result = change(*file.open());
    REQUIRE(result.committed);
    if (scenario.same_lineage) REQUIRE(result.version->revision > shown(scenario, done));
    check_files(file);
  });
}

TEST_CASE("a clean-up of what lies beside the state, between any two calls of a commit, loses no commit") {
  const auto hands = [](const StateFile& file) {
    for (const std::string& name : file.scratch.names()) {
      if (name.starts_with("state.json.")) fs::remove(file.scratch / name);
    }
  };
  sweep("clean-ups", hands, [](const StateFile& file, const Scenario& scenario, const Done& done) {
    // Beside a broken document the backup is the state, and what is being erased has a name that is cleaned up: those are gone with it.
    const bool may_be_gone = scenario.prepare == broken || scenario.run == erase_it;
    if (may_be_gone && !landed(done)) return;
    REQUIRE(landed(done));
    const auto now = file.load();
    REQUIRE((now ? now->version.revision : 0) == (landed(done) ? (done->version ? done->version->revision : 0) : shown(scenario, done)));
    const auto result = change(*file.open());
    REQUIRE(result.committed);
    if (now) REQUIRE(result.version->revision == now->version.revision + 1);
    check_files(file);
  });
}

namespace {

/// A commit by another process that dies at its nth call that changes something; true: it came to its end before that.
bool commit_elsewhere(const StateFile& file, std::size_t nth, CommitResult (*run)(StateStore&, const SnapshotPtr&) = next) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const auto store = file.open();
    const auto base = store->load(nullptr, soon());
    const Armed armed({Strike::Kind::process_dies, nth, 0});
    try {
      _exit(run(*store, base).committed ? 0 : 1);
    } catch (...) {
      _exit(2);
    }
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE((WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 137)));
  return WEXITSTATUS(status) == 0;
}

/// Reads with such a commit before every call of the reading, cut off at every call of the commit.
void sweep_reader(const char* what, const std::function<void(StateStore&, const StateFile&)>& read_and_check) {
  std::size_t points = 0;
  bool came = true;
  for (std::size_t call = 1; came; ++call) {
    bool ended = false;
    for (std::size_t nth = 1; !ended && came; ++nth) {
      const StateFile file(3);
      const auto store = file.open();
      INFO(what << ": before call " << call << " another commits, up to its call " << nth);
      before_call(call, [&] { ended = commit_elsewhere(file, nth); });
      read_and_check(*store, file);
      came = hands_came();
      points += came ? 1 : 0;
    }
  }
  std::printf("%s: %zu points found and covered\n", what, points);
  REQUIRE(points >= least_of_readers);
}

}  // namespace

TEST_CASE("after a death at any call of a commit the backup can be copied over the state, and no revision is made again") {
  std::size_t points = 0;
  for (const auto run : {next, touch}) {
    for (std::size_t nth = 1;; ++nth) {
      const StateFile file(4);
      const bool ended = commit_elsewhere(file, nth, run);
      INFO((run == next ? "a commit" : "a touch") << " that died at call " << nth);
      const std::uint64_t shown = file.load()->version.revision;
      write_file(file.path, read_file(file.backup));
      const auto result = change(*file.open());
      REQUIRE(result.committed);
      REQUIRE(result.version->revision > shown);
      const auto page = file.open()->records({}, soon());
      REQUIRE(page.records.size() == result.version->revision);
      check_files(file);
      if (ended) break;
      ++points;
    }
  }
  std::printf("copies of the backup after a death: %zu points found and covered\n", points);
  REQUIRE(points >= least_of_deaths);
}

TEST_CASE("a commit at any moment of a load is not taken for an older copy") {
  sweep_reader("commits beside a load", [](StateStore& store, const StateFile&) {
    const auto snapshot = store.load(nullptr, soon());
    REQUIRE(snapshot);
    REQUIRE(snapshot->notices == std::vector<std::string>{});
    REQUIRE(snapshot->highest == snapshot->version.revision);
  });
}

TEST_CASE("a record of a commit that never came is not shown") {
  sweep_reader("commits beside a look at the records", [](StateStore& store, const StateFile& file) {
    const auto page = store.records({}, soon());
    REQUIRE(page.records.size() >= 3);
    REQUIRE(page.records.back().revision <= file.load()->version.revision);
  });
}

TEST_CASE("what a hand overtakes is taken back only where it comes in the very moment of the exchange") {
  std::size_t taken_back = 0;
  for (std::size_t nth = 1;; ++nth) {
    const StateFile file(3);
    const auto store = file.open();
    const auto base = store->load(nullptr, soon());
    bool exchanged = false;
    before_rename(1, [&] { exchanged = true; });
    before_call(nth, [&] {
      write_file(file.path + "~", write_document(sample_state(3, 5)));
      fs::rename(file.path + "~", file.path);
    });
    const auto result = next(*store, base);
    before_rename(1, [] {});
    if (!hands_came()) break;
    taken_back += !result.committed && exchanged ? 1 : 0;
  }
  CHECK(taken_back == 1);
}

TEST_CASE("a reader that one commit after another overtakes is not told of an older copy") {
  for (std::size_t nth = 1; nth <= 40; ++nth) {
    const StateFile file(3);
    const auto writer = file.open();
    int commits = 0;
    std::function<void()> commit = [&] {
      REQUIRE(change(*writer).committed);
      if (++commits < 30) before_call(nth, commit);
    };
    before_call(nth, commit);
    const auto snapshot = file.open()->load(nullptr, soon());
    hands_came();
    INFO("before each " << nth << "th call: " << commits << " commits");
    REQUIRE(snapshot);
    for (const std::string& notice : snapshot->notices) CHECK(notice.find("older copy") == std::string::npos);
  }
}

TEST_CASE("a page of history has no hole where its end is taken back and written anew between any two calls of the reader") {
  // Larger than a block, so that a line is read in several parts.
  const auto padded = [](std::uint64_t revision, char c) {
    return line({revision, "{\"revision\":" + std::to_string(revision) + ",\"pad\":\"" + std::string(20'000, c) + "\"}"});
  };
  std::size_t points = 0;
  for (const bool newest_first : {true, false}) {
    for (std::size_t nth = 1;; ++nth) {
      const StateFile file(1);
      const std::string beginning = read_file(file.history);
      write_file(file.history, beginning + padded(2, 'a') + padded(3, 'a'));
      const auto store = file.open();
      before_call(nth, [&] {
        fs::resize_file(file.history, beginning.size());
        std::ofstream(file.history, std::ios::app) << padded(2, 'b') << padded(3, 'b');
      });
      const RecordPage page = store->records({.limit = 20, .newest_first = newest_first}, soon());
      if (!hands_came()) break;
      ++points;
      INFO("before call " << nth);
      REQUIRE(page.records.size() == 3);
      for (const Record& one : page.records) REQUIRE(one.json.find("checksum") == std::string::npos);
    }
  }
  std::printf("readings of a history: %zu points found and covered\n", points);
  REQUIRE(points >= 30);
}

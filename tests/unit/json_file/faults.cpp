// SPDX-License-Identifier: MIT
// Every system call of a commit fails, or kills the process, one after another; every allocation fails. What must come out is the promise.
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <map>
#include <system_error>
#include "fault_calls.hpp"
#include "helpers.hpp"

using namespace aihow::state;
using namespace aihow::test;
namespace fs = std::filesystem;

namespace {

/// A commit that is made under faults.
struct Scenario {
  const char* name;
  int revisions;                      ///< that stand before it
  void (*prepare)(const StateFile&);  ///< what else is done before it
  CommitResult (*run)(StateStore&);
  std::uint64_t before;  ///< the revision that is loaded before; 0: none
  std::uint64_t after;   ///< and after
};

void as_it_is(const StateFile&) {}
void broken(const StateFile& file) {
  write_file(file.path, "broken");
  make_old(file.path);
}
CommitResult touch(StateStore& store) {
  const auto now = store.load(nullptr, soon());
  ClusterState next = now->state;
  next.last_modified = Timestamp::from_unix_us(1'800'000'000'000'000);
  return put(store, now->version, next);
}
CommitResult other_lineage(StateStore& store) { return put(store, store.load(nullptr, soon())->version, sample_state(1, 2, 2)); }

const Scenario scenarios[] = {
    {"a first commit", 0, as_it_is, change_once, 0, 1},
    {"a second commit", 1, as_it_is, change_once, 1, 2},
    {"a commit", 3, as_it_is, change_once, 3, 4},
    {"a touch", 3, as_it_is, touch, 3, 3},
    {"an erase", 3, as_it_is, erase, 3, 0},
    {"a commit over a broken document", 3, broken, change_once, 2, 4},
    {"a commit of another lineage", 3, as_it_is, other_lineage, 3, 1},
};

std::string document_of(const StateFile& file) { return fs::exists(file.path) ? read_file(file.path) : std::string(); }
std::uint64_t revision_of(const SnapshotPtr& snapshot) { return snapshot ? snapshot->version.revision : 0; }

/// What a directory holds, the lock left out.
std::map<std::string, std::string> contents(const StateFile& file) {
  std::map<std::string, std::string> out;
  for (const std::string& name : file.scratch.names()) out[name] = read_file(file.scratch / name);
  return out;
}

/// The next change works with no manual step, makes a new revision, and leaves nothing behind.
void check_goes_on(const StateFile& file, const Scenario& scenario) {
  const auto before = file.load();
  const auto result = change(*file.open());
  REQUIRE(result.committed);
  if (before) CHECK(result.version->revision == (before->version.revision == 2 && scenario.before == 2 ? 4 : before->version.revision + 1));
  for (const std::string& name : file.scratch.names()) {
    INFO(name);
    CHECK_FALSE(name.ends_with(".tmp"));
    CHECK_FALSE(name.ends_with(".mend"));
    CHECK_FALSE(name.ends_with(".prev"));
  }
  const auto page = file.open()->records({}, soon());
  for (std::size_t i = 1; i < page.records.size(); ++i) CHECK(page.records[i].revision > page.records[i - 1].revision);
  if (!page.records.empty()) CHECK(page.records.back().revision == result.version->revision);
  CHECK(file.open()->verify(false, soon()).empty());
}

/// Old or new, whole; with nothing but the one or the other said to have happened.
bool is_old_or_new(const StateFile& file, const Scenario& scenario) {
  const auto now = file.load();
  return revision_of(now) == scenario.before || revision_of(now) == scenario.after;
}

}  // namespace

TEST_CASE("a system call that fails: a true success, or an error and everything as before") {
  for (const Scenario& scenario : scenarios) {
    for (const int error : {EIO, EACCES, EINTR, ESTALE}) {
      if (error != EIO && scenario.before != 3) continue;  // they differ in how they are told, not in what follows
      for (std::size_t nth = 1;; ++nth) {
        const StateFile file(scenario.revisions);
        scenario.prepare(file);
        const auto before = contents(file);
        const auto store = file.open();
        std::optional<CommitResult> result;
        std::optional<Error> thrown;
        bool struck = false;
        std::string where;
        {
          const Armed armed({Strike::Kind::call_fails, nth, error});
          try {
            result = scenario.run(*store);
          } catch (const Error& caught) {
            thrown = caught;
          }
          struck = armed.struck();
          where = armed.where();
        }
        INFO(scenario.name << ": call " << nth << ", " << where << ": " << std::generic_category().message(error) << ": "
                           << (thrown ? thrown->what() : "no error"));
        if (result && result->committed) {
          REQUIRE(revision_of(file.load()) == scenario.after);
        } else if (thrown && thrown->code() == errc::outcome_unknown) {
          REQUIRE(where == "fsync");
          REQUIRE(revision_of(file.load()) == scenario.after);
        } else {
          if (thrown) REQUIRE(std::string(thrown->what()).size() > 20);
          // What could not be removed is left to the next one.
          auto now = contents(file);
          if (where == "unlinkat" || where == "ftruncate" || now.size() > before.size()) {
            for (const char* left : {"state.json.tmp", "state.json.mend", "state.json.history.tmp"}) now.erase(left);
          }
          REQUIRE(now == before);
        }
        REQUIRE(is_old_or_new(file, scenario));
        check_goes_on(file, scenario);
        if (!struck) {
          REQUIRE(nth > 40);
          break;
        }
      }
    }
  }
}

TEST_CASE("a process that is killed at any call that changes something leaves the old or the new state, and the next change works") {
  for (const Scenario& scenario : scenarios) {
    for (std::size_t nth = 1;; ++nth) {
      const StateFile file(scenario.revisions);
      scenario.prepare(file);
      const pid_t child = fork();
      REQUIRE(child >= 0);
      if (child == 0) {
        const auto store = file.open();
        const Armed armed({Strike::Kind::process_dies, nth, 0});
        try {
          _exit(scenario.run(*store).committed ? 0 : 1);
        } catch (...) {
          _exit(2);
        }
      }
      int status = 0;
      REQUIRE(waitpid(child, &status, 0) == child);
      REQUIRE(WIFEXITED(status));
      const int code = WEXITSTATUS(status);
      INFO(scenario.name << ": killed at call " << nth);
      REQUIRE((code == 137 || code == 0));
      if (code == 0) REQUIRE(revision_of(file.load()) == scenario.after);
      REQUIRE(is_old_or_new(file, scenario));
      check_goes_on(file, scenario);
      if (code == 0) {
        REQUIRE(nth > 5);
        break;
      }
    }
  }
}

TEST_CASE("an allocation that fails: out of memory, and everything as before") {
  for (const Scenario& scenario : scenarios) {
    for (std::size_t nth = 1;; ++nth) {
      const StateFile file(scenario.revisions);
      scenario.prepare(file);
      const auto before = contents(file);
      const auto store = file.open();
      errc code{};
      bool foreign = false;
      bool struck = false;
      {
        const Armed armed({Strike::Kind::allocation_fails, nth, 0});
        try {
          scenario.run(*store);
        } catch (const Error& caught) {
          code = static_cast<errc>(caught.code().value());
        } catch (const std::bad_alloc&) {
          foreign = true;  // in the scenario's own copies
        }
        struck = armed.struck();
      }
      INFO(scenario.name << ": allocation " << nth << (foreign ? ", not of the store's" : ""));
      if (!struck) break;
      CHECK((foreign || code == errc::out_of_memory || code == errc{}));
      if (code == errc::out_of_memory) {
        const auto now = contents(file);
        for (const auto& [name, bytes] : now) CHECK(before.count(name) == 1);
        REQUIRE(now == before);
      }
      REQUIRE(is_old_or_new(file, scenario));
      REQUIRE(change(*file.open()).committed);
    }
  }
}

TEST_CASE("nothing is allocated between the commit point and the return") {
  const StateFile file(3);
  const auto store = file.open();
  const auto now = store->load(nullptr, soon());
  ClusterState next = now->state;
  next.revision += 1;
  const std::vector<Record> records = {record(4)};
  const Commit commit{.id = {}, .base = now->version, .next = &next, .changes = {}, .records = records};
  const Context context = soon();
  const auto result = store->commit(commit, context);
  CHECK(allocations_since_exchange() == 0);
  CHECK(result.committed);
}

TEST_CASE("a device that refuses to begin is an error; a system that cannot be asked is none") {
  const ClusterState large = sample_state(2, 3'000);  // of several pieces
  const auto commit_large = [&](int error) {
    for (std::size_t nth = 1;; ++nth) {
      const StateFile file(1);
      const auto before = contents(file);
      const auto store = file.open();
      const auto base = store->load(nullptr, soon());
      errc code{};
      std::string where;
      {
        const Armed armed({Strike::Kind::call_fails, nth, error});
        code = code_of([&] { put(*store, base->version, large); });
        where = armed.where();
      }
      REQUIRE(!where.empty());
      if (where != "sync_file_range") continue;
      if (code != errc{}) CHECK(contents(file) == before);
      else CHECK(file.load()->state == large);
      return code;
    }
  };
  CHECK(commit_large(EIO) == errc::io);
  CHECK(commit_large(ENOSPC) == errc::io);
  CHECK(commit_large(ENOSYS) == errc{});
}

TEST_CASE("where names cannot be exchanged, commits copy, and all else holds") {
  for (const Scenario& scenario : scenarios) {
    INFO(scenario.name);
    const StateFile file(scenario.revisions);
    scenario.prepare(file);
    const std::string old = document_of(file);
    {
      const Armed armed({Strike::Kind::no_exchange, 0, 0});
      const auto store = file.open();
      REQUIRE(scenario.run(*store).committed);
      CHECK(armed.struck());
    }
    CHECK(revision_of(file.load()) == scenario.after);
    if (scenario.after == 4 && scenario.before == 3) CHECK(read_file(file.path + ".backup") == old);
    if (scenario.before == 2) CHECK(file.scratch.names().size() == 4);
    check_goes_on(file, scenario);
  }
}

TEST_CASE("renames that say they failed although they were done are looked through") {
  for (const Scenario& scenario : scenarios) {
    INFO(scenario.name);
    const StateFile file(scenario.revisions);
    scenario.prepare(file);
    {
      const Armed armed({Strike::Kind::rename_lies, 0, 0});
      const auto store = file.open();
      REQUIRE(scenario.run(*store).committed);
      CHECK(armed.struck());
    }
    CHECK(revision_of(file.load()) == scenario.after);
    check_goes_on(file, scenario);
  }
}

TEST_CASE("without working locks nothing is written, unless that was asked for") {
  const StateFile file(1);
  const auto before = contents(file);
  const Armed armed({Strike::Kind::no_locks, 0, 0});
  std::string text;
  CHECK(code_of([&] { put(*file.open(), file.load()->version, sample_state(2)); }, &text) == errc::unsupported);
  CHECK_THAT(text, Catch::Matchers::Contains("lock=none"));
  CHECK(contents(file) == before);
  const auto store = file.open({.no_locks = true});
  const auto lock = store->lock(LockKind::operation, {}, soon());
  CHECK(lock->held());
  CHECK_FALSE(store->holder(LockKind::operation, soon()));
  CHECK(change(*store).committed);
}

TEST_CASE("handles that stay stale are an error after a few tries") {
  const StateFile file(1);
  const auto store = file.open();
  std::string text;
  {
    const Armed armed({Strike::Kind::stale, 0, 0});
    CHECK(code_of([&] { store->load(nullptr, soon()); }, &text) == errc::io);
  }
  CHECK_THAT(text, Catch::Matchers::Contains("stale"));
  CHECK(store->load(nullptr, soon()));
}

TEST_CASE("a hand that is quicker than the commit wins, and nothing of the commit is left") {
  const StateFile file(3);
  const std::string history = read_file(file.history);
  const std::string backup = read_file(file.backup);
  std::string edit = write_document(sample_state(3, 5));
  const auto store = file.open();
  const auto base = store->load(nullptr, soon())->version;
  const auto commit = [&] { return put(*store, base, sample_state(4)); };
  SECTION("by an edit in place") {
    before_rename(1, [&] { write_file(file.path, edit); });
    CHECK_FALSE(commit().committed);
  }
  SECTION("by a rename") {
    before_rename(1, [&] {
      write_file(file.path + "~", edit);
      fs::rename(file.path + "~", file.path);
    });
    CHECK_FALSE(commit().committed);
  }
  SECTION("by two renames, the second while the first is put back") {
    before_rename(1, [&] { write_file(file.path, write_document(sample_state(3, 4))); });
    before_rename(2, [&] {
      write_file(file.path + "~", edit);
      fs::rename(file.path + "~", file.path);
    });
    CHECK_FALSE(commit().committed);
  }
  SECTION("by an edit in place of the same size, within the clock's tick") {
    edit = read_file(file.path);
    edit[edit.find("\"memory_gb\": 32") + 14] = '9';
    before_rename(1, [&] { write_file(file.path, edit); });
    CHECK_FALSE(commit().committed);
  }
  SECTION("against an erase") {
    before_rename(1, [&] { write_file(file.path, edit); });
    CHECK_FALSE(store->commit({.id = {}, .base = base, .next = nullptr, .changes = {}, .records = {}}, soon()).committed);
  }
  CHECK(read_file(file.path) == edit);
  CHECK(read_file(file.history) == history);
  CHECK(read_file(file.backup) == backup);
  CHECK(file.scratch.names() == all_files);
}

TEST_CASE("an edit that a coarse clock hides is found by its content") {
  const StateFile file(3);
  const Armed armed({Strike::Kind::coarse_times, 0, 0});
  const auto store = file.open();
  REQUIRE(change(*store).committed);  // what is known is our own, and young
  const auto now = store->load(nullptr, soon());
  std::string edit = read_file(file.path);
  edit.replace(edit.find("sample-net"), 10, "edited-net");
  ClusterState next = now->state;
  next.revision += 1;
  before_rename(1, [&] {
    // In the same tick, as it would be stamped: of the same size, with the same time.
    const auto stamp = fs::last_write_time(file.path);
    write_file(file.path, edit);
    fs::last_write_time(file.path, stamp);
  });
  CHECK_FALSE(put(*store, now->version, next).committed);
  CHECK(read_file(file.path) == edit);
}

TEST_CASE("a state that is removed while it is being committed stays removed") {
  const StateFile file(3);
  const auto store = file.open();
  const auto base = store->load(nullptr, soon())->version;
  before_rename(1, [&] { fs::remove(file.path); });
  const auto result = put(*store, base, sample_state(4));
  CHECK_FALSE(result.committed);
  CHECK_FALSE(result.version);
  CHECK(file.scratch.names() == Names{"state.json.backup", "state.json.history"});
}

TEST_CASE("a state that appears while the first one is being committed stays") {
  const StateFile file;
  before_rename(1, [&] { write_file(file.path, write_document(sample_state(9))); });
  const auto result = put(*file.open(), std::nullopt, sample_state(1));
  CHECK_FALSE(result.committed);
  REQUIRE(result.version);
  CHECK(result.version->revision == 9);
  CHECK(file.scratch.names() == Names{"state.json"});
}

// SPDX-License-Identifier: MIT
// The two locks between threads, processes and forked children.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <atomic>
#include <thread>
#include "helpers.hpp"
#include "json_file/holder_text.hpp"

using namespace aihow::state;
using namespace aihow::test;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

Holder self(std::string what) { return {.host = "here", .program = "test", .what = std::move(what), .pid = getpid(), .since = Timestamp::now()}; }

/// Runs `body` in a forked child and returns its exit code; -1 where it was killed.
template <class Body>
int in_child(Body body) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    int code = 99;
    try {
      code = body();
    } catch (...) {
    }
    _exit(code);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
bool is_free(const StateFile& file, LockKind kind = LockKind::operation) {
  return code_of([&] { file.open()->lock(kind, self("probe"), within(0ms)); }) == errc{};
}

/// A child that takes the lock, says so, and lives until it is told to end or is killed.
struct HoldingChild {
  explicit HoldingChild(const StateFile& file) {
    int ready[2];
    REQUIRE(pipe(ready) == 0);
    pid = fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
      try {
        const auto store = file.open();
        const auto lock =
            store->lock(LockKind::operation, {.host = "there", .program = "child", .what = "long start", .pid = getpid(), .since = {}}, soon());
        if (write(ready[1], "x", 1) == 1) pause();
      } catch (...) {
      }
      _exit(1);
    }
    char byte = 0;
    close(ready[1]);
    const ssize_t count = read(ready[0], &byte, 1);
    close(ready[0]);
    REQUIRE(count == 1);
  }
  ~HoldingChild() { end(); }
  void end() {
    if (pid <= 0) return;
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    pid = -1;
  }
  pid_t pid;
};

}  // namespace

TEST_CASE("a holder in another process is named, and one that is killed frees the lock at once") {
  const StateFile file;
  HoldingChild child(file);
  const auto store = file.open();
  std::string text;
  CHECK(code_of([&] { store->lock(LockKind::operation, self("mine"), within(30ms)); }, &text) == errc::locked);
  CHECK_THAT(text, Contains("child") && Contains("long start") && Contains("there") && Contains(std::to_string(child.pid)));
  REQUIRE(store->holder(LockKind::operation, soon()));
  CHECK(store->holder(LockKind::operation, soon())->pid == child.pid);
  child.end();
  CHECK_FALSE(store->holder(LockKind::operation, soon()));
  CHECK(is_free(file));
}

TEST_CASE("a stopped holder keeps the lock") {
  const StateFile file;
  HoldingChild child(file);
  kill(child.pid, SIGSTOP);
  CHECK_FALSE(is_free(file));
}

TEST_CASE("a forked child has no part in its parent's lock") {
  const StateFile file;
  const auto store = file.open();
  SECTION("it knows that it has lost its copy, and cannot release the parent's") {
    auto lock = store->lock(LockKind::operation, self("parent"), soon());
    CHECK(in_child([&] {
            if (lock->held()) return 1;
            lock.reset();
            return 0;
          }) == 0);
    CHECK(lock->held());
    CHECK_FALSE(is_free(file));
  }
  SECTION("it is kept out by it") {
    const auto lock = store->lock(LockKind::operation, self("parent"), soon());
    CHECK(in_child([&] { return is_free(file) ? 1 : 0; }) == 0);
  }
  SECTION("it does not keep it when it outlives the parent's release") {
    int release[2];
    REQUIRE(pipe(release) == 0);
    auto lock = store->lock(LockKind::operation, self("parent"), soon());
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      char byte = 0;
      close(release[1]);
      static_cast<void>(!read(release[0], &byte, 1));
      _exit(0);
    }
    lock.reset();
    CHECK(is_free(file));
    close(release[1]);
    close(release[0]);
    waitpid(child, nullptr, 0);
  }
  SECTION("nor does a program that it becomes, or that is spawned without fork's handlers") {
    auto lock = store->lock(LockKind::operation, self("parent"), soon());
    std::string program = "sleep";
    std::string time = "1000";
    char* const words[] = {program.data(), time.data(), nullptr};
    pid_t spawned = 0;
    REQUIRE(posix_spawnp(&spawned, words[0], nullptr, nullptr, words, environ) == 0);
    int became[2];
    REQUIRE(pipe2(became, O_CLOEXEC) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      execvp(words[0], words);
      _exit(127);
    }
    // Closed by the exec: it has become the other program.
    char byte = 0;
    close(became[1]);
    CHECK(read(became[0], &byte, 1) == 0);
    close(became[0]);
    CHECK(lock->held());
    CHECK_FALSE(is_free(file));
    lock.reset();
    CHECK(is_free(file));
    for (const pid_t pid : {spawned, child}) {
      CHECK(kill(pid, SIGKILL) == 0);
      int status = 0;
      CHECK(waitpid(pid, &status, 0) == pid);
      CHECK(WIFSIGNALED(status));  // it lived until now
    }
  }
  SECTION("commits of its own take the lock themselves") {
    const auto lock = store->lock(LockKind::commit, self("parent"), soon());
    CHECK(in_child([&] {
            return code_of([&] {
                     const ClusterState state = sample_state(1);
                     store->commit({.id = {}, .base = {}, .next = &state, .changes = {}, .records = {}}, within(20ms));
                   }) == errc::locked
                       ? 0
                       : 1;
          }) == 0);
    CHECK(put(*store, std::nullopt, sample_state(1)).committed);
  }
}

TEST_CASE("forking while other threads lock loses nothing") {
  const StateFile file;
  std::atomic<bool> done = false;
  std::atomic<int> failures = 0;
  std::jthread locking([&] {
    const auto store = file.open();
    while (!done) {
      try {
        const auto lock = store->lock(LockKind::operation, self("thread"), soon());
        failures += !lock->held();
      } catch (const std::exception&) {
        ++failures;
      }
    }
  });
  for (int i = 0; i < 50; ++i) CHECK(in_child([] { return 0; }) == 0);
  done = true;
  locking.join();
  CHECK(failures == 0);
  CHECK(is_free(file));
}

TEST_CASE("a lock whose file was removed is lost, and no commit relies on it") {
  const StateFile file(1);
  const auto store = file.open();
  const auto operation = store->lock(LockKind::operation, self("start"), soon());
  const auto commit_lock = store->lock(LockKind::commit, self("start"), soon());
  fs::remove(file.lock);
  CHECK_FALSE(operation->held());
  CHECK(is_free(file));
  const ClusterState next = sample_state(2);
  const auto base = store->load(nullptr, soon())->version;
  CHECK(code_of([&] { store->commit({.id = {}, .base = base, .next = &next, .changes = {}, .records = {}, .under = operation.get()}, soon()); }) ==
        errc::conflict);
  CHECK(file.load()->version == base);
  CHECK(put(*store, base, next).committed);
}

TEST_CASE("under a lock that was lost the files of another's commit are not put in order") {
  const StateFile file(1);
  const auto store = file.open();
  const auto lost = store->lock(LockKind::commit, self("first"), soon());
  const auto base = store->load(nullptr, soon())->version;
  fs::remove(file.lock);
  const auto other = file.open();
  const auto held = other->lock(LockKind::commit, self("second"), soon());
  const std::string under_way = write_document(sample_state(2, 4));
  write_file(file.tmp, under_way);
  const ClusterState next = sample_state(2);
  CHECK(code_of([&] { store->commit({.id = {}, .base = base, .next = &next, .changes = {}, .records = {}}, within(30ms)); }) == errc::locked);
  CHECK(read_file(file.tmp) == under_way);
}

TEST_CASE("a lock whose directory was replaced is lost") {
  StateFile file;
  const std::string directory = file.scratch / "output";
  const auto store = make_json_file_store(directory + "/state.json");
  REQUIRE(change(*store).committed);
  const auto lock = store->lock(LockKind::operation, self("start"), soon());
  fs::rename(directory, directory + ".old");
  CHECK_FALSE(lock->held());
  CHECK(store->load(nullptr, soon()) == nullptr);
  CHECK(change(*store).version->revision == 1);
  CHECK(fs::exists(directory + "/state.json"));
}

TEST_CASE("a commit waits for another's commit lock until its deadline") {
  const StateFile file(1);
  const auto other = file.open();
  const auto lock = other->lock(LockKind::commit, self("slow commit"), soon());
  const ClusterState next = sample_state(2);
  const auto base = file.load()->version;
  std::string text;
  CHECK(code_of([&] { file.open()->commit({.id = {}, .base = base, .next = &next, .changes = {}, .records = {}}, within(20ms)); }, &text) ==
        errc::locked);
  CHECK_THAT(text, Contains("slow commit"));
  CHECK(other->commit({.id = {}, .base = base, .next = &next, .changes = {}, .records = {}}, within(20ms)).committed);
}

TEST_CASE("readers are kept waiting by no lock") {
  const StateFile file(2);
  const auto other = file.open();
  const auto operation = other->lock(LockKind::operation, self("x"), soon());
  const auto commit_lock = other->lock(LockKind::commit, self("x"), soon());
  CHECK(file.open()->load(nullptr, within(0ms))->version.revision == 2);
  CHECK(file.open()->records({}, within(0ms)).records.size() == 2);
}

TEST_CASE("a holder's text has a fixed size and comes back") {
  using namespace aihow::state::json_file;
  Holder holder{.host = "h\"ost\n", .program = "ai-how", .what = "hpc start", .pid = 42, .since = Timestamp::now()};
  const std::string text = holder_text(holder);
  CHECK(text.size() == holder_bytes);
  CHECK(text.find('\n') == holder_bytes - 1);
  const Holder back = parse_holder(text);
  CHECK(back.host == holder.host);
  CHECK(back.program == holder.program);
  CHECK(back.what == holder.what);
  CHECK(back.pid == holder.pid);
  CHECK(back.since == holder.since);
  for (const char* piece : {"x", "ä", "\"", "\x01"}) {
    for (int i = 0; i < 300; ++i) holder.what += piece;
    CHECK(holder_text(holder).size() == holder_bytes);
    CHECK(parse_holder(holder_text(holder)).pid == 42);
  }
  for (const std::string& nothing :
       {std::string(), std::string(512, ' '), std::string(512, '\0'), std::string("{\"pid\":"), std::string("[]"), std::string("{\"pid\":\"x\"}")}) {
    CHECK(parse_holder(nothing).pid == 0);
    CHECK_THAT(describe(parse_holder(nothing)), Contains("not said who"));
  }
}

TEST_CASE("processes that change one state at once, and are killed at random, lose no acknowledged change") {
  constexpr int processes = 4;
  const StateFile file(1);
  int acknowledged[2];
  REQUIRE(pipe(acknowledged) == 0);
  std::vector<pid_t> children;
  for (int i = 0; i < processes; ++i) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      try {
        const auto store = file.open();
        for (int done = 0; done < 25;) {
          if (!change_once(*store).committed) continue;
          if (write(acknowledged[1], "x", 1) != 1) _exit(2);
          ++done;
        }
        _exit(0);
      } catch (...) {
        _exit(1);
      }
    }
    children.push_back(child);
  }
  close(acknowledged[1]);
  // One of them dies in the middle of whatever it does, after a number of changes that is never the same.
  std::uint64_t count = 0;
  char byte = 0;
  while (count < 20 && read(acknowledged[0], &byte, 1) == 1) ++count;
  kill(children[0], SIGKILL);
  while (read(acknowledged[0], &byte, 1) == 1) ++count;
  close(acknowledged[0]);
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    if (child != children[0]) CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 0));
  }
  REQUIRE(change(*file.open()).committed);
  const auto last = file.load();
  // The killed one may have committed without having said so.
  CHECK(last->version.revision >= count + 2);
  CHECK(last->version.revision <= count + 3);
  CHECK(last->state.vms[0].cpu_cores == 8 + static_cast<int>(last->version.revision) - 1);
  const auto page = file.open()->records({.limit = 10'000}, soon());
  REQUIRE(page.records.size() == last->version.revision);
  for (std::size_t i = 0; i < page.records.size(); ++i) CHECK(page.records[i].revision == i + 1);
  CHECK(file.scratch.names() == all_files);
}

// SPDX-License-Identifier: MIT
// States of the past: each is exactly the document that was committed.
#include "manager/past.hpp"
#include <aihow/state/json.hpp>
#include <cstdlib>
#include <filesystem>
#include "manager/replay.hpp"
#include "place.hpp"
#include "random_life.hpp"
#include "support/forwarding_store.hpp"

using namespace aihow::state;
using namespace aihow::test;
namespace fs = std::filesystem;

namespace {

/// So many random steps; more where the tests are asked for the long run.
int steps() { return std::getenv("AIHOW_TEST_LONG") != nullptr ? 10'000 : 200; }

ManagerOptions keeping_all() {
  ManagerOptions options;
  options.store.history = {.max_revisions = 1'000'000, .max_bytes = std::uint64_t{1} << 40};
  return options;
}

/// A state without what an undo does not bring back: revision, times, checksum.
std::string timeless(ClusterState state) {
  state.revision = 1;
  state.last_modified = {};
  for (VMInfo& vm : state.vms) vm.last_seen = {};
  return write_document(state);
}

/// A store whose history is always beyond its bounds, and cannot be shortened.
class FullStore final : public ForwardingStore {
 public:
  explicit FullStore(bool out_of_memory) : out_of_memory_(out_of_memory) {}
  CommitResult commit(const Commit& commit, const Context& context) override {
    CommitResult result = inner.commit(commit, context);
    result.history_due = result.committed;
    return result;
  }
  void shorten_history(const FoldRecords&, const Context&) override {
    if (out_of_memory_) throw std::bad_alloc();
    throw Error(errc::io, "the device is full");
  }

 private:
  bool out_of_memory_;
};

std::uint64_t revision_of(ClusterStateManager& manager) { return manager.snapshot()->version.revision; }

}  // namespace

TEST_CASE("every kept revision is the document that was committed, byte for byte", "[manager][past]") {
  for (const bool hands : {false, true}) {
    for (std::uint32_t seed = 1; seed <= 3; ++seed) {
      const Place place("file");
      RandomLife life(place.location(), seed, keeping_all());
      for (int i = 0; i < steps() / 3; ++i) life.step(hands);
      auto& manager = life.manager();
      Replay replay(*manager.snapshot()->state.lineage);
      std::size_t found = 0;
      for (const Record& record : manager.records({.limit = SIZE_MAX}).records) {
        INFO("seed " << seed << ", hands " << hands << ", revision " << record.revision);
        replay.apply(record);
        REQUIRE(replay.state() != nullptr);
        const auto document = life.documents().find(record.revision);
        if (document == life.documents().end()) continue;
        REQUIRE(write_document(*replay.state()) == document->second);
        ++found;
      }
      CHECK(found == life.documents().size());
      for (int i = 0; i < 20; ++i) {
        const auto at = std::next(life.documents().begin(), life.pick(static_cast<int>(life.documents().size())));
        REQUIRE(write_document(manager.at(at->first)->state) == at->second);
        REQUIRE(manager.at(at->first)->version.token == document_token(at->second));
      }
    }
  }
}

TEST_CASE("many changes of a large state at once are replayed", "[manager][past]") {
  const Place place("file");
  ClusterStateManager manager(place.location());
  ClusterState state = make_state();
  const auto name = [](int i) { return "a-name-that-is-not-short-" + std::to_string(i); };
  for (int i = 0; i < 500; ++i) state.vms.push_back(make_vm(name(i)));
  manager.create(state, "import");
  std::map<std::uint64_t, std::string> documents;
  for (int round = 0; round < 4; ++round) {
    const auto made = manager.transaction("x", [&](ClusterState& s) {
      // Against the order of the list, so that each has to be searched for.
      std::reverse(s.vms.begin(), s.vms.end());
      for (std::size_t i = 0; i < s.vms.size(); i += 2) ++s.vms[i].cpu_cores;
    });
    const auto more = manager.transaction("y", [&](ClusterState& s) {
      s.vms.erase(s.vms.begin() + 3);
      for (VMInfo& vm : s.vms) ++vm.memory_gb;
      s.vms.insert(s.vms.begin() + 7, make_vm(name(1000 + round)));
    });
    documents[made->version.revision] = write_document(made->state);
    documents[more->version.revision] = write_document(more->state);
  }
  for (const auto& [revision, document] : documents) CHECK(write_document(manager.at(revision)->state) == document);
}

TEST_CASE("n undos lead back n changes, to the first document but for revision, times and checksum", "[manager][past]") {
  const Place place("file");
  RandomLife life(place.location(), 7, keeping_all());
  for (int i = 0; i < steps(); ++i) life.step(false);
  auto& manager = life.manager();
  for (std::uint64_t revision = revision_of(manager); revision-- > 1;) {
    if (life.pick(20) == 0) life.reopen();
    const Reversal done = life.manager().undo();
    REQUIRE(done.to == revision);
    REQUIRE(done.committed);
    REQUIRE(timeless(done.snapshot->state) == timeless(read_document(life.documents().at(revision)).state));
  }
  CHECK(error_of([&] { life.manager().undo(); }).code() == errc::not_found);
}

TEST_CASE("a shortened history keeps its newest part, exact, within its bounds", "[manager][past]") {
  struct Bounds {
    HistoryLimits limits;
    std::uint64_t least;  ///< so many revisions are kept at the end
  };
  for (const auto& [limits, least] : {Bounds{{.max_revisions = 8}, 6}, Bounds{{.max_bytes = 40'000}, 3}, Bounds{{.max_revisions = 1}, 1}}) {
    INFO(limits.max_revisions << " revisions, " << limits.max_bytes << " bytes");
    const Place place("file");
    ManagerOptions options;
    options.store.history = limits;
    RandomLife life(place.location(), 5, options);
    for (int i = 0; i < 120; ++i) {
      life.step(i % 40 > 30);
      if (!fs::exists(place.location() + ".history")) continue;
      const History history = life.manager().history({.limit = 1});
      // A hand may have put back what is older than all that is kept.
      if (history.newest_kept == 0) continue;
      CHECK(history.newest_kept - history.oldest_kept < limits.max_revisions);
      CHECK(fs::file_size(place.location() + ".history") <= limits.max_bytes);
      CHECK_FALSE(fs::exists(place.location() + ".history.tmp"));
    }
    auto& manager = life.manager();
    const History history = manager.history();
    CHECK(history.newest_kept - history.oldest_kept + 1 >= least);
    for (const HistoryEntry& entry : history.entries) {
      const auto document = life.documents().find(entry.revision);
      if (document != life.documents().end()) CHECK(write_document(manager.at(entry.revision)->state) == document->second);
    }
    CHECK(error_of([&] { manager.at(history.oldest_kept - 1); }).code() == errc::not_found);
    CHECK(manager.changes_since(1).gap);
    CHECK(manager.verify().empty());
  }
}

TEST_CASE("a document larger than its history may be is not kept in it, its changes are", "[manager][past]") {
  const Place place("file");
  ManagerOptions options;
  options.store.history.max_bytes = 4000;
  ClusterStateManager manager(place.location(), options);
  ClusterState state = make_state();
  for (int i = 0; i < 100; ++i) state.vms.push_back(make_vm("n" + std::to_string(i)));
  manager.create(state, "import");
  for (int i = 0; i < 10; ++i) manager.transaction("x", [](ClusterState& s) { ++s.vms[0].cpu_cores; });
  CHECK(fs::file_size(place.location() + ".history") <= 4000);
  CHECK(manager.history({.limit = 1}).entries[0].changes.size() == 2);
  CHECK(error_of([&] { manager.at(11); }).code() == errc::not_found);
  CHECK(error_of([&] { manager.undo(); }).code() == errc::not_found);
}

TEST_CASE("a shortening that fails is told, and no failure of the change", "[manager][past]") {
  for (const bool out_of_memory : {false, true}) {
    std::vector<std::string> told;
    ManagerOptions options;
    options.notice = [&](std::string_view text) { told.emplace_back(text); };
    ClusterStateManager manager(std::make_unique<FullStore>(out_of_memory), options);
    manager.create(make_state(), "import");
    CHECK(manager.transaction("x", [](ClusterState& s) { ++s.vms[0].cpu_cores; })->version.revision == 2);
    CHECK(manager.snapshot()->version.revision == 2);
    REQUIRE(told.size() >= 2);
    CHECK(has(told[0], "the next change tries again"));
    if (!out_of_memory) CHECK(has(told[1], "the device is full"));
  }
}

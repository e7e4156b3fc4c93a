// SPDX-License-Identifier: MIT
// States of the past: each is exactly the document that was committed.
#include <aihow/state/json.hpp>
#include <cstdlib>
#include <filesystem>
#include "manager/past.hpp"
#include "manager/replay.hpp"
#include "place.hpp"
#include "random_life.hpp"

using namespace aihow::state;
using namespace aihow::test;
namespace fs = std::filesystem;

namespace {

/// So many random steps; more where the tests are asked for the long run.
int steps() { return std::getenv("AIHOW_TEST_LONG") != nullptr ? 10'000 : 400; }

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

// SPDX-License-Identifier: MIT
// Documents of a newer format: refused, kept, never replaced.
#include <aihow/state/manager.hpp>
#include "helpers.hpp"

using namespace aihow::state;
using namespace aihow::test;
using Catch::Matchers::Contains;

namespace {

std::string of_a_newer_format(std::string document) {
  const std::string now = "\"format_version\": 1";
  const auto at = document.find(now);
  return document.replace(at, now.size(), "\"format_version\": 2");
}

}  // namespace

TEST_CASE("a newer format is refused and never overwritten") {
  const StateFile file(2);
  const std::string document = of_a_newer_format(read_file(file.path));
  write_file(file.path, document);
  make_old(file.path);
  const auto names = file.scratch.names();
  const auto refused = [&](const auto& call) { return code_of(call) == errc::unsupported_version; };
  CHECK(refused([&] { file.load(); }));
  CHECK(refused([&] { put(*file.open(), std::nullopt, sample_state(3)); }));
  CHECK(refused([&] { file.open()->commit({.id = {}, .base = std::nullopt, .next = nullptr, .changes = {}, .records = {}}, soon()); }));
  CHECK(refused([&] { file.open()->verify(true, soon()); }));
  ClusterStateManager manager(file.path);
  CHECK(refused([&] { manager.transaction("x", [](auto& next) { next.vms.clear(); }); }));
  CHECK(refused([&] { manager.restore(file.backup); }));
  CHECK(refused([&] { manager.erase("x"); }));
  CHECK(refused([&] { manager.create(sample_state(1), "x"); }));
  CHECK(read_file(file.path) == document);
  CHECK(file.scratch.names() == names);
}

TEST_CASE("a backup of a newer format is moved aside, not replaced") {
  const StateFile file(2);
  const std::string backup = of_a_newer_format(read_file(file.backup));
  write_file(file.backup, backup);
  const auto changed = change(*file.open());
  CHECK(changed.committed);
  REQUIRE(changed.notices.size() == 1);
  CHECK_THAT(changed.notices[0], Contains("moved aside, to state.json.backup.unsupported"));
  CHECK(read_file(file.scratch / "state.json.backup.unsupported") == backup);
  CHECK(read_document(read_file(file.backup)).state.revision == 2);
}

TEST_CASE("a revision that a backup shows is not used again, whatever else the backup is") {
  // Neither its end nor its form is the library's: a rule is broken, and `aihow` stands first.
  const StateFile file(1);
  write_file(file.backup, R"({"aihow": {"format_version": 1, "lineage": ")" + file.load()->version.lineage.to_string() +
                              R"(", "revision": 41}, "cluster_name": ""})");
  CHECK(file.load()->highest == 41);
  CHECK(change(*file.open()).version->revision == 42);
}

// SPDX-License-Identifier: MIT
// Taking over a state of the existing Python tool.
#include <aihow/state/json.hpp>
#include "file_bytes.hpp"
#include "place.hpp"
#include "states.hpp"
#include "unit/import/layout_2.hpp"

using namespace aihow::state;
using namespace aihow::test;

namespace {

std::string kind() { return GENERATE(from_range(kinds_of_places())); }

/// A place with such a file beside it.
struct Importing : Place {
  explicit Importing(const std::string& kind_of_place) : Place(kind_of_place) { write(old, layout_2()); }
  const std::string old = file("old.json");
  std::vector<std::string> notices;
  ClusterStateManager manager() {
    ManagerOptions options;
    options.lock_timeout = std::chrono::milliseconds(0);
    options.notice = [this](std::string_view text) { notices.emplace_back(text); };
    return ClusterStateManager(location(), options);
  }
};

}  // namespace

TEST_CASE("an imported state is the first revision of a new lineage, and the file stays as it is", "[manager][import]") {
  Importing place(kind());
  ClusterStateManager manager = place.manager();
  const SnapshotPtr snapshot = manager.import_file(place.old);
  CHECK(snapshot->state.revision == 1);
  CHECK(snapshot->state.lineage);
  CHECK(snapshot->state.vms.at(0).name == "a");
  CHECK(*manager.get_state() == snapshot->state);
  CHECK(bytes_of(place.old) == layout_2());
  const RecordPage page = manager.records({});
  REQUIRE(page.records.size() == 1);
  CHECK(has(page.records[0].json, "\"operation\":\"import\""));
  CHECK(place.notices.empty());
}

TEST_CASE("a state of the same cluster is replaced only where that is asked for, as its next revision", "[manager][import]") {
  Importing place(kind());
  ClusterStateManager manager = place.manager();
  const auto lineage = manager.import_file(place.old)->state.lineage;
  manager.add_vm(make_vm("b"));
  const Error refused = error_of([&] { manager.import_file(place.old); });
  CHECK(refused.code() == errc::invalid);
  CHECK(has(refused.what(), "\"c\" (hpc) stands here already, revision 2"));
  CHECK(manager.get_all_vms().size() == 2);

  const SnapshotPtr replaced = manager.import_file(place.old, true);
  CHECK(replaced->state.revision == 3);
  CHECK(replaced->state.lineage == lineage);
  CHECK(replaced->state.vms.size() == 1);
  CHECK(manager.import_file(place.old, true)->state.revision == 3);
}

TEST_CASE("a state of another cluster is never replaced, and both are named", "[manager][import]") {
  Importing place(kind());
  ClusterStateManager manager = place.manager();
  for (const auto& [name, type] : {std::pair{"other", "hpc"}, {"c", "cloud"}}) {
    manager.ensure_state(name, type);
    const Error refused = error_of([&] { manager.import_file(place.old, true); });
    CHECK(refused.code() == errc::invalid);
    CHECK(has(refused.what(), std::string("\"") + name + "\" (" + type + ")"));
    CHECK(has(refused.what(), "\"c\" (hpc)"));
    CHECK(manager.get_state()->cluster_name == name);
    manager.erase("x");
  }
}

TEST_CASE("an import that is refused keeps nothing either", "[manager][import]") {
  Importing place("file");
  ClusterStateManager manager = place.manager();
  manager.create(make_state(), "test");
  write(place.location() + ".backup", layout_2("", "paused"));
  CHECK(error_of([&] { manager.import_file(place.old, true); }).code() == errc::invalid);
  CHECK_FALSE(std::filesystem::exists(place.location() + ".backup.unsupported"));
}

TEST_CASE("a file that cannot be converted leaves no trace", "[manager][import]") {
  Importing place("file");
  ClusterStateManager manager = place.manager();
  write(place.old, "{");
  CHECK(error_of([&] { manager.import_file(place.old); }).code() == errc::corrupt);
  CHECK(error_of([&] { manager.import_file(place.file("none")); }).code() == errc::not_found);
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(place.old).parent_path())) ++files;
  CHECK(files == 1);
}

TEST_CASE("an import is an operation: it waits for others", "[manager][import]") {
  Importing place(kind());
  ClusterStateManager manager = place.manager();
  ClusterStateManager other(place.location());
  const Operation operation = other.begin_operation("hpc start");
  CHECK(error_of([&] { manager.import_file(place.old); }).code() == errc::locked);
  CHECK(manager.snapshot() == nullptr);
}

TEST_CASE("a file that stands where the state is to be is converted in its place, and kept beside it", "[manager][import]") {
  Importing place("file");
  ClusterStateManager manager = place.manager();
  write(place.location(), layout_2());
  CHECK(error_of([&] { manager.snapshot(); }).code() == errc::unsupported_version);
  const SnapshotPtr snapshot = manager.import_file(place.location());
  CHECK(snapshot->state.revision == 1);
  CHECK(snapshot->state.vms.at(0).name == "a");
  CHECK(read_document(bytes_of(place.location())).integrity == Integrity::valid);
  CHECK(bytes_of(place.location() + ".layout-2") == layout_2());
  REQUIRE(place.notices.size() == 1);
  CHECK(has(place.notices[0], ".layout-2"));
}

TEST_CASE("what an import keeps is never written over", "[manager][import]") {
  Importing place("file");
  ClusterStateManager manager = place.manager();
  write(place.location(), layout_2());
  write(place.location() + ".layout-2", "mine");
  write(place.location() + ".backup", layout_2("", "paused"));
  write(place.location() + ".new", "a draft");
  write(place.location() + ".layout-2.new", "another");
  manager.import_file(place.location());
  CHECK(bytes_of(place.location() + ".new") == "a draft");
  CHECK(bytes_of(place.location() + ".layout-2.new") == "another");
  CHECK(bytes_of(place.location() + ".layout-2") == "mine");
  CHECK(bytes_of(place.location() + ".layout-2-1") == layout_2());
  CHECK(bytes_of(place.location() + ".backup.unsupported") == layout_2("", "paused"));
}

TEST_CASE("a symlink in the state's place stays one", "[manager][import]") {
  Importing place("file");
  ClusterStateManager manager = place.manager();
  std::filesystem::create_directory(place.file("real"));
  write(place.file("real/s.json"), layout_2());
  std::filesystem::create_symlink("real/s.json", place.location());
  manager.import_file(place.location());
  CHECK(std::filesystem::is_symlink(place.location()));
  CHECK(bytes_of(place.file("real/s.json.layout-2")) == layout_2());
  CHECK(manager.snapshot()->state.revision == 1);
}

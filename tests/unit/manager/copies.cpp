// SPDX-License-Identifier: MIT
#include <sys/stat.h>
#include <aihow/state/json.hpp>
#include "file_bytes.hpp"
#include "place.hpp"
#include "states.hpp"

using namespace aihow::state;
using namespace aihow::test;

namespace {

struct Filled : Place {
  explicit Filled(const std::string& kind) : Place(kind) { ClusterStateManager(location()).create(make_state(), "import"); }
};

std::string kind() { return GENERATE(from_range(kinds_of_places())); }

}  // namespace

TEST_CASE("a backup is the newest document, for its owner only, with nothing left beside it", "[manager][copies]") {
  const Filled place(kind());
  ClusterStateManager manager(place.location());
  const std::string copy = place.file("copies.json");
  write(copy, "what was there before");
  manager.backup(copy);
  CHECK(bytes_of(copy) == write_document(manager.snapshot()->state));
  struct stat status {};
  REQUIRE(::stat(copy.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0600);
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(copy).parent_path())) {
    CHECK_FALSE(has(entry.path().filename().string(), "copies.json."));
  }
}

TEST_CASE("a backup that cannot be written is an error with its path, and leaves what was there", "[manager][copies]") {
  const Filled place(kind());
  ClusterStateManager manager(place.location());
  const Error error = error_of([&] { manager.backup(place.file("no/such/directory.json")); });
  CHECK(error.code() == errc::not_found);
  CHECK(error.path() == place.file("no/such/directory.json"));
  std::filesystem::create_directory(place.file("directory"));
  CHECK(error_of([&] { manager.backup(place.file("directory")); }).code() == errc::invalid);
  CHECK(std::filesystem::is_directory(place.file("directory")));
  CHECK(error_of([&] { manager.backup(""); }).code() == errc::invalid);
  CHECK(error_of([&] { ClusterStateManager(Place("memory").location()).backup(place.file("x")); }).code() == errc::not_found);
}

TEST_CASE("restoring makes a new revision of the document's content", "[manager][copies]") {
  const Filled place(kind());
  ClusterStateManager manager(place.location());
  const auto before = manager.snapshot();
  manager.backup(place.file("copy.json"));
  manager.transaction("x", [](ClusterState& s) {
    s.vms.clear();
    s.status = "error";
  });
  const auto restored = manager.restore(place.file("copy.json"));
  CHECK(restored->version.revision == 3);
  CHECK(restored->state.lineage == before->state.lineage);
  CHECK(restored->state.vms == before->state.vms);
  CHECK(restored->state.status == before->state.status);
  CHECK(earlier(before->state.last_modified, restored->state.last_modified));
  CHECK(manager.restore(place.file("copy.json"))->version == restored->version);
}

TEST_CASE("restoring where nothing stands goes on with the document's lineage", "[manager][copies]") {
  const Filled place(kind());
  ClusterStateManager manager(place.location());
  const auto before = manager.snapshot();
  manager.backup(place.file("copy.json"));
  manager.transaction("x", [](ClusterState& s) { s.vms.pop_back(); });
  manager.erase("destroy");
  const auto restored = manager.restore(place.file("copy.json"));
  CHECK(restored->state.lineage == before->state.lineage);
  CHECK(restored->version.revision == 4);
  CHECK(restored->state.vms == before->state.vms);

  const Place elsewhere(kind());
  CHECK(ClusterStateManager(elsewhere.location()).restore(place.file("copy.json"))->version.revision == 2);
}

TEST_CASE("an unsigned document of the cluster may be restored", "[manager][copies]") {
  const Filled place(kind());
  ClusterStateManager manager(place.location());
  ClusterState state = make_state();
  state.vms[0].cpu_cores = 64;
  write(place.file("unsigned.json"), write_document(state));
  const auto restored = manager.restore(place.file("unsigned.json"));
  CHECK(restored->state.vms[0].cpu_cores == 64);
  CHECK(restored->version.revision == 2);
}

TEST_CASE("what is not this cluster's document is refused, and nothing is changed", "[manager][copies]") {
  const Filled place(kind());
  std::vector<std::string> told;
  ManagerOptions options;
  options.notice = [&](std::string_view text) { told.emplace_back(text); };
  ClusterStateManager manager(place.location(), options);
  const std::string path = place.file("copy.json");
  CHECK(error_of([&] { manager.restore(path); }).code() == errc::not_found);
  write(path, "{");
  CHECK(error_of([&] { manager.restore(path); }).code() == errc::corrupt);
  ClusterState state = *manager.get_state();
  state.vms[0].cpu_cores = 0;
  write(path, write_document(state));
  const Error invalid = error_of([&] { manager.restore(path); });
  CHECK(invalid.path() == path);
  state = *manager.get_state();
  state.lineage = Uuid{{1}};
  write(path, write_document(state));
  CHECK(error_of([&] { manager.restore(path); }).code() == errc::conflict);
  state = *manager.get_state();
  state.cluster_name = "other";
  write(path, write_document(state));
  const Error other = error_of([&] { manager.restore(path); });
  CHECK(other.code() == errc::conflict);
  CHECK(has(other.what(), "\"other\""));
  std::filesystem::remove(path);
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  CHECK(error_of([&] { manager.restore(path); }).code() == errc::invalid);
  CHECK(manager.snapshot()->version.revision == 1);
  CHECK(told.empty());
}

TEST_CASE("restoring a document that was edited by hand says so", "[manager][copies]") {
  const Filled place(kind());
  std::vector<std::string> told;
  ManagerOptions options;
  options.notice = [&](std::string_view text) { told.emplace_back(text); };
  ClusterStateManager manager(place.location(), options);
  std::string bytes = write_document(manager.snapshot()->state);
  bytes.replace(bytes.find("\"cpu_cores\": 2"), 14, "\"cpu_cores\": 9");
  write(place.file("copy.json"), bytes);
  CHECK(manager.restore(place.file("copy.json"))->state.vms[0].cpu_cores == 9);
  REQUIRE(told.size() == 1);
  CHECK(has(told[0], "edited"));
}

TEST_CASE("an older copy that this process knows, and others have gone on from, is changed at once", "[manager][copies]") {
  const Filled place("file");
  ManagerOptions at_once;
  at_once.lock_timeout = std::chrono::milliseconds(0);
  ClusterStateManager manager(place.location(), at_once);
  REQUIRE(manager.snapshot()->version.revision == 1);
  const std::string older = bytes_of(place.location());
  ClusterStateManager(place.location()).add_vm(make_vm("d"));
  write(place.location(), older);
  CHECK(manager.snapshot()->version.revision == 1);
  manager.add_vm(make_vm("e"));
  CHECK(manager.snapshot()->version.revision == 3);
  CHECK_FALSE(manager.get_vm("d"));
  CHECK(manager.get_vm("e"));
}

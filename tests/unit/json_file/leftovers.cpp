// SPDX-License-Identifier: MIT
// What a commit that was killed leaves, at each point where it can be, and what the next one makes of it.
#include <aihow/state/json.hpp>
#include "helpers.hpp"

using namespace aihow::state;
using namespace aihow::test;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

std::string document(std::uint64_t revision, std::uint8_t lineage = 1) { return write_document(sample_state(revision, 2, lineage)); }
void append(const std::string& path, std::string_view text) { write_file(path, read_file(path) + std::string(text)); }

/// The next change lands with the next revision, and nothing is left over.
void check_goes_on(const StateFile& file, std::uint64_t next, const Names& names = all_files) {
  const auto store = file.open();
  const auto result = change(*store);
  REQUIRE(result.committed);
  CHECK(result.version->revision == next);
  CHECK(file.scratch.names() == names);
  const auto page = store->records({}, soon());
  REQUIRE_FALSE(page.records.empty());
  for (std::size_t i = 0; i < page.records.size(); ++i) CHECK(page.records[i] == record(page.oldest_kept + i));
  CHECK(page.records.back().revision == next);
  CHECK(file.open()->verify(false, soon()).empty());
}

}  // namespace

TEST_CASE("a half-written tmp is removed") {
  for (const std::string& half : {std::string(), std::string("{\"cluster"), document(3).substr(0, 200)}) {
    const StateFile file(2);
    write_file(file.tmp, half);
    CHECK(file.load()->version.revision == 2);
    CHECK(fs::exists(file.tmp));
    check_goes_on(file, 3);
  }
}

TEST_CASE("a whole tmp that never reached its place is removed") {
  const StateFile file(2);
  write_file(file.tmp, document(3));
  check_goes_on(file, 3);
}

TEST_CASE("a record of a commit that never was is dropped, and its revision is free") {
  const StateFile file(2);
  write_file(file.tmp, document(3));
  append(file.history, record(3, "never").json + "\n");
  const auto store = file.open();
  CHECK(store->load(nullptr, soon())->highest == 2);
  CHECK(store->records({}, soon()).records.size() == 2);  // not shown meanwhile
  check_goes_on(file, 3);
}

TEST_CASE("a displaced document in tmp becomes the backup") {
  const StateFile file(3);
  const std::string displaced = read_file(file.backup);
  fs::rename(file.backup, file.tmp);
  write_file(file.backup, document(1));
  CHECK(file.load()->version.revision == 3);
  CHECK_THAT(file.open()->verify(true, soon()).back(), Contains("revision 2 is the backup"));
  CHECK(read_file(file.backup) == displaced);
  check_goes_on(file, 4);
}

TEST_CASE("the document of another tool in tmp, displaced by the first commit, becomes the backup") {
  const StateFile file(1);
  ClusterState foreign = sample_state(0);
  foreign.lineage.reset();
  write_file(file.tmp, write_document(foreign));
  CHECK(file.open()->verify(true, soon()).size() == 2);
  CHECK(read_file(file.backup) == write_document(foreign));
  check_goes_on(file, 2);
}

TEST_CASE("a touch's tmp is removed, whichever of the two it is") {
  const StateFile file(2);
  ClusterState touched = file.load()->state;
  touched.last_modified = Timestamp::now();
  write_file(file.tmp, write_document(touched));
  const std::string backup = read_file(file.backup);
  CHECK(file.open()->verify(true, soon()).size() == 1);
  CHECK(read_file(file.backup) == backup);
  check_goes_on(file, 3);
}

TEST_CASE("a first commit that never was leaves nothing") {
  StateFile file;
  write_file(file.tmp, document(1));
  write_file(file.history + ".tmp", "{\"revision\":0,\"lineage\":\"" + sample_lineage().to_string() + "\"}\n" + record(1, "never").json + "\n");
  CHECK(file.load() == nullptr);
  check_goes_on(file, 1, {"state.json", "state.json.history"});
}

TEST_CASE("a first commit that was killed after its commit point is completed") {
  const StateFile file(1);
  fs::rename(file.history, file.history + ".tmp");
  check_goes_on(file, 2);
}

TEST_CASE("a history that was begun for a commit that never was is removed") {
  const StateFile file(2);
  fs::remove(file.history);
  write_file(file.tmp, document(3));
  write_file(file.history + ".tmp", "{\"revision\":0,\"lineage\":\"" + sample_lineage().to_string() + "\"}\n" + record(3, "never").json + "\n");
  check_goes_on(file, 3);
  CHECK(file.open()->records({}, soon()).oldest_kept == 3);
}

TEST_CASE("another lineage's first commit that was killed is completed") {
  const std::string old = sample_lineage().to_string();
  const std::string begun = "{\"revision\":0,\"lineage\":\"" + sample_lineage(2).to_string() + "\"}\n" + record(1).json + "\n";
  SECTION("after its commit point") {
    const StateFile file(2);
    fs::rename(file.path, file.tmp);
    write_file(file.path, document(1, 2));
    write_file(file.history + ".tmp", begun);
    check_goes_on(
        file, 2,
        {"state.json", "state.json.backup", "state.json.history", "state.json.of-" + old, "state.json.backup-" + old, "state.json.history-" + old});
  }
  SECTION("before it: nothing of it is left") {
    const StateFile file(2);
    write_file(file.tmp, document(1, 2));
    write_file(file.history + ".tmp", begun);
    check_goes_on(file, 3);
  }
}

TEST_CASE("an erase that was killed after its commit point is completed") {
  const StateFile file(3);
  const std::string last = read_file(file.path);
  fs::rename(file.path, file.path + ".prev");
  CHECK(file.load() == nullptr);
  CHECK_FALSE(file.open()->verify(true, soon()).empty());
  CHECK(read_file(file.backup) == last);
  CHECK(file.scratch.names() == Names{"state.json.backup", "state.json.history"});
}

TEST_CASE("a copy of the old document, made where names cannot be exchanged") {
  const StateFile file(3);
  SECTION("before the new one is in its place: removed") {
    fs::copy(file.path, file.path + ".prev");
    check_goes_on(file, 4);
  }
  SECTION("after: it becomes the backup") {
    const std::string second = read_file(file.backup);
    fs::rename(file.backup, file.path + ".prev");
    CHECK_FALSE(file.open()->verify(true, soon()).empty());
    CHECK(read_file(file.backup) == second);
    check_goes_on(file, 4);
  }
  SECTION("half-written: removed") {
    write_file(file.path + ".prev", "{");
    check_goes_on(file, 4);
  }
}

TEST_CASE("a mending that was killed") {
  const StateFile file(3);
  const std::string mend = file.path + ".mend";
  SECTION("before its commit point: removed") {
    write_file(mend, document(4));
    check_goes_on(file, 4);
  }
  SECTION("before its commit point, while the document is still broken: removed") {
    write_file(mend, document(4));
    append(file.history, record(4, "never").json + "\n");
    write_file(file.path, "broken");
    make_old(file.path);
    REQUIRE(change(*file.open()).committed);
    CHECK_FALSE(fs::exists(mend));
    CHECK(file.load()->version.revision == 4);
  }
  SECTION("after: the broken document is kept") {
    write_file(mend, "broken");
    REQUIRE(change(*file.open()).committed);
    std::size_t kept = 0;
    for (const std::string& name : file.scratch.names()) {
      if (name.starts_with("state.json.corrupt-")) kept += read_file(file.scratch / name) == "broken";
    }
    CHECK(kept == 1);
    CHECK(file.scratch.names().size() == 4);
  }
}

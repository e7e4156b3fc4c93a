// SPDX-License-Identifier: MIT
// People at the file: editing, copying, restoring, removing, breaking.
#include <unistd.h>
#include "helpers.hpp"

using namespace aihow::state;
using namespace aihow::test;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

std::string edited(std::string document) {
  const auto at = document.find("\"cpu_cores\": ");
  REQUIRE(at != std::string::npos);
  return document.replace(at, std::string("\"cpu_cores\": ").size(), "\"cpu_cores\": 4");
}
void by_rename(const std::string& path, std::string_view bytes) {
  write_file(path + "~new", bytes);
  fs::rename(path + "~new", path);
}
std::string only_corrupt_file(const StateFile& file) {
  std::string found;
  for (const std::string& name : file.scratch.names()) {
    if (name.find(".corrupt-") == std::string::npos) continue;
    CHECK(found.empty());
    found = name;
  }
  return found;
}
std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

}  // namespace

TEST_CASE("an edit by hand is taken as it is, and said") {
  for (const auto write : {write_file, by_rename}) {
    const StateFile file(2);
    const auto store = file.open();
    const auto before = store->load(nullptr, soon());
    write(file.path, edited(read_file(file.path)));
    const auto after = store->load(before, soon());
    REQUIRE(after);
    CHECK(after != before);
    CHECK(after->state.vms[0].cpu_cores == 49);
    CHECK(after->version.revision == 2);
    CHECK(after->version.token != before->version.token);
    CHECK_THAT(joined(after->notices), Contains("edited by hand"));
    CHECK_FALSE(put(*store, before->version, sample_state(3)).committed);
    REQUIRE(change(*store).committed);
    CHECK(file.load()->notices.empty());
    CHECK(read_document(read_file(file.backup)).state.vms[0].cpu_cores == 49);
  }
}

TEST_CASE("edits that follow a commit at once are seen") {
  const StateFile file(1);
  const auto store = file.open();
  for (int round = 0; round < 50; ++round) {
    REQUIRE(change(*store).committed);
    const auto before = store->load(nullptr, soon());
    // The same size, within the same tick of the clock that stamps files.
    std::string document = read_file(file.path);
    const auto at = document.find("\"memory_gb\": 3") + std::string("\"memory_gb\": 3").size();
    document[at] = document[at] == '2' ? '3' : '2';
    write_file(file.path, document);
    REQUIRE_FALSE(put(*store, before->version, sample_state(before->highest + 1)).committed);
    REQUIRE(store->load(before, soon())->state.vms[0].memory_gb == 30 + (document[at] - '0'));
  }
}

TEST_CASE("a strict store refuses an edited document and touches nothing") {
  const StateFile file(2);
  const std::string document = edited(read_file(file.path));
  write_file(file.path, document);
  const auto store = file.open({.strict = true});
  std::string text;
  CHECK(code_of([&] { store->load(nullptr, soon()); }, &text) == errc::corrupt);
  CHECK_THAT(text, Contains("edited by hand"));
  CHECK(code_of([&] { put(*store, std::nullopt, sample_state(3)); }) == errc::corrupt);
  CHECK(read_file(file.path) == document);
  CHECK(file.scratch.names() == all_files);
  CHECK(file.load());
}

TEST_CASE("copying the backup over the state works, is said, and never makes a revision twice") {
  for (const auto write : {write_file, by_rename}) {
    const StateFile file(4);
    write(file.path, read_file(file.backup));
    const auto snapshot = file.load();
    REQUIRE(snapshot);
    CHECK(snapshot->version.revision == 3);
    CHECK(snapshot->highest == 4);
    CHECK_THAT(joined(snapshot->notices), Contains("older copy") && Contains("becomes 5"));
    CHECK_FALSE(put(*file.open(), snapshot->version, sample_state(4)).committed);
    const auto result = change(*file.open());
    REQUIRE(result.committed);
    CHECK(result.version->revision == 5);
    const auto page = file.open()->records({}, soon());
    REQUIRE(page.records.size() == 5);
    CHECK(page.records.back().revision == 5);
  }
}

TEST_CASE("copying the backup over the state counts even where the history is gone") {
  const StateFile file(4);
  fs::remove(file.history);
  const std::string kept = read_file(file.path);
  write_file(file.path, read_file(file.backup));
  CHECK(file.load()->highest == 3);
  write_file(file.path, kept);
  REQUIRE(change(*file.open()).committed);
  write_file(file.path, kept);
  CHECK(file.load()->highest == 5);
}

TEST_CASE("an older copy from elsewhere works, and the revision keeps growing") {
  const StateFile file(1);
  const std::string old = read_file(file.path);
  for (int i = 0; i < 5; ++i) REQUIRE(change(*file.open()).committed);
  write_file(file.path, old);
  CHECK(file.load()->version.revision == 1);
  const auto result = change(*file.open());
  REQUIRE(result.committed);
  CHECK(result.version->revision == 7);
}

TEST_CASE("a document of another tool, without our member, is taken up") {
  StateFile file;
  ClusterState foreign = sample_state(0);
  foreign.lineage.reset();
  write_file(file.path, write_document(foreign));
  const auto snapshot = file.load();
  REQUIRE(snapshot);
  CHECK(snapshot->version.revision == 0);
  CHECK(snapshot->version.lineage.is_nil());
  CHECK(snapshot->highest == 0);
  REQUIRE(change(*file.open()).committed);
  CHECK(file.load()->version.revision == 1);
  CHECK(read_file(file.backup) == write_document(foreign));
}

TEST_CASE("broken documents are noticed, the backup answers, and the next change keeps the broken one") {
  const std::string good = [] { return read_file(StateFile(3).path); }();
  const std::string broken[] = {
      "", "{", good.substr(0, good.size() / 2), good.substr(0, good.size() - 3), std::string(good.size(), '\0'), "not json at all"};
  for (const std::string& bytes : broken) {
    INFO(bytes.size() << " bytes: " << bytes.substr(0, 20));
    const StateFile file(3);
    write_file(file.path, bytes);
    make_old(file.path);
    const auto store = file.open();
    const auto snapshot = store->load(nullptr, soon());
    REQUIRE(snapshot);
    CHECK(snapshot->version.revision == 2);
    CHECK(snapshot->highest == 3);
    CHECK_THAT(joined(snapshot->notices), Contains("not a valid document") && Contains("revision 2"));
    CHECK(read_file(file.path) == bytes);  // readers repair nothing
    CHECK(file.scratch.names() == all_files);

    const std::string backup = read_file(file.backup);
    REQUIRE(change(*store).committed);
    CHECK(file.load()->version.revision == 4);
    CHECK(file.load()->state.vms[0].cpu_cores == snapshot->state.vms[0].cpu_cores + 1);
    CHECK(read_file(file.backup) == backup);
    const std::string kept = only_corrupt_file(file);
    REQUIRE_FALSE(kept.empty());
    CHECK(read_file(file.scratch / kept) == bytes);
    CHECK(file.scratch.names().size() == 4);
  }
}

TEST_CASE("both broken: refused in words, nothing touched") {
  const StateFile file(2);
  write_file(file.path, "{\"cluster_name\": ");
  write_file(file.backup, "");
  make_old(file.path);
  const auto store = file.open();
  std::string text;
  CHECK(code_of([&] { store->load(nullptr, soon()); }, &text) == errc::corrupt);
  CHECK_THAT(text, Contains("state.json") && Contains("backup"));
  CHECK(code_of([&] { put(*store, std::nullopt, sample_state(3)); }) == errc::corrupt);
  CHECK(code_of([&] { store->verify(true, soon()); }) == errc::corrupt);
  CHECK(store->verify(false, soon()).size() == 1);
  CHECK(read_file(file.path) == "{\"cluster_name\": ");
  CHECK(read_file(file.backup).empty());
  CHECK(file.scratch.names() == all_files);
}

TEST_CASE("broken without a backup is refused") {
  const StateFile file(1);
  write_file(file.path, "");
  make_old(file.path);
  std::string text;
  CHECK(code_of([&] { file.load(); }, &text) == errc::corrupt);
  CHECK_THAT(text, Contains("no backup"));
}

TEST_CASE("one that breaks rules is not valid either: the backup answers, and the next change keeps it aside") {
  const StateFile file(2);
  std::string document = read_file(file.path);
  const auto at = document.find("\"cpu_cores\": ") + std::string_view("\"cpu_cores\": ").size();
  document.replace(at, document.find(',', at) - at, "0");
  write_file(file.path, document);
  make_old(file.path);
  const auto store = file.open();
  const auto snapshot = store->load(nullptr, soon());
  CHECK(snapshot->version.revision == 1);
  REQUIRE(snapshot->notices.size() == 1);
  CHECK_THAT(snapshot->notices[0], Contains("/vms/0/cpu_cores: expected an integer from 1 to 4096, found 0"));
  CHECK(change(*store).committed);
  CHECK(store->load(nullptr, soon())->version.revision == 3);
  CHECK(read_file(file.scratch / only_corrupt_file(file)) == document);
}

TEST_CASE("a document that is just being copied is waited for") {
  const StateFile file(2);
  const std::string good = read_file(file.path);
  write_file(file.path, std::string_view(good).substr(0, 100));  // young
  const auto store = file.open();
  const auto began = std::chrono::steady_clock::now();
  CHECK(store->load(nullptr, soon())->version.revision == 1);
  CHECK(std::chrono::steady_clock::now() - began >= std::chrono::milliseconds(200));

  write_file(file.path, std::string_view(good).substr(0, 100));
  std::stop_source stop;
  stop.request_stop();
  CHECK(code_of([&] { store->load(nullptr, {.stop = stop.get_token()}); }) == errc::cancelled);
  CHECK(store->load(nullptr, within(std::chrono::milliseconds(0)))->version.revision == 1);
}

TEST_CASE("no state is no state, whatever lies beside it") {
  const StateFile file(3);
  fs::remove(file.path);
  CHECK(file.load() == nullptr);
  CHECK(file.scratch.names() == Names{"state.json.backup", "state.json.history"});
}

TEST_CASE("another lineage moves backup and history aside, under the old one's name") {
  const StateFile file(3);
  const std::string backup = read_file(file.backup);
  const std::string history = read_file(file.history);
  fs::remove(file.path);
  const auto result = put(*file.open(), std::nullopt, sample_state(1, 2, 2));
  REQUIRE(result.committed);
  CHECK(result.highest == 1);
  CHECK_THAT(joined(result.notices), Contains(sample_lineage().to_string()));
  const std::string old = sample_lineage().to_string();
  CHECK(file.scratch.names() == Names{"state.json", "state.json.history", "state.json.backup-" + old, "state.json.history-" + old});
  CHECK(read_file(file.backup + "-" + old) == backup);
  CHECK(read_file(file.history + "-" + old) == history);
  CHECK(file.load()->highest == 1);
}

TEST_CASE("a commit of another lineage over a standing state keeps all of that") {
  const StateFile file(3);
  const std::string document = read_file(file.path);
  const std::string backup = read_file(file.backup);
  REQUIRE(put(*file.open(), file.load()->version, sample_state(1, 2, 2)).committed);
  const std::string old = sample_lineage().to_string();
  CHECK(read_file(file.path + ".of-" + old) == document);
  CHECK(read_file(file.backup + "-" + old) == backup);
  CHECK_FALSE(fs::exists(file.backup));
  CHECK(file.scratch.names().size() == 5);
}

TEST_CASE("a file of another lineage that was copied here goes on as its own") {
  const StateFile file(3);
  ClusterState other = sample_state(7, 2, 9);
  write_file(file.path, write_document(other));
  const auto snapshot = file.load();
  CHECK(snapshot->version.lineage == sample_lineage(9));
  CHECK(snapshot->highest == 7);
  const auto result = change(*file.open());
  REQUIRE(result.committed);
  CHECK(result.version->revision == 8);
  CHECK(result.notices.size() == 2);
  CHECK(read_document(read_file(file.backup)).state.revision == 7);
  CHECK(fs::exists(file.backup + "-" + sample_lineage().to_string()));
}

TEST_CASE("the same old lineage twice keeps both") {
  StateFile file(2);
  for (std::uint8_t other = 2; other < 5; ++other) {
    fs::remove(file.path);
    REQUIRE(put(*file.open(), std::nullopt, sample_state(1, 2, other)).committed);
    fs::remove(file.path);
    REQUIRE(put(*file.open(), std::nullopt, sample_state(1)).committed);
  }
  const std::string aside = file.history + "-" + sample_lineage().to_string();
  CHECK(fs::exists(aside));
  CHECK(fs::exists(aside + "-2"));
  CHECK(fs::exists(aside + "-3"));
}

TEST_CASE("the clean-up of other tools does not take the lock away") {
  const StateFile file(3);
  const auto store = file.open();
  const auto lock = store->lock(LockKind::operation, {}, soon());
  for (const std::string& name : file.scratch.names()) {
    if (name.starts_with("state.json.")) fs::remove(file.scratch / name);
  }
  CHECK(lock->held());
  const auto result = change(*store);
  REQUIRE(result.committed);
  CHECK(result.version->revision == 4);
  CHECK(store->records({}, soon()).oldest_kept == 4);
}

TEST_CASE("verify says what is wrong, and mends it") {
  SECTION("a broken document") {
    const StateFile file(3);
    write_file(file.path, "broken");
    make_old(file.path);
    CHECK_FALSE(file.open()->verify(false, soon()).empty());
    CHECK(read_file(file.path) == "broken");
    CHECK_FALSE(file.open()->verify(true, soon()).empty());
    CHECK(read_file(file.path) == read_file(file.backup));
    CHECK(read_file(file.scratch / only_corrupt_file(file)) == "broken");
    CHECK(file.load()->highest == 3);
  }
  SECTION("a broken backup") {
    const StateFile file(3);
    write_file(file.backup, "broken");
    CHECK(file.open()->verify(false, soon()).size() == 1);
    CHECK(file.open()->verify(true, soon()).size() == 1);
    CHECK(file.open()->verify(true, soon()).empty());
    CHECK(file.scratch.names().size() == 3);
  }
  SECTION("a torn history") {
    const StateFile file(3);
    write_file(file.history, read_file(file.history) + "{\"revision\":4,\"oper");
    CHECK(file.open()->verify(false, soon()).size() == 1);
    CHECK(file.open()->verify(true, soon()).size() == 1);
    CHECK(file.open()->verify(true, soon()).empty());
    CHECK(file.open()->records({}, soon()).records.size() == 3);
  }
  SECTION("an edited document") {
    const StateFile file(2);
    write_file(file.path, edited(read_file(file.path)));
    CHECK(file.open()->verify(false, soon()).size() == 1);
  }
  SECTION("leftovers") {
    const StateFile file(2);
    write_file(file.tmp, "half");
    CHECK(file.open()->verify(false, soon()).size() == 1);
    CHECK(fs::exists(file.tmp));
    CHECK(file.open()->verify(true, soon()).size() == 1);
    CHECK(file.open()->verify(true, soon()).empty());
    CHECK(file.scratch.names() == all_files);
  }
}

// SPDX-License-Identifier: MIT
#include <boost/json/parse.hpp>
#include "helpers.hpp"
#include "json_file/history_file.hpp"

using namespace aihow::state;
using namespace aihow::state::json_file;
using namespace aihow::test;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

Place place_of(const StateFile& file) { return *Place::find(file.path); }
std::string header() { return "{\"revision\":0,\"lineage\":\"" + sample_lineage().to_string() + "\"}\n"; }
/// Lines of very different lengths, so that they lie across the blocks in which the file is read.
std::string long_history(std::uint64_t records) {
  std::string text = header();
  for (std::uint64_t revision = 1; revision <= records; ++revision) {
    text += "{\"revision\":" + std::to_string(revision) + ",\"pad\":\"" + std::string(revision * 7919 % 9000 + (revision == 30 ? 200'000 : 0), 'x') +
            "\"}\n";
  }
  return text;
}
std::vector<std::uint64_t> revisions(const RecordPage& page) {
  std::vector<std::uint64_t> out;
  for (const Record& one : page.records) out.push_back(one.revision);
  return out;
}

}  // namespace

TEST_CASE("a line's revision is read only from a whole record") {
  CHECK(line_revision("{\"revision\":7}") == 7);
  CHECK(line_revision("{\"revision\":18446744073709551615,\"a\":1}") == UINT64_MAX);
  CHECK(line_revision("{\"revision\":0,\"lineage\":\"x\"}") == 0);
  for (const std::string_view bad : {"", "{}", "{\"revision\":}", "{\"revision\":-1}", "{\"revision\":7", "{\"revision\":7.5}",
                                     "{\"revision\":18446744073709551616}", "{ \"revision\":7}", "{\"rev"}) {
    INFO(bad);
    CHECK_FALSE(line_revision(bad));
  }
  CHECK_FALSE(line_revision(std::string_view("{\"revision\":7,\"a\":\0}", 20)));
}

TEST_CASE("a long history is paged in both orders") {
  const StateFile file;
  write_file(file.history, long_history(60));
  const Place place = place_of(file);
  const auto all = read_history(place, {.limit = 1000});
  REQUIRE(all.records.size() == 60);
  CHECK(all.oldest_kept == 1);
  for (std::size_t i = 0; i < 60; ++i) CHECK(line_revision(all.records[i].json) == i + 1);
  CHECK(revisions(read_history(place, {.after = 28, .before = 33})) == std::vector<std::uint64_t>{29, 30, 31, 32});
  CHECK(revisions(read_history(place, {.after = 28, .limit = 2})) == std::vector<std::uint64_t>{29, 30});
  CHECK(revisions(read_history(place, {.limit = 2, .newest_first = true})) == std::vector<std::uint64_t>{60, 59});
  CHECK(history_end(place, "state.json.history")->last_revision == 60);
}

TEST_CASE("a damaged end is found, dropped by the next commit, and said") {
  const std::string ends[] = {"{\"revision\":4,\"op",
                              "{\"revision\":4}",
                              std::string(5000, '\0'),
                              "garbage\n",
                              "{\"revision\":4,\"a\":\"" + std::string(300, '\0') + "\"}\n",
                              "\n"};
  for (const std::string& damage : ends) {
    const StateFile file(3);
    write_file(file.history, read_file(file.history) + damage);
    CHECK(file.load()->version.revision == 3);
    CHECK(file.open()->records({}, soon()).records.size() == 3);
    const auto result = change(*file.open());
    REQUIRE(result.committed);
    REQUIRE(result.notices.size() == 1);
    CHECK_THAT(result.notices[0], Contains("damaged") && Contains("revision 3"));
    CHECK(revisions(file.open()->records({}, soon())) == std::vector<std::uint64_t>{1, 2, 3, 4});
    CHECK(read_file(file.history) == header() + line(record(1)) + line(record(2)) + line(record(3)) + line(record(4)));
  }
}

TEST_CASE("any flipped bit of a record is damage, and any shorter one; what a person has written is not") {
  const Record whole = record(7);
  const std::string sealed = lines_of(std::span(&whole, 1), {});
  const std::string text = sealed.substr(0, sealed.size() - 1);
  REQUIRE(line_revision(text) == 7U);
  CHECK(unsealed(text) == whole.json);
  // A flip that leaves no checksum at all leaves no JSON either.
  const auto is_refused = [](const std::string& line) {
    if (!line_revision(line)) return true;
    boost::system::error_code error;
    static_cast<void>(boost::json::parse(line, error));
    return error.failed();
  };
  for (std::size_t bit = 0; bit < 8 * text.size(); ++bit) {
    std::string flipped = text;
    flipped[bit / 8] = static_cast<char>(static_cast<unsigned char>(flipped[bit / 8]) ^ (1U << bit % 8));
    INFO(flipped);
    CHECK(is_refused(flipped));
  }
  for (std::size_t size = 0; size < text.size(); ++size) CHECK(is_refused(text.substr(0, size)));
  CHECK(line_revision(whole.json) == 7U);
  CHECK(unsealed(whole.json) == whole.json);
}

TEST_CASE("a damaged record is there as it stands, where it still says which one it is") {
  const StateFile file(3);
  std::string second = line(record(2));
  second.replace(second.find("change"), 6, "chance");
  write_file(file.history, header() + line(record(1)) + second + line(record(3)));
  for (const bool newest_first : {false, true}) {
    const auto page = file.open()->records({.newest_first = newest_first}, soon());
    REQUIRE(page.records.size() == 3);
    CHECK(page.records[1].revision == 2);
    CHECK(page.records[1].json + "\n" == second);
    CHECK(page.records[0] == record(newest_first ? 3 : 1));
  }
  // At the end it is none, as it is for the commit that drops it.
  write_file(file.history, header() + line(record(1)) + second);
  for (const bool newest_first : {false, true}) {
    CHECK(revisions(file.open()->records({.newest_first = newest_first}, soon())) == std::vector<std::uint64_t>{1});
  }
  // What says that it is where it cannot be is left out.
  second.replace(second.find(":2"), 2, ":9");
  write_file(file.history, header() + line(record(1)) + second + line(record(3)));
  CHECK(revisions(file.open()->records({.newest_first = true}, soon())) == std::vector<std::uint64_t>{3, 1});
}

TEST_CASE("a damaged line in the middle costs only itself") {
  const StateFile file(3);
  write_file(file.history, header() + record(1).json + "\nxxxx\n" + record(3).json + "\n");
  CHECK(revisions(file.open()->records({}, soon())) == std::vector<std::uint64_t>{1, 3});
}

TEST_CASE("a history without any whole record is kept aside") {
  const StateFile file(2);
  write_file(file.history, "this is somebody's notes");
  const auto result = change(*file.open());
  REQUIRE(result.committed);
  REQUIRE(result.notices.size() == 1);
  CHECK(revisions(file.open()->records({}, soon())) == std::vector<std::uint64_t>{3});
  CHECK(file.scratch.names().size() == 4);
}

TEST_CASE("a history that is missing or empty begins anew") {
  for (const bool empty : {true, false}) {
    const StateFile file(2);
    if (empty) write_file(file.history, "");
    else fs::remove(file.history);
    CHECK(file.open()->records({}, soon()).records.empty());
    REQUIRE(change(*file.open()).committed);
    const auto page = file.open()->records({}, soon());
    CHECK(page.oldest_kept == 3);
    CHECK(revisions(page) == std::vector<std::uint64_t>{3});
    CHECK(file.open()->verify(false, soon()).empty());
  }
}

TEST_CASE("a history whose beginning was cut off is still the state's") {
  const StateFile file(3);
  write_file(file.history, record(2).json + "\n" + record(3).json + "\n");
  REQUIRE(change(*file.open()).committed);
  const auto page = file.open()->records({}, soon());
  CHECK(page.oldest_kept == 2);
  CHECK(revisions(page) == std::vector<std::uint64_t>{2, 3, 4});
}

TEST_CASE("appended records are taken back unless kept") {
  const StateFile file(2);
  const Place place = place_of(file);
  const std::string before = read_file(file.history);
  const auto end = *history_end(place, "state.json.history");
  const std::string third = line(record(3));
  { const auto appended = Appended::write(place, end, third); }
  CHECK(read_file(file.history) == before);
  {
    auto appended = Appended::write(place, end, third);
    appended->keep();
  }
  CHECK(read_file(file.history) == before + third);
  drop_from(place, 2);
  CHECK(read_file(file.history) == header() + line(record(1)));
}

TEST_CASE("any record of a long history is found, damaged lines between or not") {
  const StateFile file;
  std::string text = long_history(400);
  text.replace(text.find("{\"revision\":100,"), 10, "xxxxxxxxxx");
  text.replace(text.find("{\"revision\":101,"), 10, "xxxxxxxxxx");
  text.insert(text.find("{\"revision\":200,"), std::string(100'000, 'y') + "\n");
  write_file(file.history, text);
  const Place place = place_of(file);
  for (std::uint64_t revision = 1; revision <= 401; ++revision) {
    INFO(revision);
    const bool is_there = revision != 100 && revision != 101 && revision <= 400;
    const std::vector<std::uint64_t> expected = is_there ? std::vector{revision} : std::vector<std::uint64_t>{};
    CHECK(revisions(read_history(place, {.after = revision - 1, .before = revision + 1})) == expected);
    CHECK(revisions(read_history(place, {.after = revision - 1, .before = revision + 1, .newest_first = true})) == expected);
  }
  CHECK(revisions(read_history(place, {.after = 98, .limit = 2})) == std::vector<std::uint64_t>{99, 102});
  CHECK(revisions(read_history(place, {.before = 102, .limit = 2, .newest_first = true})) == std::vector<std::uint64_t>{99, 98});
}

TEST_CASE("a page says which lineage it is of") {
  const StateFile file(1);
  CHECK(file.open()->records({}, soon()).lineage == sample_lineage());
  write_file(file.history, record(1).json + "\n");
  CHECK(file.open()->records({}, soon()).lineage.is_nil());
}

TEST_CASE("a record gets the token of its document where it has room for it") {
  const std::vector<Record> records = {record(1), {2, R"({"revision":2,"text":"\"token\":null","token":null,"changes":[]})"}};
  const Record with_token{2, R"({"revision":2,"text":"\"token\":null","token":"abc","changes":[]})"};
  CHECK(lines_of(records, "abc") == line(records[0]) + line(with_token));
  CHECK(lines_of(records, {}) == line(records[0]) + line(records[1]));
  CHECK(lines_of({}, "abc").empty());
}

TEST_CASE("nothing is written where another record is the newest than the one that a commit follows") {
  const StateFile file(3);
  const auto store = file.open();
  const auto now = store->load(nullptr, soon());
  ClusterState next = now->state;
  next.revision = 4;
  const std::vector<Record> records = {record(4)};
  Commit commit{.id = {}, .base = now->version, .next = &next, .changes = {}, .records = records};
  for (const std::uint64_t last : {0, 2, 4}) {
    commit.last_record = last;
    const auto refused = store->commit(commit, soon());
    CHECK_FALSE(refused.committed);
    CHECK(refused.history_differs);
  }
  commit.last_record = 3;
  CHECK(store->commit(commit, soon()).committed);
}

TEST_CASE("an orphan of a shortening that was killed is put in order by the next commit") {
  const StateFile file(3);
  const std::string shorter = header() + record(3).json + "\n";
  write_file(file.history + ".tmp", shorter);
  REQUIRE(change(*file.open()).committed);
  CHECK(file.scratch.names() == all_files);
  CHECK(revisions(file.open()->records({}, soon())) == std::vector<std::uint64_t>{1, 2, 3, 4});
  // Where the other one is gone it is what there is.
  write_file(file.history + ".tmp", shorter);
  fs::remove(file.history);
  REQUIRE(change(*file.open()).committed);
  CHECK(revisions(file.open()->records({}, soon())) == std::vector<std::uint64_t>{3, 5});
}

// SPDX-License-Identifier: MIT
// A history that is lost, cut off, damaged, or another state's.
#include <aihow/state/json.hpp>
#include <filesystem>
#include "short_past.hpp"

using namespace aihow::state;
using namespace aihow::test;
namespace fs = std::filesystem;

TEST_CASE("a history that is lost, cut off or another state's is a gap of its own, and that is said", "[manager][history]") {
  struct Damage {
    std::string name;
    std::function<void(const std::string& history)> make;
    Revisions left;
  };
  const std::vector<Damage> damages{
      {"removed", [](const std::string& history) { fs::remove(history); }, {}},
      {"empty", [](const std::string& history) { write(history, ""); }, {}},
      {"garbage", [](const std::string& history) { write(history, "no history at all\n"); }, {}},
      {"cut off", [](const std::string& history) { fs::resize_file(history, fs::file_size(history) - 1500); }, {1, 2}},
      {"the end missing",
       [](const std::string& history) { drop_lines(history, [](const std::string& line) { return is_of(line, 3) || is_of(line, 4); }); },
       {1, 2}},
      {"another state's",
       [](const std::string& history) {
         std::string text = bytes_of(history);
         text.replace(text.find("lineage\":\"") + 10, 8, "01234567");
         write(history, text);
       },
       {}},
  };
  for (const Damage& damage : damages) {
    INFO(damage.name);
    Past past("file");
    damage.make(past.history());
    std::vector<std::string> told;
    ManagerOptions options;
    options.notice = [&](std::string_view text) { told.emplace_back(text); };
    for (int change = 0; change < 2; ++change) {
      // The second change in one process and the first of another one find the end in order.
      ClusterStateManager other(past.place.location(), options);
      other.transaction("x", [](ClusterState& s) { ++s.vms[0].cpu_cores; });
      other.transaction("y", [](ClusterState& s) { ++s.vms[0].cpu_cores; });
    }
    CHECK(std::count_if(told.begin(), told.end(), [](const std::string& text) { return has(text, "lacks revision 4"); }) == 1);
    const History history = past.manager.history({.newest_first = false});
    Revisions expected = damage.left;
    expected.insert(expected.end(), {4, 5, 6, 7, 8});
    CHECK(revisions(history.entries) == expected);
    CHECK(history.entries[damage.left.size()].type == RecordType::gap);
    CHECK(write_document(past.manager.at(8)->state) == bytes_of(past.place.location()));
    CHECK(past.manager.at(4)->state.vms.size() == 2);
    CHECK(past.manager.verify().empty());
  }
}

TEST_CASE("a newest record that is lost, as after a power cut, is made again of backup and state", "[manager][history]") {
  Past past("file");
  const std::string document = bytes_of(past.place.location());
  drop_lines(past.history(), [](const std::string& line) { return is_of(line, 4); });
  const auto look = [&](ClusterStateManager& manager) {
    const HistoryEntry entry = manager.history({.before = 5, .limit = 1}).entries.at(0);
    CHECK(entry.revision == 4);
    CHECK(entry.remade);
    CHECK(entry.type == RecordType::change);
    CHECK(entry.base == 3);
    CHECK(entry.actor == Actor{});
    CHECK(entry.changes.back().name == "c");
    CHECK(write_document(manager.at(4)->state) == document);
  };
  // Who only looks writes nothing.
  const std::string history = bytes_of(past.history());
  ClusterStateManager reader(past.place.location());
  look(reader);
  CHECK(reader.undo(1, {.dry_run = true}).to == 3);
  CHECK(bytes_of(past.history()) == history);
  std::vector<std::string> told;
  ManagerOptions options;
  options.notice = [&](std::string_view text) { told.emplace_back(text); };
  ClusterStateManager writer(past.place.location(), options);
  CHECK(writer.undo().to == 3);
  REQUIRE(told.size() == 1);
  CHECK(has(told[0], "made again"));
  look(writer);
  CHECK(writer.undo().to == 2);
}

TEST_CASE("a history that goes while a process works is noticed by its next change", "[manager][history]") {
  Past past("file");
  fs::remove(past.history());
  past.manager.transaction("x", [](ClusterState& s) { ++s.vms[0].cpu_cores; });
  CHECK(revisions(past.manager.history().entries) == Revisions{5, 4});
  CHECK(past.manager.history().entries[1].type == RecordType::gap);
}

TEST_CASE("records that were changed are found out, not believed", "[manager][past]") {
  Past past("file");
  std::string text = bytes_of(past.history());
  const std::size_t at = text.find("\"memory_gb\":8");
  text.replace(at, 13, "\"memory_gb\":9");
  write(past.history(), text);
  ClusterStateManager other(past.place.location());
  const auto error = [&] { return error_of([&] { other.at(3); }); };
  CHECK(error().code() == errc::corrupt);
  CHECK(has(error().what(), "the history's record of revision 3 is damaged: its checksum differs"));
  CHECK(other.at(2)->version.revision == 2);
  // Whoever takes the checksum away is found out by that of the document.
  const std::size_t seal = text.find(",\"checksum\":\"xxh128:", at);
  text.erase(seal, text.find('\n', seal) - seal - 1);
  write(past.history(), text);
  CHECK(error().code() == errc::corrupt);
  CHECK(has(error().what(), "does not lead to revision 3"));
}

TEST_CASE("a newest record that is damaged holds no change up", "[manager][history]") {
  for (const bool edited : {false, true}) {
    Past past("file");
    std::string text = bytes_of(past.history());
    const std::size_t last = text.rfind('\n', text.size() - 2) + 1;
    text[text.find("\"user\"", last) + 1] ^= 1;
    write(past.history(), text);
    if (edited) {
      std::string document = bytes_of(past.place.location());
      document.replace(document.find("\"cpu_cores\": "), 13, "\"cpu_cores\":  ");
      write(past.place.location(), document);
    }
    ClusterStateManager other(past.place.location());
    const std::uint64_t before = other.snapshot()->version.revision;
    other.transaction("x", [](ClusterState& s) { ++s.vms[0].cpu_cores; });
    CHECK(other.snapshot()->version.revision == before + 1);
    CHECK(other.history().entries.front().revision == before + 1);
  }
}

TEST_CASE("records that do not fit are refused, each with its reason", "[manager][past]") {
  const std::vector<std::pair<std::string, std::string>> damages{
      {R"("kind":"vm","name":"b")", R"("kind":"vm","name":"z")"},
      {R"("type":"change")", R"("type":"wonder")"},
      {R"("changes":[)", R"("changes":[1,)"},
      {R"("time":"2)", R"("time":"x)"},
      {R"("base":{"revision":2)", R"("base":{"revision":1)"},
      {R"("memory_gb":8)", R"("memory_gb":"8")"},
  };
  for (const auto& [from, to] : damages) {
    INFO(to);
    Past past("file");
    std::string text = bytes_of(past.history());
    const std::size_t line = text.find("{\"revision\":3,");
    const std::size_t at = text.find(from, line);
    REQUIRE(at < text.find('\n', line));
    text.replace(at, from.size(), to);
    write(past.history(), text);
    ClusterStateManager other(past.place.location());
    const auto code = error_of([&] { other.at(3); }).code();
    CHECK((code == errc::corrupt || code == errc::not_found));
    // The others are shown all the same.
    CHECK(revisions(other.history().entries) == Revisions{4, 3, 2, 1});
    CHECK(other.at(other.history().entries[2].time)->version.revision == 2);
  }
}

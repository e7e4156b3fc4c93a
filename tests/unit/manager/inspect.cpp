// SPDX-License-Identifier: MIT
// Verdicts on files.
#include <sys/stat.h>
#include <aihow/state/json.hpp>
#include <fstream>
#include "place.hpp"
#include "states.hpp"

using namespace aihow::state;
using namespace aihow::test;

namespace {

void write(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

}  // namespace

TEST_CASE("a file is absent, a document, or none", "[manager][inspect]") {
  const TemporaryDirectory directory;
  CHECK(inspect_file(directory.file("none")).verdict == Verdict::absent);
  CHECK(inspect_file(directory.file("none/none")).verdict == Verdict::absent);
  write(directory.file("s.json"), write_document(make_state()));
  const Inspection found = inspect_file(directory.file("s.json"));
  CHECK(found.verdict == Verdict::unsigned_);
  CHECK(found.path == directory.file("s.json"));
  const Inspection folder = inspect_file(directory.path());
  CHECK(folder.verdict == Verdict::corrupt);
  CHECK(folder.findings.at(0).message == "is no regular file: name a document");
  REQUIRE(::mkfifo(directory.file("fifo").c_str(), 0600) == 0);
  CHECK(inspect_file(directory.file("fifo")).verdict == Verdict::corrupt);
}

TEST_CASE("a state in a file is inspected with its backup, one in memory has no files", "[manager][inspect]") {
  const Place place("file");
  ClusterStateManager manager(place.location());
  CHECK(manager.inspect().at(0).verdict == Verdict::absent);
  manager.create(make_state(), "x");
  manager.add_vm(make_vm("another"));
  const std::vector<Inspection> found = manager.inspect();
  REQUIRE(found.size() == 2);
  CHECK(found[0].path == place.location());
  CHECK(found[0].verdict == Verdict::valid);
  CHECK(found[0].document->revision == 2);
  CHECK(found[1].path == place.location() + ".backup");
  CHECK(found[1].document->revision == 1);

  const Place memory("memory");
  CHECK(ClusterStateManager(memory.location()).inspect().empty());
}

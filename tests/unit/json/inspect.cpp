// SPDX-License-Identifier: MIT
// The verdict on a document's bytes.
#include <aihow/state/inspect.hpp>
#include "catch.hpp"
#include "documents.hpp"
#include "golden.hpp"

using namespace aihow::state;

namespace {

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a document as it was written is valid, changed by hand it is edited, without our member it is unsigned", "[json][inspect]") {
  const std::string golden = read_golden("format-1.json");
  const Inspection valid = inspect_document(golden, "state.json");
  CHECK(valid.verdict == Verdict::valid);
  CHECK(valid.findings.empty());
  CHECK(valid.path == "state.json");
  REQUIRE(valid.document);
  CHECK(valid.document->revision == 42);
  CHECK(inspect_document(golden + "\n").verdict == Verdict::edited);
  const Inspection without = inspect_document(replaced(golden, "\"checksum\"", "\"Checksum\""));
  CHECK(without.verdict == Verdict::edited);
  CHECK(inspect_document(read_golden("format-1-unsigned.json")).verdict == Verdict::unsigned_);
  CHECK(inspect_document(read_golden("reference-sample.json")).verdict == Verdict::unsigned_);
}

TEST_CASE("an error of form is told with its place", "[json][inspect]") {
  const Inspection found = inspect_document("{\n  \"cluster_name\": 1}", "state.json");
  CHECK(found.verdict == Verdict::corrupt);
  CHECK(found.findings == std::vector<Finding>{{2, 19, "/cluster_name", "expected a string, found 1"}});
  CHECK_FALSE(found.document);
  CHECK(inspect_document("").findings == std::vector<Finding>{{0, 0, "", "expected a document, found an empty file"}});
}

TEST_CASE("documents of a newer version, and of the existing Python tool, are not called corrupt", "[json][inspect]") {
  const Inspection newer = inspect_document(replaced(read_golden("format-1.json"), "\"format_version\": 1", "\"format_version\": 2"));
  CHECK(newer.verdict == Verdict::unsupported);
  REQUIRE(newer.findings.size() == 1);
  CHECK(newer.findings[0].pointer == "/aihow/format_version");
  CHECK(newer.findings[0].line == 89);
  CHECK(newer.findings[0].column == 23);
  CHECK(inspect_document(read_golden("layout-2.json")).verdict == Verdict::unsupported);
  // Its older files say no version.
  const Inspection older = inspect_document(R"({"cluster_name": "c", "cluster_type": "hpc", "controller": null, "compute_nodes": []})");
  CHECK(older.verdict == Verdict::unsupported);
  REQUIRE(older.findings.size() == 1);
  CHECK(older.findings[0].message.find("`ai-how state import FILE` converts it") != std::string::npos);
  CHECK(inspect_document(R"({"controller": null, "vms": []})").verdict == Verdict::corrupt);
}

TEST_CASE("every rule that is broken is told, with its place in the text", "[json][inspect]") {
  const Inspection found = inspect_document(R"({
  "volumes": [
    {"name": "v", "path": "relative", "size_gb": -1, "format": "qcow2"}
  ],
  "cluster_name": "c", "cluster_type": "grid", "status": "running",
  "vms": [
    {"name": "a", "cpu_cores": 1, "memory_gb": 1, "state": "RUNNING"},
    {
      "memory_gb": 0,
      "cpu_cores": 0, "name": "a",
      "state": "RUNNING", "volumes": ["/ok",
        "../x"]}], "aihow": {"lineage": "00000000-0000-0000-0000-000000000000", "format_version": 1, "revision": 1}
})");
  CHECK(found.verdict == Verdict::corrupt);
  CHECK(found.document);
  std::string told;
  for (const Finding& finding : found.findings) {
    told += std::to_string(finding.line) + ":" + std::to_string(finding.column) + " " + finding.pointer + "\n";
  }
  CHECK(told ==
        "5:40 /cluster_type\n10:31 /vms/1/name\n10:20 /vms/1/cpu_cores\n9:20 /vms/1/memory_gb\n12:9 /vms/1/volumes/1\n"
        "3:27 /volumes/0/path\n3:50 /volumes/0/size_gb\n12:41 /aihow/lineage\n");
  CHECK(found.findings[2].message == "expected an integer from 1 to 4096, found 0");
}

TEST_CASE("a member that is broken by its default has the place of its object", "[json][inspect]") {
  // Not there, so it is 1970 and valid; what can be wrong and missing is told where its object begins.
  const Inspection found = inspect_document(R"({"cluster_name": "", "cluster_type": "hpc", "status": "running"})");
  CHECK(found.findings.at(0).column == 18);
}

TEST_CASE("of very many problems the first are told and the others counted", "[json][inspect]") {
  std::string text = R"({"cluster_name": "c", "cluster_type": "hpc", "status": "running", "vms": [)";
  constexpr std::size_t count = 20'000;
  for (std::size_t i = 0; i < count; ++i) {
    text += std::string(i == 0 ? "" : ",") + R"({"memory_gb": 0, "cpu_cores": 0, "name": "-", "state": "RUNNING"})";
  }
  const Inspection found = inspect_document(text + "]}");
  CHECK(found.findings.size() == max_findings);
  CHECK(found.more_findings == 4 * count - 1 - max_findings);
  CHECK(found.document);
}

TEST_CASE("so are those of one object, placed in time that grows with it alone", "[json][inspect]") {
  std::string text = R"({"cluster_name": "c", "cluster_type": "hpc", "status": "running", "networks": [
{"name": "n", "subnet": "10.0.0.0/8", "bridge": "b", "active_ips": ["10.0.0.1")";
  constexpr std::size_t count = 50'000;  // Looked for from the object's beginning each time, they would take minutes.
  for (std::size_t i = 0; i < count; ++i) text += ",\n\"x\"";
  const Inspection found = inspect_document(text + "]}]}");
  REQUIRE(found.findings.size() == max_findings);
  CHECK(found.more_findings == count - max_findings);
  CHECK(found.findings.front().pointer == "/networks/0/active_ips/1");
  CHECK(found.findings.front().line == 3);
  CHECK(found.findings.back().pointer == "/networks/0/active_ips/" + std::to_string(max_findings));
  CHECK(found.findings.back().line == max_findings + 2);
  CHECK(found.findings.back().column == 1);
}

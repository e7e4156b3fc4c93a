// SPDX-License-Identifier: MIT
#include <boost/json.hpp>
#include "catch.hpp"
#include "commands/state_view.hpp"

using namespace aihow::tool;
using namespace aihow;
using state::Verdict;

namespace {

state::Inspection inspection(std::string path, Verdict verdict, std::vector<state::Finding> findings = {}) {
  state::Inspection out;
  out.path = std::move(path);
  out.verdict = verdict;
  out.findings = std::move(findings);
  return out;
}

state::Inspection with_document(state::Inspection out, std::uint64_t revision) {
  out.document.emplace();
  out.document->cluster_name = "demo";
  out.document->cluster_type = "hpc";
  out.document->revision = revision;
  out.document->lineage = state::Uuid::parse("11111111-2222-4333-8444-555555555555");
  return out;
}

std::string table_of(Verification verification) { return VerificationView(std::move(verification)).table(false); }

}  // namespace

TEST_CASE("the VMs of a state as a table, JSON and names", "[commands][view]") {
  auto snapshot = std::make_shared<state::Snapshot>();
  snapshot->state.cluster_name = "demo";
  snapshot->state.cluster_type = "hpc";
  snapshot->state.revision = 3;
  for (const auto& [name, vm_state] : {std::pair{"controller", state::VMState::RUNNING}, {"compute-01", state::VMState::CRASHED}}) {
    state::VMInfo vm;
    vm.name = name;
    vm.state = vm_state;
    snapshot->state.vms.push_back(vm);
  }
  snapshot->state.vms[0].ip_address = "10.0.0.2";
  CHECK(StateView(snapshot, "s.json").table(false) ==
        "NAME        STATE    IP        LAST SEEN\n"
        "controller  RUNNING  10.0.0.2  1970-01-01T00:00:00.000000Z\n"
        "compute-01  CRASHED  -         1970-01-01T00:00:00.000000Z\n");
  CHECK_THAT(StateView(snapshot, "s.json", "old\n.json").table(false),
             Catch::StartsWith("old\\n.json: hpc cluster demo is now in s.json, revision 3\n\n"));
  CHECK(render(StateView(snapshot, "s.json"), OutputForm::name, false) == "controller\ncompute-01\n");
  const auto json = boost::json::parse(render(StateView(snapshot, "s.json"), OutputForm::json, false)).as_object();
  CHECK(json.at("vms").at(1).at("state") == "CRASHED");
  CHECK(json.at("state_location") == "s.json");
  CHECK_FALSE(json.contains("imported_from"));
  CHECK(boost::json::parse(render(StateView(snapshot, "s.json", "old.json"), OutputForm::json, false)).at("imported_from") == "old.json");
}

TEST_CASE("each problem of a file is a row with its place", "[commands][view]") {
  CHECK(table_of({{with_document(inspection("s.json", Verdict::valid), 7), inspection("s.json.backup", Verdict::absent)}, {}}) ==
        "FILE           VERDICT  REVISION  WHERE  WHAT\n"
        "s.json         valid           7  -      -\n"
        "s.json.backup  absent          -  -      -\n");
  CHECK(table_of({{inspection("s.json", Verdict::corrupt, {{3, 9, "/vms/0", "bad"}, {0, 0, "", "worse"}})}, {}}) ==
        "FILE    VERDICT  REVISION  WHERE       WHAT\n"
        "s.json  corrupt         -  3:9 /vms/0  bad\n"
        "s.json  corrupt         -  -           worse\n");
  CHECK_THAT(table_of({{inspection("s.json", Verdict::edited)}, {}}), Catch::Contains("edited") && Catch::Contains("checksum differs"));
  CHECK_THAT(table_of({{inspection("s.json", Verdict::unsigned_)}, {}}), Catch::Contains("unsigned") && Catch::Contains("no checksum"));
}

TEST_CASE("a notice is shown unless a verdict says the same", "[commands][view]") {
  const std::vector<std::string> notices{"s.json was edited", "s.json: bad", "s.json.history: torn"};
  const std::string edited = table_of({{inspection("s.json", Verdict::edited)}, notices});
  CHECK(edited.find("was edited") == std::string::npos);
  CHECK(edited.find("s.json: bad") == std::string::npos);
  CHECK_THAT(edited, Catch::EndsWith("\ns.json.history: torn\n"));
  CHECK_THAT(table_of({{inspection("s.json", Verdict::valid)}, notices}), Catch::Contains("s.json: bad"));
}

TEST_CASE("a verification's JSON has every member always", "[commands][view]") {
  const VerificationView view(
      {{with_document(inspection("s.json", Verdict::edited), 7), inspection("b", Verdict::corrupt, {{3, 9, "/x", "bad"}})}, {"n"}});
  const auto json = boost::json::parse(render(view, OutputForm::json, false));
  CHECK(json.at("verdict") == "edited");
  CHECK(json.at("documents").at(0).at("revision") == 7);
  CHECK(json.at("documents").at(1).at("revision").is_null());
  CHECK(json.at("documents").at(1).at("problems").at(0) == boost::json::parse(R"({"line": 3, "column": 9, "pointer": "/x", "message": "bad"})"));
  CHECK(json.at("documents").at(1).at("more_problems") == 0);
  CHECK(json.at("notices").at(0) == "n");
  CHECK(render(view, OutputForm::name, false) == "edited\n");
}

TEST_CASE("problems that are not listed are counted", "[commands][view]") {
  state::Inspection many = inspection("s", Verdict::corrupt, {{3, 9, "/x", "bad"}});
  many.more_findings = 41;
  const VerificationView view({{many}, {}});
  CHECK_THAT(render(view, OutputForm::table, false), Catch::Contains("and 41 more"));
  CHECK(boost::json::parse(render(view, OutputForm::json, false)).at("documents").at(0).at("more_problems") == 41);
}

TEST_CASE("corrupt and unsupported documents are refused; edited and unsigned ones only where one is strict", "[commands][view]") {
  const auto refused = [](Verdict verdict, bool strict) {
    return Verification{{inspection("s", Verdict::valid), inspection("b", verdict)}, {}}.is_refused(strict);
  };
  for (const bool strict : {false, true}) {
    CHECK_FALSE(refused(Verdict::valid, strict));
    CHECK_FALSE(refused(Verdict::absent, strict));
    CHECK(refused(Verdict::corrupt, strict));
    CHECK(refused(Verdict::unsupported, strict));
    CHECK(refused(Verdict::edited, strict) == strict);
    CHECK(refused(Verdict::unsigned_, strict) == strict);
  }
}

TEST_CASE("a hostile document cannot act on the terminal through a verdict", "[commands][view]") {
  const VerificationView view({{inspection("a\033.json", Verdict::corrupt, {{1, 1, "/\033", "\033[2J"}})}, {"\033"}});
  for (const OutputForm form : {OutputForm::table, OutputForm::json, OutputForm::yaml, OutputForm::name}) {
    CHECK(render(view, form, false).find('\033') == std::string::npos);
  }
}

// SPDX-License-Identifier: MIT
// Copies and checks: backup, the files, verify, inspections.
#include "convert.hpp"
#include "manager.hpp"

namespace aihow::capi {
namespace {

struct Inspection {
  using Handle = aihow_inspection;
  static constexpr Noun noun = Noun::inspection;
  static constexpr const char* name = "inspection";
  state::Inspection result;
};

constexpr std::size_t first_verdict_size = offsetof(aihow_verdict, more_findings) + sizeof(std::size_t);
constexpr std::size_t first_finding_size = offsetof(aihow_finding, message) + sizeof(const char*);

using state::Verdict;
static_assert(static_cast<int32_t>(Verdict::valid) == AIHOW_VERDICT_VALID && static_cast<int32_t>(Verdict::edited) == AIHOW_VERDICT_EDITED);
static_assert(static_cast<int32_t>(Verdict::unsigned_) == AIHOW_VERDICT_UNSIGNED && static_cast<int32_t>(Verdict::corrupt) == AIHOW_VERDICT_CORRUPT);
static_assert(static_cast<int32_t>(Verdict::unsupported) == AIHOW_VERDICT_UNSUPPORTED);
static_assert(static_cast<int32_t>(Verdict::absent) == AIHOW_VERDICT_ABSENT);

}  // namespace
}  // namespace aihow::capi

using namespace aihow::capi;

extern "C" {

int32_t aihow_manager_backup(aihow_manager* manager, const char* path, const aihow_state** copied, aihow_error** error) {
  return with_manager(manager, error, [&](Manager& of) {
    SnapshotResult result(copied);
    result.give(of->backup(bytes(path, "path")));
  });
}

int32_t aihow_manager_files(aihow_manager* manager, aihow_text** paths, aihow_error** error) {
  return with_manager(manager, error, [&](Manager& of) {
    out(paths, "paths");
    Fresh<Text> made;
    made->texts = of->document_files();
    *paths = made.open();
  });
}

int32_t aihow_manager_verify(aihow_manager* manager, int32_t mend, const aihow_call* call, aihow_text** problems, aihow_error** error) {
  return with_manager(manager, call, error, [&](Manager& of, const Terms&) {
    const bool mends = truth(mend, "mend");
    out(problems, "problems");
    Fresh<Text> made;
    made->texts = of->verify(mends);
    *problems = made.open();
  });
}

int32_t aihow_inspection_of_file(const char* path, aihow_inspection** inspection, aihow_error** error) {
  return guard(error, [&] {
    out(inspection, "inspection");
    *inspection = Fresh<Inspection>(Inspection{aihow::state::inspect_file(bytes(path, "path"))}).open();
  });
}

int32_t aihow_inspection_of_bytes(const char* bytes, size_t length, const char* path, aihow_inspection** inspection, aihow_error** error) {
  return guard(error, [&] {
    const auto document = text(bytes, length, "bytes");
    out(inspection, "inspection");
    const std::string_view named = path == nullptr ? std::string_view() : aihow::capi::bytes(path, "path");
    *inspection = Fresh<Inspection>(Inspection{aihow::state::inspect_document(document, named)}).open();
  });
}

int32_t aihow_inspection_get(const aihow_inspection* inspection, aihow_verdict* verdict, aihow_error** error) {
  return guard(error, [&] {
    const auto of = use<Inspection>(inspection);
    const auto& result = of->result;
    aihow_verdict filled{};
    filled.path = result.path.c_str();
    filled.verdict = static_cast<int32_t>(result.verdict);
    filled.has_document = result.document ? 1 : 0;
    filled.cluster_name = result.document ? result.document->cluster_name.c_str() : "";
    filled.cluster_type = result.document ? result.document->cluster_type.c_str() : "";
    filled.revision = result.document ? result.document->revision : 0;
    filled.lineage = result.document ? to_c(result.document->lineage) : aihow_uuid{};
    filled.findings = result.findings.size();
    filled.more_findings = result.more_findings;
    give<first_verdict_size>(verdict, filled, "verdict");
  });
}

int32_t aihow_inspection_finding(const aihow_inspection* inspection, size_t index, aihow_finding* finding, aihow_error** error) {
  return guard(error, [&] {
    const auto of = use<Inspection>(inspection);
    const auto& findings = of->result.findings;
    if (index >= findings.size()) {
      throw aihow::state::Error(aihow::state::errc::not_found, "there is no finding " + std::to_string(index));
    }
    const auto& found = findings[index];
    give<first_finding_size>(finding, aihow_finding{0, found.line, found.column, found.pointer.c_str(), found.message.c_str()}, "finding");
  });
}

void aihow_inspection_free(aihow_inspection* inspection) { close<Inspection>(inspection); }
}

// SPDX-License-Identifier: MIT
#include <aihow/state/inspect.hpp>
#include <aihow/state/json.hpp>
#include <aihow/state/validate.hpp>
#include <new>
#include <utility>
#include "json/places.hpp"

namespace aihow::state::inline v0 {
namespace {

Verdict verdict_of(Integrity integrity) noexcept {
  switch (integrity) {
    case Integrity::valid:
      return Verdict::valid;
    case Integrity::edited:
      return Verdict::edited;
    case Integrity::unsigned_:
      return Verdict::unsigned_;
  }
  return Verdict::corrupt;
}

Inspection look_at_document(std::string_view bytes, std::string_view path) {
  Inspection out{.path = std::string(path)};
  try {
    Document document = read_document(bytes, path);
    out.verdict = verdict_of(document.integrity);
    if (Problems problems = validate_first(document.state, max_findings); problems.count != 0) {
      out.verdict = Verdict::corrupt;
      out.more_findings = problems.more();
      format::Places places({bytes, path});
      for (Problem& problem : problems.first) {
        const auto [line, column] = places.of(problem.pointer);
        out.findings.push_back({line, column, std::move(problem.pointer), std::move(problem.message)});
      }
    }
    out.document = {std::move(document.state.cluster_name), std::move(document.state.cluster_type), document.state.revision, document.state.lineage};
  } catch (const Error& error) {
    if (error.code() != errc::corrupt && error.code() != errc::unsupported_version) throw;
    out.verdict = error.code() == errc::corrupt ? Verdict::corrupt : Verdict::unsupported;
    out.findings = {{error.place().line, error.place().column, error.pointer(), std::string(error.message())}};
  }
  return out;
}

}  // namespace

Inspection inspect_document(std::string_view bytes, std::string_view path) try {
  return look_at_document(bytes, path);
} catch (const std::bad_alloc&) {
  throw Error(errc::out_of_memory, "there is not enough memory to look at this document");
}

}  // namespace aihow::state::inline v0

// SPDX-License-Identifier: MIT
#include "commands/state_view.hpp"
#include <fmt/format.h>
#include <algorithm>
#include "commands/cluster_view.hpp"
#include "output/escape.hpp"
#include "output/table.hpp"

namespace aihow::tool {
namespace {

using state::Inspection;
using state::Verdict;

std::string_view style_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::valid:
      return style::green;
    case Verdict::edited:
    case Verdict::unsigned_:
      return style::yellow;
    case Verdict::absent:
      return style::faint;
    case Verdict::corrupt:
    case Verdict::unsupported:
      break;
  }
  return style::red;
}

std::string_view sentence(Verdict verdict) {
  switch (verdict) {
    case Verdict::edited:
      return "changed since it was written: its checksum differs";
    case Verdict::unsigned_:
      return "not written by this program: it has no checksum";
    default:
      return "";
  }
}

std::string where(const state::Finding& finding) {
  std::string out = finding.line == 0 ? "" : fmt::format("{}:{}", finding.line, finding.column);
  if (!finding.pointer.empty()) out += (out.empty() ? "" : " ") + finding.pointer;
  return out;
}

// Whether a notice says of a file what its verdict says too.
bool is_covered(const std::string& notice, const std::vector<Inspection>& documents) {
  return std::any_of(documents.begin(), documents.end(), [&](const Inspection& document) {
    const bool about = notice.starts_with(document.path) && notice.size() > document.path.size() &&
                       std::string_view(": ").find(notice[document.path.size()]) != std::string_view::npos;
    return about && document.verdict != Verdict::valid;
  });
}

}  // namespace

std::string StateView::table(bool color) const {
  const state::ClusterState& cluster = snapshot_->state;
  std::string out;
  if (!imported_from_.empty()) {
    out = fmt::format("{}: {} cluster {} is now in {}, revision {}\n\n", escape(imported_from_), escape(cluster.cluster_type),
                      escape(cluster.cluster_name), escape(location_), cluster.revision);
  }
  Table vms({{"NAME"}, {"STATE"}, {"IP"}, {"LAST SEEN"}});
  for (const state::VMInfo& vm : cluster.vms) vms.row({vm.name, state_cell(vm), vm.ip_address.value_or(""), vm.last_seen.to_string()});
  return out + vms.text(color);
}

void StateView::json(JsonWriter& out) const {
  const state::ClusterState& cluster = snapshot_->state;
  out.begin_object();
  if (!imported_from_.empty()) out.member("imported_from", imported_from_);
  out.member("cluster_name", cluster.cluster_name).member("cluster_type", cluster.cluster_type).member("status", cluster.status);
  out.member("created_at", cluster.created_at.to_string()).member("last_modified", cluster.last_modified.to_string());
  out.member("revision", cluster.revision).member("lineage", text_of(cluster.lineage)).member("state_location", location_);
  if (imported_from_.empty()) {
    write_list(out, "vms", cluster.vms);
  } else {
    write_objects(out, cluster);
  }
  out.end_object();
}

std::vector<std::string> StateView::names() const {
  std::vector<std::string> out;
  for (const state::VMInfo& vm : snapshot_->state.vms) out.push_back(vm.name);
  return out;
}

bool Verification::is_refused(bool strict) const noexcept {
  return std::any_of(documents.begin(), documents.end(), [&](const Inspection& document) {
    const Verdict verdict = document.verdict;
    if (verdict == Verdict::corrupt || verdict == Verdict::unsupported) return true;
    return strict && (verdict == Verdict::edited || verdict == Verdict::unsigned_);
  });
}

std::string VerificationView::table(bool color) const {
  Table out({{"FILE"}, {"VERDICT"}, {"REVISION", true}, {"WHERE"}, {"WHAT"}});
  for (const Inspection& document : verification_.documents) {
    const std::string revision = document.document && document.document->lineage ? std::to_string(document.document->revision) : "";
    const auto row = [&](const std::string& place, const std::string& what) {
      out.row({document.path, {std::string(to_string(document.verdict)), style_of(document.verdict)}, revision, place, what});
    };
    for (const state::Finding& finding : document.findings) row(where(finding), finding.message);
    if (document.more_findings != 0) row("", fmt::format("and {} more", document.more_findings));
    if (document.findings.empty()) row("", std::string(sentence(document.verdict)));
  }
  std::string text = out.text(color);
  for (const std::string& notice : verification_.notices) {
    if (!is_covered(notice, verification_.documents)) text += "\n" + escape(notice) + "\n";
  }
  return text;
}

void VerificationView::json(JsonWriter& out) const {
  out.begin_object().member("verdict", to_string(verification_.documents.front().verdict)).key("documents").begin_array();
  for (const Inspection& document : verification_.documents) {
    const state::DocumentFacts* const state = document.document ? &*document.document : nullptr;
    out.begin_object().member("path", document.path).member("verdict", to_string(document.verdict));
    out.member("cluster_name", state == nullptr ? std::nullopt : std::optional(state->cluster_name));
    out.member("cluster_type", state == nullptr ? std::nullopt : std::optional(state->cluster_type));
    out.member("revision", state == nullptr ? std::nullopt : std::optional(state->revision));
    out.member("lineage", state == nullptr ? std::nullopt : text_of(state->lineage)).key("problems").begin_array();
    for (const state::Finding& finding : document.findings) {
      out.begin_object().member("line", finding.line).member("column", finding.column).member("pointer", finding.pointer);
      out.member("message", finding.message).end_object();
    }
    out.end_array().member("more_problems", document.more_findings).end_object();
  }
  out.end_array().key("notices").begin_array();
  for (const std::string& notice : verification_.notices) out.value(notice);
  out.end_array().end_object();
}

std::vector<std::string> VerificationView::names() const { return {std::string(to_string(verification_.documents.front().verdict))}; }

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
#include "prepare.hpp"
#include <aihow/state/identity.hpp>
#include <algorithm>
#include <cassert>
#include <string>
#include "check.hpp"

namespace aihow::state::inline v0 {
namespace {

const ClusterState nothing;

void root_changed(StateDiff& diff) {
  if (diff.changes.empty() || diff.changes.front().kind != ObjectKind::cluster) detail::add_root(diff);
}

/// Whether some VM was added, removed, or does something else than before: what `status` is about.
bool vms_do_something_else(const ClusterState& before, const ClusterState& after, const StateDiff& diff) {
  for (std::size_t i = 0; i < diff.changes.size(); ++i) {
    const auto& [at_before, at_after] = diff.places[i];
    if (diff.changes[i].kind != ObjectKind::vm) continue;
    if (!at_before || !at_after) return true;
    const VMInfo& old = before.vms[*at_before];
    const VMInfo& now = after.vms[*at_after];
    if (old.state != now.state || old.state_reason != now.state_reason) return true;
  }
  return false;
}

void complete_new(ClusterState& state) {
  if (state.status.empty()) state.status = derive_status(state.vms);
  if (state.created_at == Timestamp{}) state.created_at = Timestamp::now();
  if (state.last_modified == Timestamp{}) state.last_modified = state.created_at;
}

Uuid lineage_of(FirstCommit& first) {
  if (!first.lineage) first.lineage = random_uuid();
  return *first.lineage;
}

void number(ClusterState& state, const SnapshotPtr& current, FirstCommit& first, Write write) {
  if (!current) {
    if (!state.lineage) state.lineage = lineage_of(first);
    state.revision = std::max(std::max<std::uint64_t>(state.revision, 1), first.highest + 1);
    return;
  }
  state.lineage = current->state.lineage ? current->state.lineage : lineage_of(first);
  state.revision = write == Write::touch ? current->version.revision : std::max(current->highest, current->version.revision) + 1;
}

}  // namespace

Prepared prepare(const SnapshotPtr& current, const Plan& plan, FirstCommit& first, std::string_view location) {
  const ClusterState& before = current ? current->state : nothing;
  Prepared out;
  if (plan.erase) {
    if (!current) return out;
    out.write = Write::change;
    out.diff = diff(before, nothing);
    return out;
  }
  if (!plan.next) return out;

  ClusterState& after = plan.next->state;
  // A snapshot that kept its origin would keep every snapshot before it.
  after.origin = {};
  if (!current) complete_new(after);
  if (plan.only_vm) detail::diff_object(ObjectKind::vm, before.vms, *plan.only_vm, after.vms, *plan.only_vm, out.diff);
  else out.diff = diff(before, after);
  assert(out.diff == diff(before, after));
  if (out.diff.empty()) return out;
  if (current && !plan.status_is_set && after.status == before.status && vms_do_something_else(before, after, out.diff)) {
    const auto word = derive_status(after.vms);
    if (after.status != word) {
      after.status = word;
      root_changed(out.diff);
    }
  }
  // Something that was never committed by us gets its revision and lineage at once, whatever changed.
  const bool signed_before = current && current->state.lineage.has_value();
  // So does an edit by hand: a touch would make it look like the library's own.
  out.write = out.diff.touch_only && signed_before && !current->edited ? Write::touch : Write::change;
  if (out.write == Write::change && current && after.last_modified == before.last_modified) {
    after.last_modified = Timestamp::now();
    root_changed(out.diff);
  }
  number(after, current, first, out.write);
  require_valid_change(before, after, out.diff, location);
  return out;
}

}  // namespace aihow::state::inline v0

// SPDX-License-Identifier: MIT
// The past: what stood, who changed what, waiting for a change.
#include <aihow/history.h>
#include <utility>
#include "convert.hpp"
#include "manager.hpp"
#include "models.hpp"
#include "object_changes.hpp"

namespace aihow::capi {
namespace {

struct History {
  using Handle = aihow_history;
  static constexpr Noun noun = Noun::history;
  static constexpr const char* name = "history";
  std::shared_ptr<const std::vector<state::HistoryEntry>> entries;
  aihow_history_summary summary{};

  void set(std::vector<state::HistoryEntry> read) {
    summary.entries = read.size();
    entries = std::make_shared<std::vector<state::HistoryEntry>>(std::move(read));
  }
};

constexpr std::size_t first_query_size = offsetof(aihow_history_query, limit) + sizeof(std::size_t);
constexpr std::size_t first_summary_size = offsetof(aihow_history_summary, reserved) + sizeof(int32_t);
constexpr std::size_t first_entry_size = offsetof(aihow_history_entry, changes) + sizeof(std::size_t);
constexpr std::size_t first_wait_size = offsetof(aihow_wait, cancel) + sizeof(void*);

using state::RecordType;
static_assert(static_cast<int32_t>(RecordType::change) == AIHOW_RECORD_CHANGE && static_cast<int32_t>(RecordType::first) == AIHOW_RECORD_FIRST);
static_assert(static_cast<int32_t>(RecordType::whole) == AIHOW_RECORD_WHOLE && static_cast<int32_t>(RecordType::gap) == AIHOW_RECORD_GAP);
static_assert(static_cast<int32_t>(RecordType::erase) == AIHOW_RECORD_ERASE);

state::HistoryQuery to_query(const aihow_history_query* given) {
  state::HistoryQuery query;
  if (given == nullptr) return query;
  const auto wanted = take<first_query_size>(given, "query");
  query.name = optional_text(wanted.name, "query.name");
  if (wanted.kind != 0) query.kind = to_kind(wanted.kind);
  if (wanted.since.kind != AIHOW_TIME_NONE) query.since = to_timestamp(wanted.since, "query.since");
  query.after = wanted.after;
  if (wanted.before != 0) query.before = wanted.before;
  if (wanted.limit != 0) query.limit = wanted.limit;
  query.newest_first = !truth(wanted.oldest_first, "query.oldest_first");
  return query;
}

aihow_history_entry view(const state::HistoryEntry& entry) noexcept {
  aihow_history_entry filled{};
  filled.revision = entry.revision;
  filled.type = static_cast<int32_t>(entry.type);
  filled.edited = entry.edited ? 1 : 0;
  filled.remade = entry.remade ? 1 : 0;
  filled.time = to_c(entry.time);
  filled.user = entry.actor.user.c_str();
  filled.host = entry.actor.host.c_str();
  filled.program = entry.actor.program.c_str();
  filled.actor = entry.actor.text.c_str();
  filled.pid = entry.actor.pid;
  filled.operation = entry.operation.c_str();
  filled.commit = to_c(std::optional(entry.commit));
  filled.token = entry.token.c_str();
  filled.base = entry.base;
  filled.undone_to = entry.undone_to.value_or(0);
  filled.restored = entry.restored.value_or(0);
  filled.changes = entry.changes.size();
  return filled;
}

/// The version of a snapshot; nullopt for NULL. Throws Error invalid for a working copy, which is no version of a place.
std::optional<state::Version> to_version(const aihow_state* known) {
  if (known == nullptr) return std::nullopt;
  const auto of = use<State>(known, "wait.known");
  if (of->frozen() == nullptr) refuse("wait.known", "is a working copy: only a snapshot says what stood");
  return of->frozen()->snapshot()->version;
}

}  // namespace
}  // namespace aihow::capi

using namespace aihow::capi;

extern "C" {

int32_t aihow_manager_at(aihow_manager* manager, uint64_t revision, const aihow_state** state, aihow_error** error) {
  return with_manager(manager, error, [&](Manager& of) {
    out(state, "state");
    SnapshotResult result(state);
    result.give(of->at(revision));
  });
}

int32_t aihow_manager_at_time(aihow_manager* manager, const aihow_time* time, const aihow_state** state, aihow_error** error) {
  return with_manager(manager, error, [&](Manager& of) {
    if (out(time, "time").kind == AIHOW_TIME_NONE) refuse("time", "says no time");
    const auto when = to_timestamp(*time, "time");
    out(state, "state");
    SnapshotResult result(state);
    result.give(of->at(when));
  });
}

int32_t aihow_manager_history(aihow_manager* manager, const aihow_history_query* query, aihow_history** history, aihow_error** error) {
  return with_manager(manager, error, [&](Manager& of) {
    const auto wanted = to_query(query);
    out(history, "history");
    Fresh<History> made;
    auto read = of->history(wanted);
    made->set(std::move(read.entries));
    made->summary.oldest_kept = read.oldest_kept;
    made->summary.newest_kept = read.newest_kept;
    made->summary.revision = read.revision;
    *history = made.open();
  });
}

int32_t aihow_manager_changes_since(aihow_manager* manager, uint64_t revision, size_t limit, aihow_history** history, aihow_error** error) {
  return with_manager(manager, error, [&](Manager& of) {
    out(history, "history");
    Fresh<History> made;
    auto read = limit == 0 ? of->changes_since(revision) : of->changes_since(revision, limit);
    made->set(std::move(read.entries));
    made->summary.gap = read.gap ? 1 : 0;
    made->summary.resume_at = read.resume_at;
    *history = made.open();
  });
}

int32_t aihow_history_get(const aihow_history* history, aihow_history_summary* summary, aihow_error** error) {
  return guard(error, [&] {
    const auto of = use<History>(history);
    give<first_summary_size>(summary, of->summary, "summary");
  });
}

int32_t aihow_history_get_entry(const aihow_history* history, size_t index, aihow_history_entry* entry, aihow_error** error) {
  return guard(error, [&] {
    const auto of = use<History>(history);
    give<first_entry_size>(entry, view(item(*of->entries, index, "entry")), "entry");
  });
}

int32_t aihow_history_get_changes(const aihow_history* history, size_t index, aihow_changes** changes, aihow_error** error) {
  return guard(error, [&] {
    const auto of = use<History>(history);
    const auto& entry = item(*of->entries, index, "entry");
    out(changes, "changes");
    Fresh<ObjectChanges> made;
    made->list = {of->entries, &entry.changes};
    *changes = made.open();
  });
}

void aihow_history_free(aihow_history* history) { close<History>(history); }

int32_t aihow_manager_wait(aihow_manager* manager, const aihow_wait* wait, int32_t* changed, aihow_error** error) {
  return with_manager(manager, error, [&](Manager& of) {
    const auto wanted = wait == nullptr ? aihow_wait{} : take<first_wait_size>(wait, "wait");
    const auto known = to_version(wanted.known);
    aihow::state::Context context;
    if (wanted.cancel != nullptr) context.stop = use<Cancel>(wanted.cancel, "wait.cancel")->token;
    if (const auto timeout = to_timeout(wanted.timeout_ms)) context = aihow::state::within(*timeout, context.stop);
    out(changed, "changed");
    *changed = of->wait(known, context) ? 1 : 0;
  });
}
}

// SPDX-License-Identifier: MIT
// at(), history() and changes_since(): reading the past.
#include <aihow/state/history.hpp>
#include <algorithm>
#include <utility>
#include "actor.hpp"
#include "impl.hpp"
#include "missing_record.hpp"
#include "past.hpp"

namespace aihow::state::inline v0 {
namespace {

bool is_about(const HistoryEntry& entry, const HistoryQuery& query) {
  if (query.name.empty() && !query.kind) return true;
  return std::any_of(entry.changes.begin(), entry.changes.end(), [&](const ObjectChange& change) {
    return (query.name.empty() || change.name == query.name) && (!query.kind || change.kind == *query.kind);
  });
}

/// One that cannot be read is a gap.
HistoryEntry entry_of(const Record& record) {
  try {
    return read_entry(record);
  } catch (const Error& error) {
    if (error.code() != errc::corrupt) throw;
    HistoryEntry damaged;
    damaged.revision = record.revision;
    damaged.type = RecordType::gap;
    damaged.operation = "damaged";
    return damaged;
  }
}

bool keeps_history(StateStore& store) { return store.capabilities().history; }

/// Reads records as if that one were the newest. `ours`: the others are of the same state; else they are none.
ReadRecords with_newest(ReadRecords read, Record newest, bool ours) {
  return [read = std::move(read), newest = std::move(newest), ours](const RecordQuery& query) {
    RecordPage page = ours ? read(query) : RecordPage{};
    if (page.oldest_kept == 0) page.oldest_kept = newest.revision;
    if (newest.revision <= query.after || newest.revision >= query.before || query.limit == 0) return page;
    if (query.newest_first) page.records.insert(page.records.begin(), newest);
    else page.records.push_back(newest);
    if (page.records.size() > query.limit) page.records.pop_back();
    return page;
  };
}

/// Whether an entry tells all that made its revision of `revision`.
bool goes_on_from(const HistoryEntry& entry, std::uint64_t revision) {
  if (entry.edited || entry.type == RecordType::gap) return false;
  return entry.base == revision;
}

}  // namespace

Past ClusterStateManager::Impl::past(const Snapshot* stands) {
  const auto read = [this](const RecordQuery& query) {
    return channels.reader->use([&](StateStore& store) { return store.records(query, io_context()); });
  };
  const RecordPage newest = read({.limit = 1, .newest_first = true});
  // Where nothing stands any more the history tells which state it was.
  if (stands == nullptr) return {read, newest.lineage, location};
  const Uuid& lineage = stands->version.lineage;
  const bool ours = newest.lineage.is_nil() || newest.lineage == lineage;
  const std::uint64_t last = ours && !newest.records.empty() ? newest.records.front().revision : 0;
  if (last >= stands->version.revision || stands->version.revision == 0 || !channels.reader->use(keeps_history)) return {read, lineage, location};
  // Whoever only looks sees what the next change will mend.
  const Actor self = this_process(options.program, options.actor);
  return {with_newest(read, missing_record(*stands, last, self, *channels.reader).record, ours), lineage, location};
}

SnapshotPtr ClusterStateManager::at(std::uint64_t revision) {
  return guarded(*impl_, [&] {
    const auto newest = impl_->load();
    return impl_->past(newest ? newest->snapshot().get() : nullptr).at(revision);
  });
}

SnapshotPtr ClusterStateManager::at(const Timestamp& time) {
  return guarded(*impl_, [&] {
    const auto newest = impl_->load();
    const Past past = impl_->past(newest ? newest->snapshot().get() : nullptr);
    return past.at(past.revision_at(time));
  });
}

History ClusterStateManager::history(const HistoryQuery& query) {
  return guarded(*impl_, [&] {
    History out;
    const auto newest = impl_->load();
    const Past past = impl_->past(newest ? newest->snapshot().get() : nullptr);
    if (newest) out.revision = newest->snapshot()->version.revision;
    const bool oldest_first = !query.newest_first;
    past.each_newest_first({.after = query.after, .before = query.before}, [&](const Record& record) {
      // In the other order all of them have to be looked at: the oldest ones count.
      if (!oldest_first && out.entries.size() == query.limit) return false;
      HistoryEntry entry = entry_of(record);
      if (query.since && entry.time != Timestamp{} && earlier(entry.time, *query.since)) return false;
      if (is_about(entry, query)) out.entries.push_back(std::move(entry));
      return true;
    });
    if (oldest_first) {
      std::reverse(out.entries.begin(), out.entries.end());
      if (out.entries.size() > query.limit) out.entries.resize(query.limit);
    }
    const auto [oldest_kept, newest_kept] = past.kept();
    out.oldest_kept = oldest_kept;
    out.newest_kept = newest_kept;
    return out;
  });
}

ChangesSince ClusterStateManager::changes_since(std::uint64_t revision, std::size_t limit) {
  return guarded(*impl_, [&] {
    ChangesSince out;
    const auto newest = impl_->load();
    const Past past = impl_->past(newest ? newest->snapshot().get() : nullptr);
    const std::uint64_t stands = newest ? newest->snapshot()->version.revision : past.kept().second;
    out.resume_at = revision;
    const RecordPage page = past.oldest_first({.after = revision, .limit = std::max<std::size_t>(limit, 1)});
    for (const Record& record : page.records) {
      // Committed since this state was loaded: for the next call.
      if (record.revision > stands) break;
      HistoryEntry entry = entry_of(record);
      if (!goes_on_from(entry, out.resume_at)) break;
      out.resume_at = entry.revision;
      out.entries.push_back(std::move(entry));
    }
    if (!out.entries.empty() || revision == stands) return out;
    out.gap = true;
    out.resume_at = stands;
    return out;
  });
}

}  // namespace aihow::state::inline v0

// SPDX-License-Identifier: MIT
#include "past.hpp"
#include <aihow/state/error.hpp>
#include <aihow/state/json.hpp>
#include <algorithm>
#include <memory>
#include <utility>
#include <vector>
#include "record.hpp"
#include "record_reader.hpp"
#include "replay.hpp"

namespace aihow::state::inline v0 {
namespace {

/// A store reads from the end: few are asked for first, then ever more, so that all of them cost about two readings.
constexpr std::size_t first_page = 32;
constexpr std::size_t page_growth = 4;

/// Whether a store's token is the checksum of a document.
bool is_checksum(const std::string& token) noexcept { return token.size() == 32 && token.find_first_not_of("0123456789abcdef") == std::string::npos; }

}  // namespace

RecordPage Past::page(const RecordQuery& query) const {
  RecordPage out = read_(query);
  if (!out.lineage.is_nil() && out.lineage != lineage_) return {};
  return out;
}

void Past::each_newest_first(RecordQuery query, const std::function<bool(const Record&)>& visit) const {
  query.newest_first = true;
  for (query.limit = first_page;; query.limit *= page_growth) {
    const RecordPage found = page(query);
    for (const Record& record : found.records) {
      if (!visit(record)) return;
    }
    if (found.records.size() < query.limit) return;
    query.before = found.records.back().revision;
  }
}

std::pair<std::uint64_t, std::uint64_t> Past::kept() const {
  const RecordPage newest = page({.limit = 1, .newest_first = true});
  if (newest.records.empty()) return {0, 0};
  return {newest.oldest_kept, newest.records.front().revision};
}

void Past::refuse(std::uint64_t revision) const {
  const auto [oldest, newest] = kept();
  std::string has = newest == 0 ? "there is no history" : "the history has " + std::to_string(oldest) + " to " + std::to_string(newest);
  if (oldest <= revision && revision <= newest) has += ", with a gap where it was";
  throw Error(errc::not_found, "revision " + std::to_string(revision) + " is not kept: " + has, {.path = location_});
}

Record Past::record(std::uint64_t revision) const {
  if (revision == 0 || revision == UINT64_MAX) refuse(revision);
  RecordPage found = page({.after = revision - 1, .before = revision + 1, .limit = 1});
  if (found.records.empty()) refuse(revision);
  return std::move(found.records.front());
}

SnapshotPtr Past::at(std::uint64_t revision) const {
  if (revision == 0 || revision == UINT64_MAX) refuse(revision);
  std::vector<Record> records;
  bool started = false;
  each_newest_first({.before = revision + 1}, [&](const Record& record) {
    if (records.empty() && record.revision != revision) return false;
    records.push_back(record);
    started = is_start(record);
    return !started;
  });
  if (records.empty()) refuse(revision);
  Replay replay(lineage_);
  try {
    for (auto record = records.rbegin(); record != records.rend(); ++record) replay.apply(*record);
  } catch (const Error& error) {
    if (error.code() != errc::corrupt) throw;
    throw Error(errc::corrupt, error.message(), {.path = location_});
  }
  if (replay.erased())
    throw Error(errc::not_found, "revision " + std::to_string(revision) + " removed the state: nothing stood then", {.path = location_});
  if (replay.state() == nullptr) refuse(revision);
  auto out = std::make_shared<Snapshot>();
  out->state = *replay.state();
  out->version = {lineage_, revision, replay.token()};
  out->highest = revision;
  // Before a gap a hand may have laid the document out its own way.
  if (!replay.is_gap() && is_checksum(replay.token()) && document_token(write_document(out->state)) != replay.token()) {
    throw Error(errc::corrupt,
                "the history does not lead to revision " + std::to_string(revision) +
                    " as it was committed: its records were changed, or the state was, without its checksum telling so",
                {.path = location_});
  }
  return out;
}

std::uint64_t Past::revision_at(const Timestamp& time) const {
  std::uint64_t found = 0;
  each_newest_first({}, [&](const Record& record) {
    try {
      if (!earlier(time, RecordReader(record).head.time)) found = record.revision;
    } catch (const Error& error) {
      // A damaged one does not say when it was.
      if (error.code() != errc::corrupt) throw;
    }
    return found == 0;
  });
  if (found == 0) throw Error(errc::not_found, "the history does not go back to " + time.to_string(), {.path = location_});
  return found;
}

std::uint64_t Past::undone_to(std::uint64_t revision, std::size_t steps) const {
  for (; steps != 0; --steps) {
    HistoryEntry entry = RecordReader(record(revision)).head;
    // An undo is not undone: what it went back to is where the next one goes on from.
    while (entry.undone_to) {
      revision = *entry.undone_to;
      entry = RecordReader(record(revision)).head;
    }
    if (entry.base == 0) {
      throw Error(errc::not_found,
                  "there is nothing more to undo: what stood before revision " + std::to_string(revision) +
                      (entry.type == RecordType::first ? " was nothing" : " is not known"),
                  {.path = location_});
    }
    revision = entry.base;
  }
  return revision;
}

std::optional<Record> fold_records(std::span<const Record> records, const Uuid& lineage) {
  if (records.empty()) return std::nullopt;
  Replay replay(lineage);
  const auto last_start = std::find_if(records.rbegin(), records.rend(), is_start);
  if (last_start == records.rend()) return std::nullopt;
  try {
    for (auto record = std::prev(last_start.base()); record != records.end(); ++record) replay.apply(*record);
  } catch (const Error& error) {
    // Damaged: it cannot be made again before, nor after.
    if (error.code() != errc::corrupt) throw;
    return std::nullopt;
  }
  if (replay.state() == nullptr) return std::nullopt;
  return with_whole(records.back(), *replay.state());
}

}  // namespace aihow::state::inline v0

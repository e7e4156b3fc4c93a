// SPDX-License-Identifier: MIT
// Past: the kept records of one state, as what they tell.
#pragma once
#include <aihow/state/history.hpp>
#include <aihow/state/state_store.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace aihow::state::inline v0 {

/// Reads records, of the state that stands: another lineage's are none.
using ReadRecords = std::function<RecordPage(const RecordQuery&)>;

class Past {
 public:
  /// `location`: for messages. `lineage`: of the state that stands.
  Past(ReadRecords read, Uuid lineage, std::string location) : read_(std::move(read)), lineage_(lineage), location_(std::move(location)) {}

  /// The state as that revision was first committed; its version has the token of its document. Throws Error not_found where it is not kept (and
  /// says what is), corrupt where the records do not lead to the document that was committed.
  SnapshotPtr at(std::uint64_t revision) const;
  /// The newest revision that was made at that time or before. Throws Error not_found.
  std::uint64_t revision_at(const Timestamp& time) const;
  /// The record of a revision. Throws Error not_found.
  Record record(std::uint64_t revision) const;
  /// The revision whose content an undo of `steps` changes brings back, from `revision` on. Throws Error not_found where there are not so many.
  std::uint64_t undone_to(std::uint64_t revision, std::size_t steps) const;

  /// The first and the last revision that has a record; 0: none.
  std::pair<std::uint64_t, std::uint64_t> kept() const;
  /// As the store gives them.
  RecordPage oldest_first(const RecordQuery& query) const { return page(query); }
  /// Visits records, newest first, until `visit` says false or there are no more.
  void each_newest_first(RecordQuery query, const std::function<bool(const Record&)>& visit) const;

 private:
  RecordPage page(const RecordQuery& query) const;
  [[noreturn]] void refuse(std::uint64_t revision) const;

  ReadRecords read_;
  Uuid lineage_;
  std::string location_;
};

/// What takes the place of the oldest records when a history is shortened: the last of them with the state that it led to.
std::optional<Record> fold_records(std::span<const Record> records, const Uuid& lineage);

}  // namespace aihow::state::inline v0

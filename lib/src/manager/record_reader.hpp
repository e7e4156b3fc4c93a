// SPDX-License-Identifier: MIT
// Reading records: the parts of one line of history.
#pragma once
#include <aihow/state/history.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include "json/raw_value.hpp"

namespace aihow::state::inline v0 {

/// One object's part. What it refers to is the record's text.
struct RecordChange {
  ObjectKind kind = ObjectKind::cluster;
  std::string name;
  std::optional<std::size_t> at;
  std::optional<format::RawValue> before;
  std::optional<format::RawValue> after;
  std::optional<std::string> exact;
};

/// A record taken apart. Refers to the record, which outlives it. Throws Error corrupt, naming the revision, from the constructor.
class RecordReader {
 public:
  explicit RecordReader(const Record& record);
  RecordReader(const RecordReader&) = delete;
  RecordReader& operator=(const RecordReader&) = delete;

  /// What it says of itself; without `changes`.
  HistoryEntry head;
  std::string base_token;
  bool has_base = false;
  std::vector<RecordChange> changes;
  std::vector<std::pair<Timestamp, std::size_t>> seen;  ///< runs
  std::vector<std::pair<std::string, std::vector<std::string>>> addresses;
  std::optional<std::string> whole;  ///< the text of a document

 private:
  void read(format::RawObject root);
  void read_beside(format::RawObject& root);

  format::Source source_;
};

/// The members in which two objects differ, in the order of `after`, then those that it has not any more.
std::vector<FieldChange> field_changes(std::string_view before, std::string_view after);

}  // namespace aihow::state::inline v0

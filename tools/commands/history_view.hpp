// SPDX-License-Identifier: MIT
// What the commands of the past show: entries of history, and changes of objects.
#pragma once
#include <aihow/state/history.hpp>
#include <string>
#include <vector>
#include "commands/view.hpp"

namespace aihow::tool {

/// `vm bare: state RUNNING → PAUSED (user)`, `vm bare added`; without times, unescaped.
std::string sentence(const state::ObjectChange& change);

/// Whether it says more than that the state was written: a cluster of which only `last_modified` is new does not.
bool is_telling(const state::ObjectChange& change);

/// A member `changes`: `kind`, `name`, `change` (`added`, `removed`, `changed`), `before`, `after`, `fields`.
void write_object_changes(JsonWriter& out, const std::vector<state::ObjectChange>& changes);

/// One entry as an object.
void write_entry(JsonWriter& out, const state::HistoryEntry& entry);

/// Who it was: `user@host`; empty where nobody knows.
std::string who(const state::HistoryEntry& entry);

/// One line: `#42 2025-10-21T14:32:15.123456Z root@lab ai-how vm pause, refresh: vm bare: state RUNNING → PAUSED`; escaped, with its line break.
std::string entry_line(const state::HistoryEntry& entry);

class HistoryView final : public View {
 public:
  /// `name`: the object whose life it is; empty: all.
  HistoryView(state::History history, std::string location, std::string name)
      : history_(std::move(history)), location_(std::move(location)), name_(std::move(name)) {}
  std::string table(bool color) const override;
  void json(JsonWriter& out) const override;
  std::vector<std::string> names() const override;  ///< revisions

 private:
  state::History history_;
  std::string location_;
  std::string name_;
};

/// Changes of objects, a field a row.
std::string changes_table(const std::vector<state::ObjectChange>& changes, bool color);

}  // namespace aihow::tool

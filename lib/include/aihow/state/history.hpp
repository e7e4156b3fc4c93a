// SPDX-License-Identifier: MIT
// History: who changed what, when. What a store keeps as records, as typed values; what tells two states apart; and what takes a change back.
#pragma once
#include <aihow/state/state_store.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace aihow::state::inline v0 {

/// Who made a change.
struct Actor {
  std::string user;
  std::string host;
  std::string program;
  std::string text;  ///< the caller's own words (ManagerOptions::actor)
  std::int64_t pid = 0;
  bool operator==(const Actor&) const = default;
};

/// One member of an object, before and after, as JSON. Empty: the member was not there, or is not any more.
struct FieldChange {
  std::string field;
  std::string before;
  std::string after;
  bool operator==(const FieldChange&) const = default;
};

/// One object, before and after, as JSON on one line (see to_json()). `before` is empty for one that was added, `after` for a removed one.
/// The cluster itself has no name, and its members without the lists.
struct ObjectChange {
  ObjectKind kind = ObjectKind::cluster;
  std::string name;
  std::string before;
  std::string after;
  std::vector<FieldChange> fields;  ///< in which the two differ; of an object that was added or removed: none
  bool operator==(const ObjectChange&) const = default;
};

enum class RecordType : std::uint8_t {
  change,  ///< what changed since the revision before
  first,   ///< a state where none stood
  whole,   ///< as `change`, with the whole state beside it: from time to time, so that little has to be read; or since what stood before was
           ///< not what the history's last record led to
  gap,     ///< of a revision whose change is not known: the history was lost, cut off, or another state's
  erase,   ///< the state was removed
};

/// `change`, `first`, `whole`, `gap`, `erase`.
constexpr std::string_view to_string(RecordType type) noexcept {
  switch (type) {
    case RecordType::change:
      return "change";
    case RecordType::first:
      return "first";
    case RecordType::whole:
      return "whole";
    case RecordType::gap:
      return "gap";
    case RecordType::erase:
      return "erase";
  }
  return "";
}

/// What is recorded of one revision.
struct HistoryEntry {
  std::uint64_t revision = 0;
  RecordType type = RecordType::change;
  Timestamp time;  ///< when the change was made; of a gap: when it was noticed
  Actor actor;     ///< of a gap: who noticed it; of an entry that was made again: nobody
  std::string operation;
  Uuid commit;
  std::string token;                       ///< of the document that it led to; empty: not known
  std::uint64_t base = 0;                  ///< the revision that it was made on; 0: none that was recorded
  std::optional<std::uint64_t> undone_to;  ///< an undo: the revision whose content it brought back
  std::optional<std::uint64_t> restored;   ///< a restore: the same
  bool edited = false;                     ///< the document was changed by hand after `base`: the entry's changes begin with that
  bool remade = false;                     ///< its record was lost, and was made again of the two documents
  std::vector<ObjectChange> changes;       ///< without objects of which only times, or the order of addresses, changed
};

/// Which entries. A `name` selects those in which an object of that name (and `kind`, where given) changes: its life.
struct HistoryQuery {
  std::string name{};
  std::optional<ObjectKind> kind{};
  std::optional<Timestamp> since{};  ///< made at that time or later
  std::uint64_t after = 0;           ///< after < revision < before
  std::uint64_t before = UINT64_MAX;
  std::size_t limit = 100;
  bool newest_first = true;
};

/// Where the record of what stands is missing the first entry is what the next change will put there: made again, or a gap.
struct History {
  std::vector<HistoryEntry> entries;
  std::uint64_t oldest_kept = 0;  ///< the first revision that has a record; 0: none has
  std::uint64_t newest_kept = 0;  ///< the last one
  std::uint64_t revision = 0;     ///< of the state that stands; 0: none does
};

/// All changes after a revision, in order and without a hole; or a gap.
struct ChangesSince {
  std::vector<HistoryEntry> entries;  ///< each made on the one before; the first on the revision that was asked for
  bool gap = false;                   ///< then there are no entries: load the state, and go on from its revision
  std::uint64_t resume_at = 0;        ///< what to ask for next: the last entry's revision; at a gap that of the state that stands
};

struct RevertOptions {
  /// The revision that the caller has seen; nullopt: whatever stands. What others changed since is kept, and where it is the same thing it
  /// is a conflict.
  std::optional<std::uint64_t> seen{};
  bool dry_run = false;  ///< nothing is written, no lock is taken
  std::stop_token stop{};
};

/// What an undo or a restore did, or would do.
struct Reversal {
  SnapshotPtr snapshot;                ///< what stands afterwards
  std::uint64_t from = 0;              ///< the revision that was gone back from
  std::uint64_t to = 0;                ///< the one whose content is brought back
  std::vector<ObjectChange> changes;   ///< what that changes
  std::vector<std::string> conflicts;  ///< of a dry run: what others have changed since, as merge() says it; then it would be refused
  bool committed = false;
};

/// Reads a record. Throws Error corrupt (not a record as this version, or an older one, writes it), out_of_memory.
HistoryEntry read_entry(const Record& record);

/// What makes one state of the other, object by object in the document's order; times, and the order of addresses, count. O(n).
std::vector<ObjectChange> object_changes(const ClusterState& before, const ClusterState& after);

/// The same as a JSON Patch (RFC 6902): an array of `add`, `remove` and `replace` that makes the document of `after` of that of `before`,
/// `aihow` with revision and checksum included. Objects are told apart by name; a list in another order is replaced as a whole. O(n).
/// Throws as write_document().
std::string json_patch(const ClusterState& before, const ClusterState& after);

}  // namespace aihow::state::inline v0

// SPDX-License-Identifier: MIT
// What stands at a place now: the document, or the backup that answers for it, and the largest revision ever seen.
#pragma once
#include <aihow/state/state_store.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>
#include "json_file/document_file.hpp"
#include "json_file/history_file.hpp"

namespace aihow::state::inline v0::json_file {

/// What a look found.
struct Current {
  enum class Answer : std::uint8_t {
    none,      ///< nothing stands
    document,  ///< the document is valid
    backup,    ///< it is not, and the valid backup answers for it
  };
  Answer answer = Answer::none;
  Version version;                   ///< of what answers
  std::optional<Reading> bad;        ///< the invalid document
  std::optional<Reading> backup;     ///< the backup that answers for it
  std::shared_ptr<Snapshot> parsed;  ///< where the look had to parse: state, version and notices (without `highest`)
};

/// The document's neighbours: what lies beside it.
struct Neighbours {
  std::optional<ShownHead> backup;
  std::optional<HistoryEnd> history;
};

/// The largest revision in document, backup and history. Those of another lineage than `lineage` do not count; with nil all do.
std::uint64_t highest_revision(const Current& current, const Neighbours& beside, const Uuid& lineage) noexcept;

/// Looks at documents and remembers what it saw: one for each store object.
class Looker {
 public:
  explicit Looker(bool strict) : strict_(strict) {}

  /// What stands now. An invalid document that is young is read again (see Patience). Changes nothing.
  /// Throws Error corrupt: neither document nor backup is valid, or it was edited and the store is strict; unsupported_version.
  Current look(const Place& place, const Context& context);

  /// Backup and history, read only where they changed since they were seen last.
  /// `settled`: no commit is under way or was interrupted; else the history may tell of one that never was, and is left out.
  Neighbours look_beside(const Place& place, bool settled);

  /// The same look, with what stands read and parsed in any case.
  Current look_whole(const Place& place, const Context& context) {
    forget();
    return look(place, context);
  }

  /// The valid document that was seen last; nullptr: none.
  Known* known() noexcept { return known_ ? &*known_ : nullptr; }
  /// A commit of ours made `made` the document. `backup`: the one that was known before, where it is the backup now; `history`: the history's end.
  void committed(Known made, const std::optional<Identity>& backup, const std::optional<HistoryEnd>& history) noexcept;
  void forget() noexcept {
    known_.reset();
    backup_seen_.reset();
    history_seen_.reset();
  }

 private:
  template <class Value>
  struct Seen {
    Identity identity;
    bool is_certain;  ///< a change would show in the identity; no initializer: clang 14 leaves out instances that read one of a nested template
    std::optional<Value> value;
  };
  /// What `read` says of the file under a name, read only where the file changed since.
  template <class Value, class Read>
  std::optional<Value> remembered(std::optional<Seen<Value>>& seen, const Place& place, const std::string& name, Read read);

  bool look_at_known(const Place& place);
  Current accept(Document document, Reading reading, const Place& place);
  Current ask_backup(const Place& place, Reading bad, const Error& why);

  bool strict_;
  std::optional<Known> known_;
  std::optional<Seen<ShownHead>> backup_seen_;
  std::optional<Seen<HistoryEnd>> history_seen_;
};

}  // namespace aihow::state::inline v0::json_file

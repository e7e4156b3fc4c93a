// SPDX-License-Identifier: MIT
// StateStore: the persistence backend interface, and the values that cross it.
#pragma once
#include <aihow/state/model.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace aihow::state::inline v0 {

/// Which content. `revision` orders (dense per lineage; 0: the document has none yet); `token` decides: opaque, differs whenever the
/// content differs (a file's: the checksum of its bytes). Equal means equal in all three.
struct Version {
  Uuid lineage;
  std::uint64_t revision = 0;
  std::string token;
  bool operator==(const Version&) const = default;
};

/// An immutable state as committed, shared by cache, callers and merge bases.
struct Snapshot {
  ClusterState state;
  Version version;
  Uuid commit_id;                    ///< of the commit that made it, where the store can tell; else nil
  std::uint64_t highest = 0;         ///< the largest revision this location ever showed (document, backup, history); the next is one more
  std::vector<std::string> notices;  ///< what loading noticed: edited by hand, backup used, history mended …; sentences for people
  bool edited = false;               ///< the content is not as a commit left it: somebody changed it by hand since
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

/// How long a call may wait: every wait ends at the earlier of the two, with `timeout` (a lock: `locked`) or `cancelled`.
struct Context {
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  std::stop_token stop;
};
inline Context within(std::chrono::milliseconds time, std::stop_token stop = {}) {
  return {std::chrono::steady_clock::now() + time, std::move(stop)};
}

/// An object that a commit makes, changes or removes. Its "before" is in the base, its "after" in `next`; absent there: removed.
/// `name` is empty for the cluster itself.
struct Change {
  ObjectKind kind;
  std::string name;
  bool operator==(const Change&) const = default;
};

/// One line of history: a JSON object without line breaks. The manager gives it meaning; a store keeps it. Where a record says `"token":null`
/// a store may put a token of the document in place of `null`; one of 32 hex digits is taken for its document_token().
struct Record {
  std::uint64_t revision = 0;
  std::string json;
  bool operator==(const Record&) const = default;
};
/// Records with after < revision < before.
struct RecordQuery {
  std::uint64_t after = 0;
  std::uint64_t before = UINT64_MAX;
  std::size_t limit = 100;
  bool newest_first = false;
};
struct RecordPage {
  std::vector<Record> records;
  std::uint64_t oldest_kept = 0;  ///< 0: none is kept. `after + 1 < oldest_kept`: a gap, reload
  Uuid lineage{};                 ///< of the history, where the store can tell; else nil
};

/// `commit` is held for milliseconds round one commit; `operation` for a whole start, stop, destroy. Order: operation, then commit.
/// Numbers are the byte offsets in the file store's lock file: frozen.
enum class LockKind : std::uint8_t { commit = 0, operation = 1 };

/// Who holds a lock. For messages only, never for decisions.
struct Holder {
  std::string host;
  std::string program;
  std::string what;  ///< the command or operation
  std::int64_t pid = 0;
  Timestamp since;
};

/// A held lock. The destructor releases it, on any thread.
struct Lock {
  Lock() = default;
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  virtual ~Lock() = default;
  /// false: it was lost (a fork child's copy, an expired lease).
  virtual bool held() noexcept = 0;
};

struct Commit {
  Uuid id;                             ///< random; kept beside the head where the store can, so an unknown outcome can be looked up
  std::optional<Version> base;         ///< what must still stand there; nullopt: nothing may (create, import)
  const ClusterState* next = nullptr;  ///< whole, validated, revision and lineage set; nullptr: erase. Same revision as base: a touch
  std::span<const Change> changes;     ///< all that differs from base, so that a row store writes only these
  std::span<const Record> records;     ///< one for a change, none for a touch, the whole past for an import
  Lock* under = nullptr;               ///< the operation lock that this commit relies on: lost means conflict
  /// The newest record that `records` were made to follow (0: none); nullopt: whichever. Where another one is nothing is written.
  std::optional<std::uint64_t> last_record{};
};
struct CommitResult {
  bool committed = false;              ///< false: nothing was written, `version` is what stands there now
  std::optional<Version> version{};    ///< nullopt: nothing stands there
  std::uint64_t highest = 0;           ///< the largest revision this location ever showed in that lineage (where nothing stands: in the former one's)
  std::vector<std::string> notices{};  ///< what the commit noticed or mended
  bool history_differs = false;        ///< nothing was written since the newest record is not Commit::last_record
  bool history_due = false;            ///< the history is beyond its bounds: shorten_history()
};

/// Makes the record that takes the place of all of these, the last of which is the revision that it stands for; nullopt: that one as it is.
using FoldRecords = std::function<std::optional<Record>(std::span<const Record>)>;

struct Capabilities {
  bool history = false;
  bool wait = false;
  bool multi_process = false;
  bool multi_host = false;
};

/// The persistence backend: keeps one cluster's state at one location. It never merges, validates or interprets history: the manager does.
/// Threads: one object, one thread at a time; any number of objects, threads and processes on one location.
/// Every method throws Error: permission, io, unreachable, timeout, cancelled, out_of_memory; beyond these, what it names.
class StateStore {
 public:
  StateStore() = default;
  StateStore(const StateStore&) = delete;
  StateStore& operator=(const StateStore&) = delete;
  virtual ~StateStore() = default;

  /// Effect: the newest committed state, nullptr if there is none. `known` itself when that is still the newest (cheap); otherwise a new
  ///   snapshot, which may be built from `known` and what changed since. Repairs nothing, writes nothing, takes no lock.
  /// Failure: corrupt (no valid copy left), unsupported_version. Requires: `known` is null or from this location. Threads: as the class.
  virtual SnapshotPtr load(SnapshotPtr known, const Context& context) = 0;

  /// Effect: all of the commit or none of it becomes the newest state, durable on return; a touch keeps backup and history as they are.
  /// Failure: outcome_unknown (it may or may not stand: load() and compare commit_id or token); conflict (`under` was lost); after any
  ///   other error state, backup and history are as before. A base that no longer stands is no error: committed == false. Nor is a
  ///   revision that this lineage had before (an import where a state was erased): committed == false, and the result's `highest` tells the
  ///   next free one. Requires: nothing. Threads: as the class.
  virtual CommitResult commit(const Commit& commit, const Context& context) = 0;

  /// Effect: waits for and takes a lock. `commit` only spares retries under contention (compare-and-swap alone keeps a state right; a store
  ///   may hand out one that excludes nobody); `operation` excludes other operations, never commits.
  /// Failure: locked (deadline; the message names the holder). Requires: not held through this object. Threads: as the class.
  virtual std::unique_ptr<Lock> lock(LockKind kind, const Holder& self, const Context& context) = 0;

  /// Effect: who holds that lock now, as far as can be told; nullopt if free. Failure, Requires, Threads: as the class.
  virtual std::optional<Holder> holder(LockKind kind, const Context& context) = 0;

  /// Effect: kept records, ascending or newest first, at most `limit`. A store without history: an empty page. A store that keeps a checksum with
  ///   each record gives a damaged one as it stands, with that member `checksum`, which no other record has.
  /// Failure: as the class. Requires: nothing. Threads: as the class.
  virtual RecordPage records(const RecordQuery& query, const Context& context) = 0;

  /// Effect: returns true once the newest version may differ from `known` (nullopt: nothing stands), false at the deadline. A follower
  ///   uses a store object of its own. Failure: cancelled. Requires: capabilities().wait, else the manager polls load(). Threads: as the class.
  virtual bool wait(const std::optional<Version>& known, const Context& context) = 0;

  /// Effect: checks everything stored, beside no commit, and lists what is wrong (empty: all is well); writes nothing. With `mend`, under the
  ///   commit lock, completes interrupted commits, puts the best valid copy in place and keeps every bad one under a new name.
  /// Failure: locked (commits go on until the deadline); corrupt (nothing to mend from; untouched). Threads: as the class.
  virtual std::vector<std::string> verify(bool mend, const Context& context) = 0;

  virtual Capabilities capabilities() const noexcept = 0;  ///< Constant for an object's life.

  virtual std::string location() const = 0;  ///< As a person would write it: a path, `memory:NAME`. For messages.

  /// Effect: where the history is beyond the store's bounds (see HistoryLimits), its oldest records become one, made by `fold`, so that three
  ///   quarters of the bounds are in use at most; all or nothing, whatever happens. Where it is within them, nothing.
  ///   Failure: what `fold` throws. Requires: the commit lock, through this object. Threads: as the class.
  virtual void shorten_history(const FoldRecords& fold, const Context& context) {
    static_cast<void>(fold);
    static_cast<void>(context);
  }

  /// Effect: the state of that revision of that lineage, where the store still has its document beside the one that stands (a backup); else
  ///   nullptr. Failure, Requires, Threads: as the class.
  virtual SnapshotPtr kept(const Uuid& lineage, std::uint64_t revision, const Context& context) {
    static_cast<void>(lineage);
    static_cast<void>(revision);
    static_cast<void>(context);
    return nullptr;
  }

  /// Effect: the files that hold documents, whether they exist or not: the newest, then its backup. Empty: it keeps none in files.
  ///   Failure, Requires, Threads: as the class.
  virtual std::vector<std::string> document_files() { return {}; }
};

}  // namespace aihow::state::inline v0

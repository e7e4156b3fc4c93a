// SPDX-License-Identifier: MIT
// ClusterStateManager: the library's front door. Locks, loads, changes, validates and commits a cluster's state.
#pragma once
#include <aihow/state/diff.hpp>
#include <aihow/state/history.hpp>
#include <aihow/state/inspect.hpp>
#include <aihow/state/observer.hpp>
#include <aihow/state/reconcile.hpp>
#include <aihow/state/state_store.hpp>
#include <aihow/state/stores.hpp>
#include <aihow/state/watch.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace aihow::state::inline v0 {

struct ManagerOptions {
  StoreOptions store;
  std::chrono::milliseconds lock_timeout{10'000};  ///< how long a change waits for a lock; 0 fails at once
  std::string program;                             ///< for lock holders and history; empty: the process's name
  std::string actor;                               ///< a text of the caller's for history records
  /// Told once of everything that loading or committing noticed, on whichever thread did, holding no lock; what it throws is dropped. May be empty.
  std::function<void(std::string_view)> notice;
};

/// An operation in progress (start, stop, destroy …): holds the operation lock, released by the destructor. Movable.
class Operation {
 public:
  Operation() = default;
  explicit Operation(std::unique_ptr<Lock> lock, std::string what) : lock_(std::move(lock)), what_(std::move(what)) {}
  explicit operator bool() const noexcept { return lock_ != nullptr; }
  const std::string& what() const noexcept { return what_; }
  Lock* lock() const noexcept { return lock_.get(); }

 private:
  std::unique_ptr<Lock> lock_;
  std::string what_;
};

/// What a refresh saw and did.
struct Refresh {
  SnapshotPtr snapshot;                 ///< the state after it
  std::vector<Difference> differences;  ///< what it changed
  Observation observation;
  bool committed = false;  ///< whether anything was written
};

/// How a state and the world differ.
struct Drift {
  SnapshotPtr snapshot;                 ///< the state that was compared
  std::vector<Difference> differences;  ///< see drift(); without objects that were recorded anew while the world was looked at
  Observation observation;              ///< `unreachable`: of what nothing can be said
};

/// Manages the state of one cluster at one location. Names follow the reference's Python API.
///
/// Every change takes the commit lock, loads, runs, validates and commits by compare-and-swap; where another writer was first it is run again,
/// until `lock_timeout`. Nothing is kept in memory that the store does not have; a loaded snapshot is reused only while it is the newest.
/// Beside that one, a manager that commits keeps the memory of the one before, once nobody holds it, for the next change.
///
/// Threads: all members are safe to call from any thread of any process. Snapshots are immutable and may be read from everywhere.
/// Every member throws Error as the store does (see StateStore), and where it says more, that.
class ClusterStateManager {
 public:
  /// Opens a location (see open_store()). No I/O happens yet.
  explicit ClusterStateManager(std::string_view location, ManagerOptions options = {});
  explicit ClusterStateManager(std::unique_ptr<StateStore> store, ManagerOptions options = {});
  ClusterStateManager(const ClusterStateManager&) = delete;
  ClusterStateManager& operator=(const ClusterStateManager&) = delete;
  ~ClusterStateManager();

  std::string location() const;

  // Reading. Never waits for a writer.

  /// The newest state; nullptr where there is none.
  SnapshotPtr snapshot();
  /// A copy of it to work on, with its origin, so that save_state() can merge.
  std::optional<ClusterState> get_state();
  std::vector<VMInfo> get_all_vms();                    ///< empty where there is no state
  std::optional<VMInfo> get_vm(std::string_view name);  ///< O(1) on an unchanged snapshot

  // Changing.

  /// The state, made (status `stopped`, a new lineage, revision 1) where there is none.
  /// Throws Error invalid where one of another name or type stands; the message has both.
  ClusterState ensure_state(std::string_view cluster_name, std::string_view cluster_type);

  /// Saves a state. With an origin: merged with what others committed since (see merge()). Without: only where none stands.
  /// On return `state` is what was committed, with its new origin. Throws Error conflict (names the objects), invalid.
  void save_state(ClusterState& state);

  void add_vm(VMInfo vm);                                      ///< Throws Error conflict where the name is taken, not_found without a state
  void update_vm_state(std::string_view name, VMState state);  ///< A request: checked against the lifecycle; Throws Error invalid, not_found
  void remove_vm(std::string_view name);                       ///< Throws Error not_found

  /// Takes a VM out of the state, and the volumes that it uses and no other VM does. The machine and its disks are left as they are, with the
  /// cluster's marks: whoever looks for these finds them again. Throws Error not_found.
  SnapshotPtr forget_vm(std::string_view name, const Operation* under = nullptr);
  /// Gives a VM of the state another name. One that libvirt has cannot have it: its UUID and its mark follow from its name.
  /// Throws Error not_found, conflict where the name is taken, invalid (no name, or a machine with a UUID).
  SnapshotPtr rename_vm(std::string_view name, std::string_view new_name, const Operation* under = nullptr);

  /// Runs `change` on the newest state (never without one: Error not_found) and commits the result as one revision, named `operation` in
  /// history. It may be run more than once, so it must be a pure function of its argument; when it throws, nothing is committed. Where it
  /// changes nothing nothing is written. A change of VM states, or of which VMs there are, derives `status` unless the change sets it;
  /// `last_modified` becomes now unless the change sets it. It may read through the manager, and start no other change (Error invalid).
  /// `under`: an operation in progress that the commit relies on. Returns the snapshot that stands after it.
  SnapshotPtr transaction(std::string_view operation, const std::function<void(ClusterState&)>& change, const Operation* under = nullptr);

  /// Puts a first state where none stands (import, adoption). Revision and lineage are kept where set (a revision that this lineage had here
  /// before becomes the next free one), else made. Throws Error conflict where a state stands.
  SnapshotPtr create(ClusterState state, std::string_view operation, const Operation* under = nullptr);

  /// Removes the state: the document becomes the backup, history stays. Where none stands nothing happens.
  void erase(std::string_view operation, const Operation* under = nullptr);

  // Operations.

  /// Takes the operation lock for `what` ("hpc start"). Throws Error locked (names the holder), cancelled.
  Operation begin_operation(std::string_view what, std::stop_token stop = {});
  /// Who is at work, if anybody.
  std::optional<Holder> operation_holder();

  // The world.

  /// Asks the observer (holding no lock) and commits what it saw onto the newest state: at most one commit, none where nothing changed and
  /// `last_seen` is younger than `min_interval`. What others recorded of an object while it was looked at stays. What was seen and a valid state
  /// cannot have (an address outside the networks, one on two VMs …) is left out, and told of as a notice.
  /// Throws Error not_found without a state, conflict where another one took its place meanwhile, and what the observer throws.
  Refresh refresh(Observer& observer, const Context& context, std::chrono::milliseconds min_interval = {}, const Operation* under = nullptr);

  /// Compares the state with what the observer sees. Writes nothing, not even a lock. Where somebody changes the state meanwhile it looks again,
  /// a few times. Throws Error not_found without a state, and what the observer throws.
  Drift drift(Observer& observer, const Context& context);

  /// Follows the world until it is asked to stop: records each event as it comes (one commit for each state that a VM was in), looks at everything
  /// at the beginning, soon after events, whenever a hypervisor is connected again, and every `resync`, and tells `callback` of each change in
  /// the order in which it was recorded. What it cannot record or look at for the moment is told as `failed` and done later.
  /// `callback` runs on the calling thread, holding no lock; it may use the manager. What it throws ends the watch and is thrown on.
  /// Returns when it was asked to stop, within a second. Throws Error not_found without a state, also when that is removed meanwhile;
  /// out_of_memory; io where no thread can be made.
  void watch(Observer& observer, EventSource& events, const std::function<void(const WatchEvent&)>& callback, const WatchOptions& options = {},
             std::stop_token stop = {});

  // Copies.

  /// Writes a copy of the newest document to a file (atomically, 0600), and returns what it copied.
  /// Throws Error not_found without a state, invalid where it is the state, or what stands there is no file.
  SnapshotPtr backup(std::string_view path);
  /// Makes the state of a document file the newest, as a new revision; where that is what stands nothing is written. Machines are not changed by it.
  /// Once the file is read it takes the operation lock.
  /// Throws Error corrupt, invalid, not_found, conflict (another cluster's, or another lineage), and as begin_operation().
  SnapshotPtr restore(std::string_view path, std::stop_token stop = {});
  /// Puts the state of a file of the existing Python tool in place (see import_layout_2()): where none stands; where one of the same cluster
  /// does, only with `replace`, as its next revision (its lineage stays; where that is what stands nothing is written). The file itself is left
  /// alone, except where it stands where the state is to be: then it is kept beside it, as `<file>.layout-2`, which is told as a notice.
  /// Once the file is converted it takes the operation lock.
  /// Throws Error as import_layout_2() and begin_operation(); not_found; conflict where the file changes meanwhile; invalid where another
  /// cluster's state stands (both are named), or this one's and not `replace`.
  SnapshotPtr import_file(std::string_view path, bool replace = false, std::stop_token stop = {});

  // The past.

  /// The state as that revision was first committed: write_document() of it gives that document, byte for byte (of a gap: the state as it was
  /// found). Looks at nothing but the history.
  /// Throws Error not_found where it is not kept (the message says what is), corrupt where the history was tampered with.
  SnapshotPtr at(std::uint64_t revision);
  /// The same of the newest revision that was made at that time or before.
  SnapshotPtr at(const Timestamp& time);

  /// Who changed what, when: of all, or of one object. Cheap where few of the newest are asked for: only the end of the history is read.
  History history(const HistoryQuery& query = {});
  /// Everything since a revision: ordered, without a hole, at most `limit` entries; or a gap. To follow, ask again from `resume_at` on,
  /// each time that wait() returns true.
  ChangesSince changes_since(std::uint64_t revision, std::size_t limit = 1000);
  /// Waits until something else stands than that version (nullopt: than nothing). false: the deadline came first. Sees changes of every
  /// process; of a file through inotify, and where that does not tell (network file systems) by a look every half second.
  /// Throws Error cancelled.
  bool wait(const std::optional<Version>& known, const Context& context);

  /// Brings back the state of `steps` changes ago, as a new revision; an undo is not a change in this: the next one goes on from there, so that
  /// n undos lead back n changes. What somebody changed by hand, or since RevertOptions::seen, stays; where it is the same thing nothing is
  /// done. Of what is seen as before the later `last_seen` stays. The record is changed, no machine is. Takes the operation lock.
  /// Throws Error not_found (no state; not so much is kept), conflict (names the objects), invalid (0 steps), and as begin_operation().
  Reversal undo(std::size_t steps = 1, const RevertOptions& options = {});
  /// The same to the state of a revision. A change like any other: undo() takes it back.
  Reversal restore_revision(std::uint64_t revision, const RevertOptions& options = {});

  /// History as the store keeps it.
  RecordPage records(const RecordQuery& query);
  /// The files that the store keeps documents in, whether they exist or not: the newest, then its backup. Empty: it keeps them elsewhere.
  std::vector<std::string> document_files();
  /// As StateStore::verify(): what is wrong with what is stored, in words; empty: nothing.
  std::vector<std::string> verify(bool mend = false);
  /// The verdicts on document_files().
  std::vector<Inspection> inspect();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace aihow::state::inline v0

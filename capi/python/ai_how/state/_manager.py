# SPDX-License-Identifier: MIT
"""ClusterStateManager, and what it hands out."""
from __future__ import annotations

import os
from ctypes import c_void_p, cast, sizeof
from time import monotonic

from . import _abi, _models
from ._abi import lib
from ._models import ClusterState, VMInfo, VMState

TYPE_CHECKING = False
if TYPE_CHECKING:  # what is imported only by the methods that need it
    from datetime import datetime
    from typing import Iterator

    from ._history import ChangesSince, Gap, History, HistoryEntry, Reversal
    from ._watch import Watch
    from ._values import Drift, Holder, Operation, Record, Refreshed


def library_version() -> str:
    """The version of the library that runs, "0.1.0"."""
    return _abi.decode(lib.aihow_version_text())




def _milliseconds(seconds, default):
    """As the library counts: 0 is its default, below 0 is not to wait."""
    if seconds is None:
        return default
    return max(1, int(seconds * 1000)) if seconds > 0 else -1


def _call_of(timeout, cancel, operation):
    """What a changing call is told of waiting; None where there is nothing to tell."""
    if timeout is None and cancel is None and operation is None:
        return None
    from ._more_structures import Call

    return _abi.byref(
        Call(
            sizeof(Call),
            _milliseconds(timeout, 0),
            None if cancel is None else cancel._handle._as_parameter_,
            None if operation is None else operation._handle._as_parameter_,
        )
    )


class ClusterStateManager:
    """Manages the state of one cluster at one location: a path, "file:PATH" or "memory:NAME".

    lock_timeout: seconds that a change waits for others (0: it does not wait). strict: refuse a document that was edited by hand. no_locks: write
    even where the file system has no working locks. program, actor: for lock holders and history. on_notice: called with a sentence for each
    thing that was noticed while loading or committing (the backup answers, edited by hand …), before the call that noticed returns; what it
    raises is ignored.

    Changes take, as keywords, timeout (seconds, instead of lock_timeout), cancel (a Cancel) and operation (an Operation that the commit relies
    on). All of them raise a StateError: Locked, Conflict, Invalid, PermissionDenied, InputOutputError, Corrupt, OutcomeUnknown …
    """

    def __init__(
        self,
        location: str | os.PathLike,
        *,
        lock_timeout: float | None = None,
        strict: bool = False,
        no_locks: bool = False,
        program: str | None = None,
        actor: str | None = None,
        on_notice=None,
        _open=None,
    ):
        self._lock_timeout = 10.0 if lock_timeout is None else lock_timeout
        options = _abi.ManagerOptions(
            struct_size=sizeof(_abi.ManagerOptions),
            lock_timeout_ms=_milliseconds(lock_timeout, 0),
            strict=bool(strict),
            no_locks=bool(no_locks),
            program=None if program is None else _abi.encode(program, "program"),
            actor=None if actor is None else _abi.encode(actor, "actor"),
        )
        if on_notice is not None:
            self._notice = _abi.NOTICE(lambda _, text: on_notice(_abi.decode(text)))
            options.notice = cast(self._notice, c_void_p).value
        pointer = _abi.byref(options)
        if _open is not None:
            self._handle = _open(pointer)
        else:
            self._handle = _abi.made(lib.aihow_manager_free, lib.aihow_manager_open, _abi.encode_path(location, "location"), pointer)

    def __repr__(self) -> str:
        return f"ClusterStateManager({self.location!r})"

    @property
    def location(self) -> str:
        """Where the state is, as a person would write it."""
        return _abi.texts(lib.aihow_manager_location, self._handle)[0]

    # Reading. Never waits for a writer.

    def _load(self):
        return _abi.made(lib.aihow_state_free, lib.aihow_manager_load, self._handle)

    def get_state(self) -> ClusterState | None:
        """The newest state, to read and to change; None where there is none."""
        owner = self._load()
        return None if owner is None else _models.read_state(owner)

    def get_all_vms(self) -> list[VMInfo]:
        """All VMs; an empty list where there is no state."""
        owner = self._load()
        return [] if owner is None else _models.read_vms(owner)

    def get_vm(self, name: str) -> VMInfo | None:
        """The VM of that name; None where there is none."""
        owner = self._load()
        if owner is None:
            return None
        index = _abi.c_size_t()
        if lib.aihow_state_find(owner, _abi.KIND_VM, _abi.encode(name, "name"), _abi.byref(index), None) != 0:
            return None
        raw = _abi.Vm(struct_size=sizeof(_abi.Vm))
        _abi.call(lib.aihow_state_get_vm, owner, index, _abi.byref(raw))
        return _models.read_vm(raw, owner, index.value)

    # Changing.

    def ensure_state(self, cluster_name: str, cluster_type: str, *, timeout=None, cancel=None, operation=None) -> ClusterState:
        """The state, made where there is none. Raises Invalid where one of another name or type stands."""
        call = _call_of(timeout, cancel, operation)
        name, kind = _abi.encode(cluster_name, "cluster_name"), _abi.encode(cluster_type, "cluster_type")
        return _models.read_state(_abi.made(lib.aihow_state_free, lib.aihow_manager_ensure, self._handle, name, kind, call))

    def save_state(self, state: ClusterState, *, timeout=None, cancel=None, operation=None) -> None:
        """Saves a state. One that came from here is merged with what others have saved since, object by object; another is saved only where none
        stands. Then it is what was saved, others' changes included. Raises Conflict (names the objects that both changed), Invalid."""
        from . import _saving

        copy = _saving.working_copy(state)
        _abi.call(lib.aihow_manager_save, self._handle, copy, _call_of(timeout, cancel, operation))
        _saving.rebase(state, copy)

    def add_vm(self, vm: VMInfo, *, timeout=None, cancel=None, operation=None) -> None:
        """Adds a VM. Raises Conflict where the name is taken, NotFound without a state."""
        from ._saving import to_structure

        structure = to_structure(vm)
        _abi.call(lib.aihow_manager_add_vm, self._handle, _abi.byref(structure), _call_of(timeout, cancel, operation))

    def update_vm_state(self, name: str, state: VMState, *, timeout=None, cancel=None, operation=None) -> None:
        """Requests another state of a VM. Raises Invalid where no action leads there (names the states that are allowed), NotFound."""
        if not isinstance(state, VMState):
            raise TypeError(f"state must be a VMState, not {type(state).__name__}")
        _abi.call(lib.aihow_manager_update_vm_state, self._handle, _abi.encode(name, "name"), state.value, _call_of(timeout, cancel, operation))

    def remove_vm(self, name: str, *, timeout=None, cancel=None, operation=None) -> None:
        """Takes a VM out of the state. Raises NotFound."""
        _abi.call(lib.aihow_manager_remove_vm, self._handle, _abi.encode(name, "name"), _call_of(timeout, cancel, operation))

    def forget_vm(self, name: str, *, timeout=None, cancel=None, operation=None) -> None:
        """The same, with the volumes that it uses and no other VM does. Raises NotFound."""
        _abi.call(lib.aihow_manager_forget_vm, self._handle, _abi.encode(name, "name"), _call_of(timeout, cancel, operation), None)

    def rename_vm(self, name: str, new_name: str, *, timeout=None, cancel=None, operation=None) -> None:
        """Gives a VM that libvirt does not have another name. Raises NotFound, Conflict, Invalid."""
        names = _abi.encode(name, "name"), _abi.encode(new_name, "new_name")
        _abi.call(lib.aihow_manager_rename_vm, self._handle, *names, _call_of(timeout, cancel, operation), None)

    def transaction(self, change, name: str = "transaction", *, timeout=None, cancel=None, operation=None) -> ClusterState:
        """Makes many changes one: calls change(state) with the newest state and commits what it makes of it as one revision, called `name` in
        history. It may be called again where another writer was first. What it raises is raised here, and nothing is committed. Returns the state
        that stands then. Raises NotFound without a state, Invalid where a change is started from inside."""
        from ._saving import put

        failure = []

        def run(_, lent, sink):
            try:
                del failure[:]
                state = _models.read_state(_abi.made(lib.aihow_state_free, lib.aihow_state_copy, lent))
                change(state)
                put(state, c_void_p(lent))
                return 0
            except BaseException as error:  # it goes on where transaction() was called
                failure.append(error)
                return -15

        after = c_void_p()
        try:
            _abi.call(
                lib.aihow_manager_transaction,
                self._handle,
                _abi.encode(name, "name"),
                _abi.CHANGE(run),
                None,
                _call_of(timeout, cancel, operation),
                _abi.byref(after),
            )
        except _abi.errors().StateError:
            if failure:
                raise failure.pop() from None
            raise
        return _models.read_state(_abi.Handle(after.value, lib.aihow_state_free))

    def create(self, state: ClusterState, name: str = "create", *, timeout=None, cancel=None, operation=None) -> ClusterState:
        """Puts a first state where none stands, and returns what stands then. Raises Conflict where one does."""
        from ._saving import working_copy

        copy = working_copy(state)
        call = _call_of(timeout, cancel, operation)
        return _models.read_state(_abi.made(lib.aihow_state_free, lib.aihow_manager_create, self._handle, copy, _abi.encode(name, "name"), call))

    def erase(self, name: str = "erase", *, timeout=None, cancel=None, operation=None) -> None:
        """Removes the state: the document becomes the backup, history stays. Where none stands nothing happens."""
        _abi.call(lib.aihow_manager_erase, self._handle, _abi.encode(name, "name"), _call_of(timeout, cancel, operation))

    # The past.

    def at(self, when: int | datetime) -> ClusterState:
        """The state as a revision was first committed, or as it stood at a time (a naive datetime is local time). Raises NotFound where that is
        not kept (the message says what is), Corrupt where the history was tampered with."""
        from ._history import at

        return at(self._handle, when)

    def history(
        self,
        name: str | None = None,
        kind: str | None = None,
        *,
        since: datetime | None = None,
        after: int = 0,
        before: int | None = None,
        limit: int = 100,
        newest_first: bool = True,
    ) -> History:
        """Who changed what, when: a list of HistoryEntry, of all objects or of those of a name (and kind: "vm", "network" …), made at `since` or
        later, with after < revision < before."""
        from ._history import history

        return history(self._handle, name, kind, since, after, before, limit, newest_first)

    def changes_since(self, revision: int, limit: int = 1000) -> ChangesSince:
        """Everything since a revision: a list of HistoryEntry, oldest first, in order and without a hole, at most `limit`; or a gap. To go on,
        ask again from its resume_at."""
        from ._history import changes_since

        return changes_since(self._handle, revision, limit)

    def follow(self, revision: int | None = None, *, timeout: float | None = None, cancel=None) -> Iterator[HistoryEntry | Gap]:
        """Each change after a revision (None: after what stands now), as it comes, by whatever process: `for entry in mgr.follow(41):`. Where
        changes are not known it gives a Gap: load the state then. It ends when `cancel` was requested, or nothing came for `timeout` seconds."""
        from ._history import follow

        return follow(self._handle, self._revision() if revision is None else _abi.uint64(revision, "revision"), timeout, cancel)

    def _revision(self):
        owner = self._load()
        return 0 if owner is None else _models.read_cluster(owner).revision

    def wait(self, known: ClusterState | None, *, timeout: float | None = None, cancel=None) -> bool:
        """Waits until something else stands than `known`, a state that came from here (None: until there is a state). False: `timeout` seconds
        were over first. Sees changes of every process at once (on network file systems: within half a second). Raises Cancelled."""
        from ._history import wait

        return wait(self._handle, known, timeout, cancel)

    def undo(self, steps: int = 1, *, seen: int | None = None, dry_run: bool = False, timeout=None, cancel=None) -> Reversal:
        """Brings back the state of `steps` changes ago, as a new revision. An undo is itself no change in this: n undos lead n changes back. The
        record is changed, no machine is. seen: the revision that the user has seen; what others changed since is kept, and is a Conflict where it
        is the same thing. dry_run: only says what would be done. Raises NotFound (no state; not so much is kept), Conflict, Invalid (0 steps),
        Locked."""
        from ._history import reversal

        call = _call_of(timeout, cancel, None)
        return reversal(self._handle, lib.aihow_manager_undo, _abi.uint64(steps, "steps"), seen, dry_run, call)

    def restore_revision(self, revision: int, *, seen: int | None = None, dry_run: bool = False, timeout=None, cancel=None) -> Reversal:
        """The same to the state of a revision. A change like any other: an undo takes it back."""
        from ._history import reversal

        call = _call_of(timeout, cancel, None)
        return reversal(self._handle, lib.aihow_manager_restore_revision, _abi.uint64(revision, "revision"), seen, dry_run, call)

    # The world.

    def refresh(
        self, observer, *, observe_timeout: float | None = None, min_interval: float = 0, timeout=None, cancel=None, operation=None
    ) -> Refreshed:
        """Asks an observer (see ai_how.state.observers) what it sees, within observe_timeout seconds (a minute), and records it: at most one
        commit, none where nothing but times changed and that was less than min_interval seconds ago. Raises NotFound without a state, Conflict,
        and what the observer raises."""
        from .observers import refresh

        return refresh(self._handle, observer, observe_timeout, min_interval, _call_of(timeout, cancel, operation))

    def drift(self, observer, *, observe_timeout: float | None = None, cancel=None) -> Drift:
        """Asks an observer what it sees, within observe_timeout seconds (a minute), and compares. Writes nothing, not even a lock. Raises
        NotFound without a state, Cancelled, and what the observer raises."""
        from .observers import drift

        return drift(self._handle, observer, observe_timeout, cancel)

    def watch(
        self,
        observer,
        events=None,
        callback=None,
        *,
        resync: float | None = None,
        min_interval: float | None = None,
        observe_timeout: float | None = None,
        cancel=None,
    ) -> Watch | None:
        """Follows the world and records each change as it comes: `with mgr.watch(observer, source) as events: for event in events: …` gives each
        WatchEvent. With a callback it calls callback(event) for each, on this thread, and returns when `cancel` was requested; what the callback
        raises ends it, and is raised here. Ctrl-C ends it.

        events: an EventSource (see ai_how.state.events), None: it only looks. It looks at everything at the beginning, soon after events, and
        every `resync` seconds (ten; 0: only after events, and what failed), within observe_timeout seconds (ten). A look that shows only what was
        known writes new times every min_interval seconds (a minute; 0: each time). Raises NotFound without a state, also when that is removed
        meanwhile."""
        from ._watch import watch

        options = {"resync": resync, "min_interval": min_interval, "observe_timeout": observe_timeout, "cancel": cancel}
        return watch(self._handle, observer, events, callback, **options)

    # Operations.

    def operation(self, what: str, *, timeout=None, cancel=None) -> Operation:
        """Takes the operation lock, which keeps other operations (start, stop, destroy …) out and lets changes go on: `with mgr.operation("hpc
        start") as op:`. Raises Locked (names the holder), Cancelled."""
        from ._values import Operation

        named = _abi.encode(what, "what")
        end = monotonic() + (self._lock_timeout if timeout is None else timeout)
        while True:
            # It waits in slices, so that Python's signal handlers get their turn.
            left = end - monotonic()
            call = _call_of(min(left, _abi.SLICE), cancel, None)
            try:
                return Operation(_abi.made(lib.aihow_operation_free, lib.aihow_operation_begin, self._handle, named, call), what)
            except _abi.errors().Locked:
                if left <= _abi.SLICE:
                    raise

    def operation_holder(self) -> Holder | None:
        """Who is at work with an operation; None where nobody is."""
        from ._values import operation_holder

        return operation_holder(self._handle)

    # Copies and checks.

    def backup(self, path: str | os.PathLike) -> None:
        """Writes a copy of the newest document to a file, whole or not at all. Raises NotFound without a state, Invalid where it is the state
        itself.

        The state's own automatic backup, `<state>.backup`, may be named: it holds the newest state then, until the next change."""
        _abi.call(lib.aihow_manager_backup, self._handle, _abi.encode_path(path), None)

    def restore(self, path: str | os.PathLike, *, timeout=None, cancel=None) -> ClusterState:
        """Makes the state of a document file the newest, as a new revision, and returns it. Raises FileMissing, Corrupt, Invalid, Conflict
        (another cluster's)."""
        call = _call_of(timeout, cancel, None)
        return self._from_file(path, lib.aihow_manager_restore, self._handle, _abi.encode_path(path), call)

    def import_file(self, path: str | os.PathLike, replace: bool = False, *, timeout=None, cancel=None) -> ClusterState:
        """Puts the state of a file of the Python tool's older layouts in place where none stands (replace: also where one of the same cluster
        does), and returns it. Raises FileMissing, Corrupt, Invalid, UnsupportedVersion, Conflict."""
        call = _call_of(timeout, cancel, None)
        return self._from_file(path, lib.aihow_manager_import, self._handle, _abi.encode_path(path), bool(replace), call)

    @staticmethod
    def _from_file(path, function, *arguments):
        try:
            return _models.read_state(_abi.made(lib.aihow_state_free, function, *arguments))
        except _abi.errors().NotFound as error:
            raise _abi.errors().FileMissing(error.message, error.code, error.path or os.fspath(path)) from None

    def document_files(self) -> list[str]:
        """The files that documents are kept in, whether they exist or not: the newest, then its backup; empty where they are elsewhere."""
        return _abi.texts(lib.aihow_manager_files, self._handle)

    def verify(self, mend: bool = False, *, timeout=None, cancel=None) -> list[str]:
        """What is wrong with what is stored, in sentences; empty: nothing. mend: complete what was interrupted, and put the best valid copy in
        place."""
        return _abi.texts(lib.aihow_manager_verify, self._handle, bool(mend), _call_of(timeout, cancel, None))

    def records(self, after: int = 0, before: int | None = None, limit: int = 100, newest_first: bool = False) -> list[Record]:
        """History: the records with after < revision < before."""
        from ._history import records

        return records(self._handle, after, before, limit, newest_first)

# SPDX-License-Identifier: MIT
"""Stores written in Python: where a program keeps its states itself. See Store for what one must do, and tests/python/dictionary_store.py for a
whole one.

    from ai_how.state.stores import Store, open_manager, register

    mgr = open_manager(MyStore("lab"))
    register("mine", MyStore)          # ClusterStateManager("mine:lab") from now on
"""
from __future__ import annotations

from ctypes import CFUNCTYPE, POINTER, Structure, byref, c_char_p, c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_void_p, sizeof

from . import _abi, _more_structures, _structures
from ._abi import lib
from ._callbacks import AskedToStop, answering, bytes_at, drop, keep, kept, put_uuid, uuid_text
from ._errors import Conflict
from ._manager import ClusterStateManager
from ._values import Holder, Record, _Plain, read_holder

COMMIT_LOCK, OPERATION_LOCK = 0, 1


class Version(_Plain):
    """Which content: lineage (a UUID's text), revision, token. The same only where all three are."""

    __slots__ = ("lineage", "revision", "token")

    def __init__(self, lineage: str, revision: int, token: str):
        super().__init__(lineage=lineage, revision=revision, token=token)


class Stored(_Plain):
    """What a store has: the document's bytes, its token, the id of the commit that made it, and the largest revision that its lineage ever had
    there."""

    __slots__ = ("document", "token", "commit_id", "highest", "notices")

    def __init__(self, document: bytes, token: str, commit_id: str | None = None, highest: int = 0, notices: tuple = ()):
        super().__init__(document=document, token=token, commit_id=commit_id, highest=highest, notices=notices)


class Commit(_Plain):
    """What is to be committed. base: the Version that must still stand, None: nothing may. next: the Version that is to stand, None: erase; with
    base's lineage and
    revision it is a touch, which adds no record. document: its bytes, or None. changes: (kind, name) of each object that differs. records: Records
    to keep.
    lock: the store's own lock that it relies on, or None."""

    __slots__ = ("id", "base", "next", "document", "changes", "records", "lock")


class Committed(_Plain):
    """What became of a commit. committed: False where another version than its base stands, or the lineage had that revision before. stands: the
    Version
    that stands now where it was not committed, None: nothing does. highest: the largest revision that this lineage ever had there."""

    __slots__ = ("committed", "stands", "highest", "notices")

    def __init__(self, committed: bool, stands: Version | None = None, highest: int = 0, notices: tuple = ()):
        super().__init__(committed=committed, stands=stands, highest=highest, notices=notices)


class Store:
    """What a store does. Methods are called by one thread at a time; none may use the manager that the store is in. They raise StateErrors, or
    built-in exceptions:
    PermissionError, OSError, TimeoutError, ConnectionError … Times are seconds from now on; `cancel.requested` asks a method that waits to raise
    Cancelled.
    """

    location = "a store in Python"  #: as a person would write it
    history = True  #: it keeps records
    can_wait = False  #: it has wait()
    multi_process = False  #: several store objects may be open on one location at once

    def load(self, known: Version | None, timeout: float, cancel) -> Stored | Version | None:
        """The newest document; `known` itself where that is still the newest; None where none stands. Writes nothing."""
        raise NotImplementedError

    def commit(self, commit: Commit, timeout: float, cancel) -> Committed:
        """Makes all of it or none of it the newest, durable on return. After an exception everything is as before (but for OutcomeUnknown)."""
        raise NotImplementedError

    def lock(self, kind: int, holder: Holder, timeout: float, cancel):
        """Waits for a lock (COMMIT_LOCK or OPERATION_LOCK) and returns an object with held() and release(), which any thread may call and which
        lives on when the
        store is gone. Raises Locked once the time is over; the text names the holder."""
        raise NotImplementedError

    def holder(self, kind: int, timeout: float, cancel) -> Holder | None:
        """Who holds the lock; None where nobody does."""
        raise NotImplementedError

    def records(self, after: int, before: int, limit: int, newest_first: bool, timeout: float, cancel) -> tuple[int, list[Record]]:
        """The smallest revision that is kept (0: none is), and the records with after < revision < before, at most `limit`."""
        return 0, []

    def wait(self, known: Version | None, timeout: float, cancel) -> bool:
        """True once the newest version may differ from `known`, False once the time is over."""
        raise NotImplementedError

    def verify(self, mend: bool, timeout: float, cancel) -> list[str]:
        """What is wrong with what is stored, in sentences."""
        return []

    def close(self) -> None:
        """The store is not needed any more."""


# ---- The C interface's side ---------------------------------------------------------------------------------------------------------------


class _Revision(Structure):
    _fields_ = [("lineage", _abi.Uuid), ("revision", c_uint64), ("token", c_char_p)]


class _ChangeOf(Structure):
    _fields_ = [("kind", c_int32), ("reserved", c_int32), ("name", c_char_p)]


class _Commit(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("id", _abi.Uuid),
        ("base", POINTER(_Revision)),
        ("next", POINTER(_Revision)),
        ("json", c_void_p),
        ("json_length", c_size_t),
        ("changes", POINTER(_ChangeOf)),
        ("changes_count", c_size_t),
        ("records", POINTER(_more_structures.Record)),
        ("records_count", c_size_t),
        ("lock", c_void_p),
    ]


_WAITS = (c_int64, c_void_p)
_LOAD = CFUNCTYPE(c_int32, c_void_p, POINTER(_Revision), *_WAITS, c_void_p, c_void_p)
_COMMIT = CFUNCTYPE(c_int32, c_void_p, POINTER(_Commit), *_WAITS, c_void_p, c_void_p)
_LOCK = CFUNCTYPE(c_int32, c_void_p, c_int32, POINTER(_more_structures.Holder), *_WAITS, POINTER(c_void_p), c_void_p)
_HELD = CFUNCTYPE(c_int32, c_void_p)
_UNLOCK = CFUNCTYPE(None, c_void_p)
_HOLDER = CFUNCTYPE(c_int32, c_void_p, c_int32, *_WAITS, c_void_p, c_void_p)
_RECORDS = CFUNCTYPE(c_int32, c_void_p, POINTER(_more_structures.RecordQuery), *_WAITS, c_void_p, c_void_p)
_WAIT = CFUNCTYPE(c_int32, c_void_p, POINTER(_Revision), *_WAITS, POINTER(c_int32), c_void_p)
_VERIFY = CFUNCTYPE(c_int32, c_void_p, c_int32, *_WAITS, c_void_p, c_void_p)
_DESTROY = CFUNCTYPE(None, c_void_p)


class _Table(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("flags", c_uint32),
        ("reserved", c_int32),
        ("location", c_char_p),
        ("load", _LOAD),
        ("commit", _COMMIT),
        ("lock", _LOCK),
        ("held", _HELD),
        ("unlock", _UNLOCK),
        ("holder", _HOLDER),
        ("records", _RECORDS),
        ("wait", _WAIT),
        ("verify", _VERIFY),
        ("destroy", _DESTROY),
    ]


STRUCTURES = {"aihow_revision": _Revision, "aihow_change_of": _ChangeOf, "aihow_commit": _Commit, "aihow_store_table": _Table}


def _version(pointer):
    if not pointer:
        return None
    given = pointer.contents
    return Version(uuid_text(given.lineage), given.revision, given.token.decode())


def _revision(version):
    out = _Revision(revision=version.revision, token=version.token.encode())
    put_uuid(out.lineage, version.lineage)
    return out


@_LOAD
def _load(store, known, timeout_ms, cancel, answer, sink):
    def run():
        version = _version(known)
        found = kept(store).load(version, timeout_ms / 1000, AskedToStop(cancel))
        if found is None:
            return
        if isinstance(found, Version):
            _abi.call(lib.aihow_answer_unchanged, answer)
            return
        commit_id = _abi.Uuid()
        put_uuid(commit_id, found.commit_id)
        _abi.call(lib.aihow_answer_document, answer, found.document, len(found.document), found.token.encode(), byref(commit_id))
        _abi.call(lib.aihow_answer_highest, answer, found.highest)
        for notice in found.notices:
            _abi.call(lib.aihow_answer_notice, answer, notice.encode())

    return answering(run, sink)


@_COMMIT
def _commit(store, commit, timeout_ms, cancel, answer, sink):
    def run():
        given = commit.contents
        asked = Commit(
            id=uuid_text(given.id),
            base=_version(given.base),
            next=_version(given.next),
            document=bytes_at(given.json, given.json_length) if given.json else None,
            changes=[(given.changes[i].kind, given.changes[i].name.decode()) for i in range(given.changes_count)],
            records=[Record(revision=given.records[i].revision, text=given.records[i].json.decode()) for i in range(given.records_count)],
            lock=kept(given.lock) if given.lock else None,
        )
        done = kept(store).commit(asked, timeout_ms / 1000, AskedToStop(cancel))
        # After a commit nothing may fail any more: what stands is known.
        lib.aihow_answer_highest(answer, done.highest, None)
        lib.aihow_answer_committed(answer, 1 if done.committed else 0, None)
        for notice in done.notices:
            lib.aihow_answer_notice(answer, notice.encode(), None)
        if not done.committed and done.stands is not None:
            _abi.call(lib.aihow_answer_stands, answer, byref(_revision(done.stands)))

    return answering(run, sink)


@_LOCK
def _lock(store, kind, holder, timeout_ms, cancel, lock, sink):
    def run():
        lock[0] = keep(kept(store).lock(kind, read_holder(holder.contents), timeout_ms / 1000, AskedToStop(cancel)))

    return answering(run, sink)


@_HELD
def _held(lock):
    try:
        return 1 if kept(lock).held() else 0
    except Exception:  # one that cannot say is lost
        return 0


@_UNLOCK
def _unlock(lock):
    drop(lock).release()


@_HOLDER
def _holder(store, kind, timeout_ms, cancel, answer, sink):
    def run():
        found = kept(store).holder(kind, timeout_ms / 1000, AskedToStop(cancel))
        if found is None:
            return
        out = _more_structures.Holder(sizeof(_more_structures.Holder), found.host.encode()[:255], found.program.encode()[:255], found.what.encode()[:255], found.pid)
        _structures.set_time(out.since, found.since, "since")
        _abi.call(lib.aihow_answer_holder, answer, byref(out))

    return answering(run, sink)


@_RECORDS
def _records(store, query, timeout_ms, cancel, answer, sink):
    def run():
        q = query.contents
        oldest, found = kept(store).records(q.after, q.before, q.limit, bool(q.newest_first), timeout_ms / 1000, AskedToStop(cancel))
        _abi.call(lib.aihow_answer_oldest_kept, answer, oldest)
        for record in found:
            data = record.text.encode()
            _abi.call(lib.aihow_answer_record, answer, record.revision, data, len(data))

    return answering(run, sink)


@_WAIT
def _wait(store, known, timeout_ms, cancel, changed, sink):
    def run():
        changed[0] = 1 if kept(store).wait(_version(known), timeout_ms / 1000, AskedToStop(cancel)) else 0

    return answering(run, sink)


@_VERIFY
def _verify(store, mend, timeout_ms, cancel, answer, sink):
    def run():
        for problem in kept(store).verify(bool(mend), timeout_ms / 1000, AskedToStop(cancel)):
            _abi.call(lib.aihow_answer_notice, answer, problem.encode())

    return answering(run, sink)


@_DESTROY
def _destroy(store):
    drop(store).close()


def fill_table(table: _Table, store: Store) -> bytes:
    """Makes a table the store's, and returns the bytes of its location, which must live until the library has copied them."""
    table.struct_size = sizeof(_Table)
    table.flags = (
        (_abi.STORE_HISTORY if store.history else 0)
        | (_abi.STORE_WAIT if store.can_wait else 0)
        | (_abi.STORE_MULTI_PROCESS if store.multi_process else 0)
    )
    table.location = location = _abi.encode(store.location, "location")
    table.load, table.commit, table.lock, table.held, table.unlock = _load, _commit, _lock, _held, _unlock
    table.holder, table.records, table.verify, table.destroy = _holder, _records, _verify, _destroy
    if store.can_wait:
        table.wait = _wait
    return location


def open_manager(store: Store, **options) -> ClusterStateManager:
    """A manager over a store, with the options of ClusterStateManager. The store is closed when the manager is gone."""
    table = _Table()
    fill_table(table, store)

    def open_with(pointer):
        number = keep(store)
        try:
            return _abi.made(lib.aihow_manager_free, lib.aihow_manager_open_store, byref(table), number, pointer)
        except BaseException:
            drop(number)
            raise

    return ClusterStateManager(None, _open=open_with, **options)


OPEN = CFUNCTYPE(c_int32, c_void_p, c_char_p, POINTER(_Table), POINTER(c_void_p), c_void_p)


def _opening(factory):
    """A factory as the library calls it."""
    location = [b""]

    def open_one(_, rest, table, store, sink):
        def run():
            made = factory(_abi.decode(rest))
            location[0] = fill_table(table.contents, made)
            store[0] = keep(made)

        return answering(run, sink)

    return OPEN(open_one)


_factories = []


def register(scheme: str, factory) -> None:
    """Adds a scheme: ClusterStateManager("scheme:rest") opens factory(rest), a Store, from now on. Raises Invalid where it is malformed or taken."""
    opening = _opening(factory)
    _abi.call(lib.aihow_store_register, _abi.encode(scheme, "scheme"), opening, None)
    _factories.append(opening)


__all__ = [
    "COMMIT_LOCK",
    "OPERATION_LOCK",
    "Commit",
    "Committed",
    "Conflict",
    "Store",
    "Stored",
    "Version",
    "open_manager",
    "register",
]

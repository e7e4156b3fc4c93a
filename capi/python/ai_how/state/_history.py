# SPDX-License-Identifier: MIT
"""The past of a state: who changed what, when; waiting for changes; taking them back. What ClusterStateManager's methods of these names do."""
from __future__ import annotations

from ctypes import Structure, byref, c_char_p, c_int32, c_int64, c_size_t, c_uint64, c_void_p, sizeof
from json import loads
from time import monotonic

from . import _abi, _models, _more_structures, _structures
from ._abi import lib
from ._values import KINDS, Record, _Plain, kind_number

# ---- The C interface's structures ------------------------------------------------------------------------------------------------------------


class _ObjectChange(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("kind", c_int32),
        ("reserved", c_int32),
        ("name", c_char_p),
        ("before", c_char_p),
        ("after", c_char_p),
        ("fields", c_size_t),
    ]


class _FieldChange(Structure):
    _fields_ = [("struct_size", c_size_t), ("field", c_char_p), ("before", c_char_p), ("after", c_char_p)]


class _Query(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("name", c_char_p),
        ("kind", c_int32),
        ("oldest_first", c_int32),
        ("since", _abi.Time),
        ("after", c_uint64),
        ("before", c_uint64),
        ("limit", c_size_t),
    ]


class _Summary(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("entries", c_size_t),
        ("oldest_kept", c_uint64),
        ("newest_kept", c_uint64),
        ("revision", c_uint64),
        ("resume_at", c_uint64),
        ("gap", c_int32),
        ("reserved", c_int32),
    ]


class _Entry(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("revision", c_uint64),
        ("type", c_int32),
        ("edited", c_int32),
        ("remade", c_int32),
        ("reserved", c_int32),
        ("time", _abi.Time),
        ("user", c_char_p),
        ("host", c_char_p),
        ("program", c_char_p),
        ("actor", c_char_p),
        ("pid", c_int64),
        ("operation", c_char_p),
        ("commit", _abi.Uuid),
        ("token", c_char_p),
        ("base", c_uint64),
        ("undone_to", c_uint64),
        ("restored", c_uint64),
        ("changes", c_size_t),
    ]


class _Wait(Structure):
    _fields_ = [("struct_size", c_size_t), ("known", c_void_p), ("timeout_ms", c_int64), ("cancel", c_void_p)]


class _RevertOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("seen", c_uint64), ("dry_run", c_int32), ("reserved", c_int32)]


class _Reversal(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("from", c_uint64),
        ("to", c_uint64),
        ("changes", c_size_t),
        ("conflicts", c_size_t),
        ("committed", c_int32),
        ("reserved", c_int32),
    ]


STRUCTURES = {
    "aihow_object_change": _ObjectChange,
    "aihow_field_change": _FieldChange,
    "aihow_history_query": _Query,
    "aihow_history_summary": _Summary,
    "aihow_history_entry": _Entry,
    "aihow_wait": _Wait,
    "aihow_revert_options": _RevertOptions,
    "aihow_reversal_summary": _Reversal,
}

_TYPES = ("change", "first", "whole", "gap", "erase")

# ---- What it hands out -----------------------------------------------------------------------------------------------------------------------


class FieldChange(_Plain):
    """One member of an object, before and after, as the document has it. None: it was not there, or is not any more, or is null."""

    __slots__ = ("field", "before", "after")


class ObjectChange(_Plain):
    """One object, before and after: kind ("cluster", "vm", "network", "volume", "pool"), name ("" of the cluster), before and after (dictionaries
    with the document's member names; None where it was added, or removed), and the fields in which the two differ (FieldChanges; none where it was
    added or removed). The cluster has its members without the lists."""

    __slots__ = ("kind", "name", "before", "after", "fields")


class Actor(_Plain):
    """Who made a change: user, host, program, pid, and the text that the program gave (`actor` of ClusterStateManager). "" and 0: not known."""

    __slots__ = ("user", "host", "program", "text", "pid")


class HistoryEntry(_Plain):
    """What is recorded of one revision.

    type: "change"; "first" (a state where none stood); "whole" (as a change, with the whole state beside it); "gap" (what changed is not known: the
    history was lost, cut off, or another state's); "erase". time: when it was made (a naive local datetime; of a gap: when it was noticed). actor: an
    Actor. operation: "add_vm", "refresh" … commit: its UUID. token: of the document that it led to. base: the revision that it was made on, None: none
    that was recorded. undone_to, restored: of an undo or a restore, the revision whose content it brought back, else None. edited: the document was
    changed by hand after base. remade: the record was lost, and was made again. changes: ObjectChanges, without objects of which only times changed.
    """

    __slots__ = (
        "revision", "type", "time", "actor", "operation", "commit", "token", "base", "undone_to", "restored", "edited", "remade", "changes",
    )


class History(list):
    """HistoryEntries. oldest_kept, newest_kept: the first and the last revision that have a record (0: none has); revision: of the state that stands
    (0: none does)."""

    oldest_kept = 0
    newest_kept = 0
    revision = 0


class ChangesSince(list):
    """The HistoryEntries after a revision, in order and without a hole. gap: they are not known; then there are no entries: load the state, and go on
    from resume_at. resume_at: the revision to ask for next."""

    gap = False
    resume_at = 0


class Gap(_Plain):
    """What changed after the revision `since` is not known: load the state, whose revision is `revision` (0: none stands)."""

    __slots__ = ("since", "revision")


class Reversal(_Plain):
    """What an undo or a restore did, or would do: the state that stands afterwards, from_revision (that it went back from), to_revision (whose content it brought
    back), changes (ObjectChanges), conflicts (of a dry run: what others changed since, in words; with any, doing it would be refused), committed."""

    __slots__ = ("state", "from_revision", "to_revision", "changes", "conflicts", "committed")


# ---- Reading it ------------------------------------------------------------------------------------------------------------------------------


def _value(text):
    return loads(text) if text else None


def _read_field(handle, index, which):
    raw = _FieldChange(sizeof(_FieldChange))
    _abi.call(lib.aihow_changes_field, handle, index, which, byref(raw))
    return FieldChange(field=_abi.decode(raw.field), before=_value(raw.before), after=_value(raw.after))


def _read_change(handle, index):
    raw = _ObjectChange(sizeof(_ObjectChange))
    _abi.call(lib.aihow_changes_get, handle, index, byref(raw))
    return ObjectChange(
        kind=KINDS.get(raw.kind, str(raw.kind)),
        name=_abi.decode(raw.name),
        before=_value(raw.before),
        after=_value(raw.after),
        fields=[_read_field(handle, index, which) for which in range(raw.fields)],
    )


def _read_changes(function, *arguments):
    handle = _abi.made(lib.aihow_changes_free, function, *arguments)
    return [_read_change(handle, index) for index in range(lib.aihow_changes_count(handle))]


def _read_entry(handle, index):
    raw = _Entry(sizeof(_Entry))
    _abi.call(lib.aihow_history_get_entry, handle, index, byref(raw))
    user, host, program, text = (_abi.decode(each) for each in (raw.user, raw.host, raw.program, raw.actor))
    return HistoryEntry(
        revision=raw.revision,
        type=_TYPES[raw.type] if 0 <= raw.type < len(_TYPES) else str(raw.type),
        time=_structures.to_datetime(raw.time),
        actor=Actor(user=user, host=host, program=program, text=text, pid=raw.pid),
        operation=_abi.decode(raw.operation),
        commit=_structures.read_uuid(raw.commit),
        token=_abi.decode(raw.token),
        base=raw.base or None,
        undone_to=raw.undone_to or None,
        restored=raw.restored or None,
        edited=bool(raw.edited),
        remade=bool(raw.remade),
        changes=_read_changes(lib.aihow_history_get_changes, handle, index) if raw.changes else [],
    )


def _read_history(out, handle):
    """Fills a list with the entries; returns the summary."""
    summary = _Summary(sizeof(_Summary))
    _abi.call(lib.aihow_history_get, handle, byref(summary))
    out.extend(_read_entry(handle, index) for index in range(summary.entries))
    return summary


# ---- What the manager's methods do -----------------------------------------------------------------------------------------------------------


def at(manager, when):
    """See ClusterStateManager.at()."""
    if isinstance(when, _structures.datetime):
        time = _structures.time_of(when, "when")
        owner = _abi.made(lib.aihow_state_free, lib.aihow_manager_at_time, manager, byref(time))
    else:
        owner = _abi.made(lib.aihow_state_free, lib.aihow_manager_at, manager, _abi.uint64(when, "when"))
    return _models.read_state(owner)


def history(manager, name, kind, since, after, before, limit, newest_first):
    """See ClusterStateManager.history()."""
    query = _Query(sizeof(_Query), oldest_first=not newest_first, after=_abi.uint64(after, "after"))
    query.name = None if name is None else _abi.encode(name, "name")
    query.kind = 0 if kind is None else kind_number(kind)
    if since is not None:
        query.since = _structures.time_of(since, "since")
    query.before = 0 if before is None else _abi.uint64(before, "before")
    # Nothing is before revision 0, and with no entries what is kept is said all the same.
    query.limit = max(1, _abi.uint64(max(limit, 0), "limit"))
    out = History()
    summary = _read_history(out, _abi.made(lib.aihow_history_free, lib.aihow_manager_history, manager, byref(query)))
    if limit <= 0 or before == 0:
        out.clear()
    out.oldest_kept, out.newest_kept, out.revision = summary.oldest_kept, summary.newest_kept, summary.revision
    return out


def records(manager, after, before, limit, newest_first):
    """See ClusterStateManager.records()."""
    if limit <= 0:
        return []
    query = _more_structures.RecordQuery(sizeof(_more_structures.RecordQuery), after, 0 if before is None else before, limit, bool(newest_first), 0)
    handle = _abi.made(lib.aihow_records_free, lib.aihow_manager_records, manager, byref(query))
    out = []
    for index in range(lib.aihow_records_count(handle)):
        raw = _more_structures.Record(sizeof(_more_structures.Record))
        _abi.call(lib.aihow_records_get, handle, index, byref(raw))
        out.append(Record(revision=raw.revision, text=_abi.decode(raw.json)))
    return out


def changes_since(manager, revision, limit):
    """See ClusterStateManager.changes_since()."""
    if limit <= 0:
        raise _abi.errors().Invalid(f"limit is {limit}; it is 1 or more")
    asked = _abi.uint64(revision, "revision"), _abi.uint64(limit, "limit")
    out = ChangesSince()
    summary = _read_history(out, _abi.made(lib.aihow_history_free, lib.aihow_manager_changes_since, manager, *asked))
    out.gap, out.resume_at = bool(summary.gap), summary.resume_at
    return out


def _wait_once(manager, known, seconds, cancel):
    changed = c_int32()
    wait = _Wait(sizeof(_Wait), None if known is None else known._as_parameter_, max(1, int(seconds * 1000)) if seconds > 0 else -1)
    wait.cancel = None if cancel is None else cancel._handle._as_parameter_
    _abi.call(lib.aihow_manager_wait, manager, byref(wait), byref(changed))
    return bool(changed.value)


def _wait_for_other(manager, known, timeout, cancel):
    """Whether something else than the snapshot `known` stands in time. In slices, so that Python's signal handlers get their turn."""
    end = None if timeout is None else monotonic() + timeout
    while True:
        left = _abi.SLICE if end is None else end - monotonic()
        if _wait_once(manager, known, min(left, _abi.SLICE), cancel):
            return True
        if left <= _abi.SLICE and end is not None:
            return False


def wait(manager, known, timeout, cancel):
    """See ClusterStateManager.wait()."""
    if known is None:
        return _wait_for_other(manager, None, timeout, cancel)
    owner = known.__dict__.get("_owner") if isinstance(known, _models.ClusterState) else None
    if owner is None:
        raise TypeError("known must be None, or a ClusterState that came from a manager")
    if not lib.aihow_state_token(owner):  # what was saved is a working copy, which is told apart by its revision
        owner = _abi.made(lib.aihow_state_free, lib.aihow_manager_load, manager)
        if owner is None:
            return True
        stands = _models.read_state(owner)
        if (stands.lineage, stands.revision) != (known.lineage, known.revision):
            return True
    return _wait_for_other(manager, owner, timeout, cancel)


def follow(manager, revision, timeout, cancel):
    """See ClusterStateManager.follow(): what it returns."""
    Cancelled = _abi.errors().Cancelled
    while True:
        stands = _abi.made(lib.aihow_state_free, lib.aihow_manager_load, manager)
        while True:
            page = changes_since(manager, revision, 1000)
            if page.gap:
                yield Gap(since=revision, revision=page.resume_at)
            yield from page
            revision = page.resume_at
            if not page:
                break
        try:
            if not _wait_for_other(manager, stands, timeout, cancel):
                return
        except Cancelled:
            return


def reversal(manager, function, how_far, seen, dry_run, call):
    """See ClusterStateManager.undo() and restore_revision()."""
    options = _RevertOptions(sizeof(_RevertOptions), 0 if seen is None else _abi.uint64(seen, "seen"), bool(dry_run))
    handle = _abi.made(lib.aihow_reversal_free, function, manager, how_far, byref(options), call)
    summary = _Reversal(sizeof(_Reversal))
    _abi.call(lib.aihow_reversal_get, handle, byref(summary))
    text = c_char_p()
    conflicts = []
    for index in range(summary.conflicts):
        _abi.call(lib.aihow_reversal_conflict, handle, index, byref(text))
        conflicts.append(_abi.decode(text.value))
    return Reversal(
        state=_models.read_state(_abi.made(lib.aihow_state_free, lib.aihow_reversal_state, handle)),
        from_revision=getattr(summary, "from"),
        to_revision=summary.to,
        changes=_read_changes(lib.aihow_reversal_changes, handle),
        conflicts=conflicts,
        committed=bool(summary.committed),
    )


# ---- Two states ------------------------------------------------------------------------------------------------------------------------------


def object_changes(before: _models.ClusterState, after: _models.ClusterState) -> list[ObjectChange]:
    """What makes one state of the other, object by object in the document's order; times count too."""
    from ._saving import working_copy

    return _read_changes(lib.aihow_state_changes, working_copy(before), working_copy(after))


def json_patch(before: _models.ClusterState, after: _models.ClusterState) -> list[dict]:
    """The same as a JSON Patch (RFC 6902), which makes the document of `after` of that of `before`."""
    from ._saving import working_copy

    return loads(_abi.texts(lib.aihow_state_json_patch, working_copy(before), working_copy(after))[0])

# SPDX-License-Identifier: MIT
"""What a manager hands out beside states: operations, holders, records, inspections, refreshes."""
from __future__ import annotations

import os
from ctypes import byref, c_int32, sizeof

from . import _abi, _more_structures, _structures
from ._abi import lib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._seen import Seen


class Cancel:
    """Stops calls that wait: each call that it is given to raises Cancelled once request() was called, from any thread."""

    def __init__(self):
        self._handle = _abi.made(lib.aihow_cancel_free, lib.aihow_cancel_new)
        self._told = []

    def request(self) -> None:
        _abi.call(lib.aihow_cancel_request, self._handle)
        for tell in list(self._told):
            tell()

    def _on_request(self, tell):
        """Calls tell() once it was requested, also where that was before; perhaps twice."""
        self._told.append(tell)
        if self.requested:
            tell()

    @property
    def requested(self) -> bool:
        return bool(lib.aihow_cancel_requested(self._handle))


class Operation:
    """An operation in progress: it keeps other operations out until it is closed, or its `with` block ends."""

    def __init__(self, handle, what):
        self._handle = handle
        self.what = what

    @property
    def held(self) -> bool:
        """False where the lock was lost (in the child of a fork, say), and after close()."""
        return bool(lib.aihow_operation_held(self._handle))

    def close(self) -> None:
        self._handle.close()

    def __enter__(self) -> Operation:
        return self

    def __exit__(self, *_) -> None:
        self.close()


# Kinds of objects by their numbers in C.
KINDS = {1: "cluster", 2: "vm", 3: "network", 4: "volume", 5: "pool"}


def kind_number(kind):
    """The number of a kind's name. Raises Invalid."""
    for number, name in KINDS.items():
        if name == kind:
            return number
    raise _abi.errors().Invalid(f"kind is {kind!r}; it is one of {', '.join(KINDS.values())}")


class _Plain:
    """A few values with names, which never change."""

    __slots__ = ()

    def __init__(self, **values):
        for name in self.__slots__:
            object.__setattr__(self, name, values[name])

    def __setattr__(self, name, value):
        raise AttributeError(f"{type(self).__name__}.{name} cannot be set")

    def __eq__(self, other):
        return type(other) is type(self) and all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    __hash__ = None

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.__slots__)})"


class Holder(_Plain):
    """Who is at work: host, program, what, pid, since (a naive local datetime). For messages only."""

    __slots__ = ("host", "program", "what", "pid", "since")


def read_holder(raw):
    """The Holder of a structure."""
    texts = {name: _abi.decode(getattr(raw, name)) for name in ("host", "program", "what")}
    return Holder(**texts, pid=raw.pid, since=_structures.to_datetime(raw.since))


def operation_holder(manager):
    """See ClusterStateManager.operation_holder()."""
    held = c_int32()
    holder = _more_structures.Holder(sizeof(_more_structures.Holder))
    _abi.call(lib.aihow_operation_holder, manager, byref(held), byref(holder))
    return read_holder(holder) if held.value else None


class Record(_Plain):
    """One line of history: its revision, and its text as JSON."""

    __slots__ = ("revision", "text")

    @property
    def data(self) -> dict:
        """The text read: revision, time, actor, operation, commit, token, changes."""
        import json

        return json.loads(self.text)


class Finding(_Plain):
    """What is wrong with a document, and where: line and column count from 1, 0 and "" mean that there is no place."""

    __slots__ = ("line", "column", "pointer", "message")


class Difference(_Plain):
    """What a state had and has now (of a drift: has, and was found): kind ("vm", "network" …) and name of the object, the document's field, expected,
    found, the reason where one was said, and last_seen, when the VM was last seen as the state had it (None: not known)."""

    __slots__ = ("kind", "name", "field", "expected", "found", "reason", "last_seen")


class Stranger(tuple):
    """(kind, name, why) of something that carries the cluster's mark or name and is not in its state. uuid: None, not said. own: by mark and UUID it is
    the cluster's own."""

    def __new__(cls, kind: str, name: str, why: str, *, uuid: str | None = None, own: bool = False):
        out = super().__new__(cls, (kind, name, why))
        out.kind, out.name, out.why, out.uuid, out.own = kind, name, why, uuid, own
        return out


class _Look(_Plain):
    """What a look at the world gives; `seen` is read from the library when it is first asked for."""

    __slots__ = ("_handle", "_seen")

    def __init__(self, handle, **values):
        super().__init__(**values)
        object.__setattr__(self, "_handle", handle)
        object.__setattr__(self, "_seen", None)

    @property
    def seen(self) -> Seen:
        """Each object that was seen, as the observer said it."""
        if self._seen is None:
            from ._seen import read_seen

            object.__setattr__(self, "_seen", read_seen(self._handle))
        return self._seen


class Refreshed(_Look):
    """What a refresh saw and did: the state after it, whether something was committed, when it looked, differences, unreachable (hypervisor, why),
    strangers (kind, name, why), and `seen`."""

    __slots__ = ("state", "committed", "when", "differences", "unreachable", "strangers")


class Drift(_Look):
    """How a state and the world differ: the state that was compared, when it was looked, differences, unreachable (hypervisor, why: of these nothing can
    be said), strangers (kind, name, why), and `seen`."""

    __slots__ = ("state", "when", "differences", "unreachable", "strangers")


class Inspection(_Plain):
    """What is to be said of a file: verdict ("valid", "edited", "unsigned", "corrupt", "unsupported", "absent"), findings, how many more_findings
    there are,
    and where its form is right cluster_name, cluster_type, revision and lineage, else None."""

    __slots__ = ("path", "verdict", "findings", "more_findings", "cluster_name", "cluster_type", "revision", "lineage")


_VERDICTS = ("valid", "edited", "unsigned", "corrupt", "unsupported", "absent")


def inspect_file(path: str | os.PathLike) -> Inspection:
    """Looks at a document file without changing anything. Raises PermissionDenied, InputOutputError."""
    handle = _abi.made(lib.aihow_inspection_free, lib.aihow_inspection_of_file, _abi.encode_path(path))
    verdict = _more_structures.Verdict(struct_size=sizeof(_more_structures.Verdict))
    _abi.call(lib.aihow_inspection_get, handle, _abi.byref(verdict))
    findings = []
    for i in range(verdict.findings):
        found = _more_structures.Finding(struct_size=sizeof(_more_structures.Finding))
        _abi.call(lib.aihow_inspection_finding, handle, i, _abi.byref(found))
        findings.append(Finding(line=found.line, column=found.column, pointer=_abi.decode(found.pointer), message=_abi.decode(found.message)))
    known = bool(verdict.has_document)
    return Inspection(
        path=_abi.decode(verdict.path),
        verdict=_VERDICTS[verdict.verdict] if verdict.verdict < len(_VERDICTS) else str(verdict.verdict),
        findings=findings,
        more_findings=verdict.more_findings,
        cluster_name=_abi.decode(verdict.cluster_name) if known else None,
        cluster_type=_abi.decode(verdict.cluster_type) if known else None,
        revision=verdict.revision if known else None,
        lineage=_structures.read_uuid(verdict.lineage) if known else None,
    )

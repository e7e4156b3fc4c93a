# SPDX-License-Identifier: MIT
"""Watching: what ClusterStateManager.watch() returns, and the threads that it runs on.

The library's watch runs on a thread of its own and hands its events over; who iterates waits in Python, so that Ctrl-C and signal handlers get their
turn, and handles them on his own thread. At the interpreter's end, before modules go, all that still run are stopped.
"""
from __future__ import annotations

import atexit
import os
import threading
from collections import deque
from ctypes import CFUNCTYPE, POINTER, Structure, byref, c_char_p, c_int32, c_int64, c_size_t, c_uint64, c_void_p, sizeof

from . import _abi, _structures
from ._abi import lib
from ._callbacks import answering, drop, keep, kept
from ._values import KINDS, Cancel, _Plain
from .events import source_handle
from .observers import observer_handle


class _Event(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("kind", c_int32),
        ("object_kind", c_int32),
        ("when", _abi.Time),
        ("hypervisor", c_char_p),
        ("name", c_char_p),
        ("field", c_char_p),
        ("expected", c_char_p),
        ("found", c_char_p),
        ("reason", c_char_p),
        ("last_seen", _abi.Time),
        ("text", c_char_p),
        ("revision", c_uint64),
        ("since", _abi.Time),
    ]


class _Options(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("resync_ms", c_int64),
        ("min_interval_ms", c_int64),
        ("timeout_ms", c_int64),
        ("cancel", c_void_p),
    ]


STRUCTURES = {"aihow_watch_event": _Event, "aihow_watch_options": _Options}

_EVENTS = ("changed", "connected", "lost", "resynced", "stranger", "failed")
_TELL = CFUNCTYPE(c_int32, c_void_p, POINTER(_Event), c_void_p)
_MOST = 1000  # events that may wait to be taken; then the watch waits too


class WatchEvent(_Plain):
    """What a watch tells.

    event: "changed" (a member of an object is another one now, and recorded so), "connected" (the hypervisor tells of its events from now on; since: it
    did not from then on, so a look follows), "lost" (it does not), "resynced" (the look after a gap, which began at since, is done), "stranger"
    (something carries the cluster's mark or name and is unknown), "failed" (something could not be looked at or recorded: it is tried again).
    when: when it happened, or was seen. hypervisor: of what one told; None. revision: of the state that has it; None: none does.
    Of a change: kind ("vm" …) and name of the object, field, expected, found, reason ("": not said), last_seen (None: not known). text: of lost, stranger
    and failed, a sentence. Times are naive local datetimes.
    """

    __slots__ = ("event", "when", "hypervisor", "revision", "kind", "name", "field", "expected", "found", "reason", "last_seen", "text", "since")


def _read_event(raw):
    texts = {name: _abi.decode(getattr(raw, name)) for name in ("name", "field", "expected", "found", "reason", "text")}
    return WatchEvent(
        event=_EVENTS[raw.kind] if 0 <= raw.kind < len(_EVENTS) else str(raw.kind),
        when=_structures.to_datetime(raw.when),
        hypervisor=_abi.decode(raw.hypervisor) or None,
        revision=raw.revision or None,
        kind=KINDS.get(raw.object_kind),
        last_seen=_structures.optional_datetime(raw.last_seen),
        since=_structures.optional_datetime(raw.since),
        **texts,
    )


class _Run:
    """One watch of the library's, on its thread, and the events that nobody has taken yet. It knows nothing of the Watch, which may go."""

    def __init__(self):
        self.pid = os.getpid()
        self.cancel = Cancel()
        self.events = deque()
        self.changed = threading.Condition()
        self.over = False  # no more events are taken
        self.error = None
        self.thread = None

    def _wait_until(self, holds):
        """In slices: a signal that comes just before a wait begins does not wake it, and its handler would never have its turn."""
        while not self.changed.wait_for(holds, _abi.SLICE):
            pass

    def put(self, event):
        with self.changed:
            self._wait_until(lambda: len(self.events) < _MOST or self.over or self.cancel.requested)
            self.events.append(event)
            self.changed.notify_all()

    def end(self, error):
        with self.changed:
            self.over, self.error = True, error
            self.changed.notify_all()

    def take(self):
        """The next event; None where none will come any more, or it was asked to stop. Raises what ended the watch."""
        with self.changed:
            self._wait_until(lambda: self.events or self.over or self.cancel.requested)
            if self.events and not self.cancel.requested:
                self.changed.notify_all()
                return self.events.popleft()
            error, self.error = self.error, None
        if error is not None:
            raise error
        return None

    def request_stop(self):
        self.cancel.request()
        with self.changed:
            self.changed.notify_all()

    def stop(self):
        if self.pid != os.getpid():  # the child of a fork has no such thread
            return
        self.request_stop()
        if self.thread is not threading.current_thread():
            self.thread.join()


_running = set()


@_TELL
def _tell(number, event, sink):
    return answering(lambda: kept(number).put(_read_event(event.contents)), sink)


def _work(run, manager, observer, source, options, cancel):
    error = None
    number = keep(run)
    try:
        _abi.call(lib.aihow_manager_watch, manager, observer, source, _tell, number, byref(options))
    except BaseException as raised:  # it is raised where events are taken
        error = raised
    drop(number)
    if cancel is not None:
        cancel._told.remove(run.request_stop)
    _running.discard(run)
    run.end(error)


def _stop_all():
    runs = [run for run in list(_running) if run.pid == os.getpid()]
    for run in runs:
        run.request_stop()
    for run in runs:
        run.stop()


atexit.register(_stop_all)


class Watch:
    """A watch that goes on: iterate over it for its WatchEvents, `with mgr.watch(…) as events:`. It ends when it is closed, when its `with` block ends or
    nothing refers to it any more, and when its Cancel was requested; then iterating ends. What ends it otherwise is raised there."""

    def __init__(self, manager, observer, events, resync, min_interval, observe_timeout, cancel):
        self._run = run = _Run()
        options = _Options(sizeof(_Options), _interval(resync, "resync"), _interval(min_interval, "min_interval"))
        options.timeout_ms = 0 if observe_timeout is None else max(1, int(observe_timeout * 1000))
        options.cancel = run.cancel._handle._as_parameter_
        work = (run, manager, observer_handle(observer), source_handle(events), options, cancel)
        run.thread = threading.Thread(target=_work, args=work, name="ai_how.state watch", daemon=True)
        if cancel is not None:
            cancel._on_request(run.request_stop)
        _running.add(run)
        try:
            run.thread.start()
        except BaseException:
            _running.discard(run)
            if cancel is not None:
                cancel._told.remove(run.request_stop)
            raise

    def __iter__(self) -> Watch:
        return self

    def __next__(self) -> WatchEvent:
        event = self._run.take()
        if event is None:
            raise StopIteration
        return event

    def close(self) -> None:
        """Ends it, within a second where the observer is as quick. Events that were not taken are dropped. The observer itself must not call it: it
        requests the watch's Cancel."""
        self._run.stop()

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def __del__(self):
        run = getattr(self, "_run", None)
        if run is not None and run.pid == os.getpid():
            run.request_stop()


def _interval(seconds, what):
    """Milliseconds as the library counts: 0 is its default, below 0 none."""
    if seconds is None:
        return 0
    if seconds < 0:
        raise _abi.errors().Invalid(f"{what} is {seconds}; it is 0 or more seconds")
    return max(1, int(seconds * 1000)) if seconds > 0 else -1


def watch(manager, observer, events, callback, **options):
    """See ClusterStateManager.watch()."""
    out = Watch(manager, observer, events, **options)
    if callback is None:
        return out
    with out:
        for event in out:
            callback(event)
    return None

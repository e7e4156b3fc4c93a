# SPDX-License-Identifier: MIT
"""Sources of events written in Python: what tells ClusterStateManager.watch() of changes as they happen, sooner than a look would show them.

    from ai_how.state import VMState
    from ai_how.state.events import EventSource

    class RackEvents(EventSource):
        def follow(self, state, events):
            self.rack.on_power(lambda machine, on: events.vm("rack", machine.uuid, VMState.RUNNING if on else VMState.SHUTOFF))
            events.connected("rack")

        def stop(self):
            self.rack.on_power(None)
"""
from __future__ import annotations

from ctypes import CFUNCTYPE, Structure, byref, c_char_p, c_int32, c_size_t, c_void_p, sizeof
from datetime import datetime

from . import _abi, _models, _structures
from ._abi import lib
from ._callbacks import answering, drop, keep, kept

_CONNECTED, _LOST, _VM, _OTHER = range(4)


class _WorldEvent(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("kind", c_int32),
        ("state", c_int32),
        ("when", _abi.Time),
        ("hypervisor", c_char_p),
        ("why", c_char_p),
        ("domain_name", c_char_p),
        ("state_reason", c_char_p),
        ("domain_uuid", _abi.Uuid),
    ]


_FOLLOW = CFUNCTYPE(c_int32, c_void_p, c_void_p, c_void_p, c_void_p)
_STOP = CFUNCTYPE(None, c_void_p)


class _Table(Structure):
    _fields_ = [("struct_size", c_size_t), ("follow", _FOLLOW), ("stop", _STOP), ("destroy", _STOP)]


STRUCTURES = {"aihow_world_event": _WorldEvent, "aihow_event_source_table": _Table}


class Events:
    """Takes what a source has to tell, from any thread. Each method returns whether somebody still listens: False once the watch is over. `when` is when
    it happened: a datetime, None: now. Events of one hypervisor (a connection URI, or what else the program calls it) are told in their order."""

    def __init__(self, handle):
        self._handle = handle
        self._open = True

    def connected(self, hypervisor: str, *, when: datetime | None = None) -> bool:
        """Events of this hypervisor come from now on. What happened before was not told of, so it is looked at."""
        return self._put(_CONNECTED, hypervisor, when)

    def lost(self, hypervisor: str, why: str, *, when: datetime | None = None) -> bool:
        """None come from it until it is connected again. why: a sentence."""
        return self._put(_LOST, hypervisor, when, why=_abi.encode(why, "why"))

    def vm(
        self,
        hypervisor: str,
        domain_uuid: str,
        state: _models.VMState,
        *,
        state_reason: str | None = None,
        domain_name: str | None = None,
        when: datetime | None = None,
    ) -> bool:
        """A machine is in a new state. It is told apart by the UUID, which its VMInfo has as domain_uuid."""
        if not isinstance(state, _models.VMState):
            raise TypeError(f"state must be a VMState, not {type(state).__name__}")
        uuid = _abi.Uuid()
        _structures.set_uuid(uuid, domain_uuid, "domain_uuid")
        texts = {"state_reason": state_reason, "domain_name": domain_name}
        given = {name: _abi.encode(text, name) for name, text in texts.items() if text is not None}
        return self._put(_VM, hypervisor, when, state=state.value, domain_uuid=uuid, **given)

    def other(self, hypervisor: str, *, when: datetime | None = None) -> bool:
        """Something else of it is new (a definition, a network): everything is looked at soon."""
        return self._put(_OTHER, hypervisor, when)

    def _put(self, kind, hypervisor, when, **members):
        event = _WorldEvent(sizeof(_WorldEvent), kind, hypervisor=_abi.encode(hypervisor, "hypervisor"), **members)
        if when is not None:
            event.when = _structures.time_of(when, "when")
        try:
            if self._open:
                _abi.call(lib.aihow_events_put, self._handle, byref(event))
        except _abi.errors().Invalid:
            if self._open:  # else the watch ended meanwhile
                raise
        return self._open


class EventSource:
    """What a source of events does. Both methods are called by the thread of the watch and may use the manager, but not start another watch with this
    source. This one tells of nothing: a watch with it only looks."""

    def follow(self, state: _models.ClusterState, events: Events) -> None:
        """Begins to tell of every hypervisor of the state's VMs, on threads of its own or before it returns, and no more of others; those that it tells of
        already go on. Each answers with connected() or lost(). Called at the beginning and before each look, with the same `events` throughout a watch.
        Returns at once."""

    def stop(self) -> None:
        """Ends that, within a second. Another watch may ask it to follow again."""


class NativeSource:
    """A source of events that a library has."""

    def __init__(self, handle):
        self._handle = handle


class _Source:
    """A source as one watch of the library's knows it."""

    def __init__(self, source):
        self.source = source
        self.events = None

    def follow(self, state, events):
        if self.source.__dict__.setdefault("_follower", self) is not self:
            raise _abi.errors().Locked("the source of events is at work in another watch")
        if self.events is None:
            self.events = Events(events)
        self.source.follow(state, self.events)

    def stop(self):
        if self.source.__dict__.get("_follower") is not self:
            return
        self.events._open = False
        try:
            self.source.stop()
        finally:
            del self.source._follower


@_FOLLOW
def _follow(number, state, events, sink):
    def run():
        own = _abi.made(lib.aihow_state_free, lib.aihow_state_copy, state)
        kept(number).follow(_models.read_state(own), events)

    return answering(run, sink)


@_STOP
def _stop(number):
    kept(number).stop()


@_STOP
def _destroy(number):
    drop(number)


def source_handle(source):
    """The library's handle of a source, or of one that tells of nothing."""
    if isinstance(source, NativeSource):
        return source._handle
    if source is not None and not isinstance(source, EventSource):
        raise TypeError(f"an EventSource is expected, not {type(source).__name__}")
    number = keep(_Source(EventSource() if source is None else source))
    try:
        table = _Table(sizeof(_Table), _follow, _stop, _destroy)
        return _abi.made(lib.aihow_event_source_free, lib.aihow_event_source_new, byref(table), number)
    except BaseException:
        drop(number)
        raise


__all__ = ["EventSource", "Events"]

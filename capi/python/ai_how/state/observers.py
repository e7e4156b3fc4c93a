# SPDX-License-Identifier: MIT
"""Observers written in Python: what a program sees of its machines, for ClusterStateManager.refresh(), drift() and watch().

    from ai_how.state import VMState
    from ai_how.state.observers import Observation, observer

    def look(state, timeout, cancel):
        seen = Observation()
        for vm in state.vms:
            seen.vm(vm.name, VMState.RUNNING, ip_address=ask_the_rack(vm.name))
        return seen

    mgr.refresh(observer(look))
"""
from __future__ import annotations

from ctypes import CFUNCTYPE, POINTER, Structure, byref, c_char_p, c_int32, c_int64, c_size_t, c_uint32, c_void_p, cast, sizeof

from . import _abi, _models, _structures
from ._abi import lib
from ._callbacks import AskedToStop, answering, drop, keep, kept, put_uuid
from ._values import KINDS, Difference, Drift, Refreshed, Stranger, kind_number

_UNSAID = object()


class _VmObservation(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("name", c_char_p),
        ("state", c_int32),
        ("said", c_uint32),
        ("state_reason", c_char_p),
        ("domain_name", c_char_p),
        ("hypervisor", c_char_p),
        ("domain_uuid", _abi.Uuid),
        ("cpu_cores", c_int32),
        ("memory_gb", c_int32),
        ("gpu_count", c_int32),
        ("reserved", c_int32),
        ("volumes", POINTER(c_char_p)),
        ("volumes_count", c_size_t),
        ("ip_address", c_char_p),
    ]


class _NetworkObservation(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("name", c_char_p),
        ("exists", c_int32),
        ("active", c_int32),
        ("uuid", _abi.Uuid),
        ("active_ips", POINTER(c_char_p)),
        ("active_ips_count", c_size_t),
        ("said", c_uint32),
        ("reserved", c_int32),
        ("subnet", c_char_p),
        ("bridge", c_char_p),
    ]


class _VolumeObservation(Structure):
    _fields_ = [("struct_size", c_size_t), ("name", c_char_p), ("size_gb", c_int64), ("exists", c_int32), ("reserved", c_int32)]


class _PoolObservation(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("name", c_char_p),
        ("exists", c_int32),
        ("active", c_int32),
        ("uuid", _abi.Uuid),
        ("path", c_char_p),
    ]


_OBSERVE = CFUNCTYPE(c_int32, c_void_p, c_void_p, c_int64, c_void_p, c_void_p, c_void_p)
_DESTROY = CFUNCTYPE(None, c_void_p)


class _Table(Structure):
    _fields_ = [("struct_size", c_size_t), ("observe", _OBSERVE), ("destroy", _DESTROY)]


STRUCTURES = {
    "aihow_vm_observation": _VmObservation,
    "aihow_network_observation": _NetworkObservation,
    "aihow_volume_observation": _VolumeObservation,
    "aihow_pool_observation": _PoolObservation,
    "aihow_observer_table": _Table,
}


def _texts(values, what):
    """A list of texts as C has it; it keeps alive what it points at."""
    encoded = [_abi.encode(value, what) for value in values]
    return cast((c_char_p * max(len(encoded), 1))(*encoded), POINTER(c_char_p)), len(encoded)


def _text(value, what):
    return None if value is None else _abi.encode(value, what)


class Observation:
    """What an observer sees. What it does not say nothing is concluded from."""

    def __init__(self):
        self._parts = []

    def vm(
        self,
        name: str,
        state: _models.VMState,
        *,
        state_reason: str | None = None,
        domain_name: str | None = None,
        domain_uuid: str | None = None,
        hypervisor: str | None = None,
        cpu_cores: int = 0,
        memory_gb: int = 0,
        gpu_count: int | None = None,
        volumes: list[str] | None = None,
        ip_address=_UNSAID,
    ) -> None:
        """One VM, by its name in the cluster. ip_address None: it has none now."""
        part = _VmObservation(struct_size=sizeof(_VmObservation), name=_abi.encode(name, "name"), state=state.value)
        part.state_reason, part.domain_name = _text(state_reason, "state_reason"), _text(domain_name, "domain_name")
        part.hypervisor = _text(hypervisor, "hypervisor")
        put_uuid(part.domain_uuid, domain_uuid)
        part.cpu_cores, part.memory_gb = _abi.int32(cpu_cores, "cpu_cores"), _abi.int32(memory_gb, "memory_gb")
        if gpu_count is not None:
            part.said |= _abi.SAID_GPU_COUNT
            part.gpu_count = _abi.int32(gpu_count, "gpu_count")
        if volumes is not None:
            part.said |= _abi.SAID_VOLUMES
            part.volumes, part.volumes_count = _texts(volumes, "volumes")
        if ip_address is not _UNSAID:
            part.said |= _abi.SAID_IP_ADDRESS
            part.ip_address = _text(ip_address, "ip_address")
        self._parts.append(lambda observation: _abi.call(lib.aihow_observation_add_vm, observation, byref(part)))

    def network(
        self,
        name: str,
        *,
        exists: bool,
        active: bool = False,
        uuid: str | None = None,
        active_ips: list[str] | None = None,
        subnet: str | None = None,
        bridge: str | None = None,
    ) -> None:
        """One network. subnet: in the state's own spelling where both mean the same."""
        part = _NetworkObservation(sizeof(_NetworkObservation), _abi.encode(name, "name"), bool(exists), bool(active))
        put_uuid(part.uuid, uuid)
        if active_ips is not None:
            part.said = _abi.SAID_ACTIVE_IPS
            part.active_ips, part.active_ips_count = _texts(active_ips, "active_ips")
        part.subnet, part.bridge = _text(subnet, "subnet"), _text(bridge, "bridge")
        self._parts.append(lambda observation: _abi.call(lib.aihow_observation_add_network, observation, byref(part)))

    def volume(self, name: str, *, exists: bool, size_gb: int = 0) -> None:
        """One volume."""
        part = _VolumeObservation(sizeof(_VolumeObservation), _abi.encode(name, "name"), size_gb, bool(exists))
        self._parts.append(lambda observation: _abi.call(lib.aihow_observation_add_volume, observation, byref(part)))

    def pool(self, name: str, *, exists: bool, active: bool = False, uuid: str | None = None, path: str | None = None) -> None:
        """One pool."""
        part = _PoolObservation(sizeof(_PoolObservation), _abi.encode(name, "name"), bool(exists), bool(active))
        put_uuid(part.uuid, uuid)
        part.path = _text(path, "path")
        self._parts.append(lambda observation: _abi.call(lib.aihow_observation_add_pool, observation, byref(part)))

    def unreachable(self, hypervisor: str, why: str) -> None:
        """A hypervisor that did not answer: its VMs are not said anything of, and keep what was last known."""
        texts = _abi.encode(hypervisor, "hypervisor"), _abi.encode(why, "why")
        self._parts.append(lambda observation: _abi.call(lib.aihow_observation_add_unreachable, observation, *texts))

    def stranger(self, kind: int | str, name: str, why: str, *, uuid: str | None = None, own: bool = False) -> None:
        """Something that carries the cluster's mark or name and is not in its state. kind: "vm" (or 2), "network" (3), "volume" (4), "pool" (5).
        own: by mark and UUID it is the cluster's own; else it is a clone, or a namesake."""
        number = kind_number(kind) if isinstance(kind, str) else kind
        texts = _abi.encode(name, "name"), _abi.encode(why, "why")
        identity = _abi.Uuid()
        put_uuid(identity, uuid)
        add = lib.aihow_observation_add_own if own else lib.aihow_observation_add_stranger
        self._parts.append(lambda observation: _abi.call(add, observation, number, texts[0], byref(identity) if uuid else None, texts[1]))


@_OBSERVE
def _observe(number, state, timeout_ms, cancel, observation, sink):
    def run():
        own = _abi.made(lib.aihow_state_free, lib.aihow_state_copy, state)
        seen = kept(number)(_models.read_state(own), timeout_ms / 1000, AskedToStop(cancel))
        for part in seen._parts:
            part(observation)

    return answering(run, sink)


@_DESTROY
def _destroy(number):
    drop(number)


class Observer:
    """An observer as refresh() takes it; made by observer()."""

    def __init__(self, handle):
        self._handle = handle


def observer(look) -> Observer:
    """An observer of a function look(state, timeout, cancel), which returns an Observation within `timeout` seconds, or raises Cancelled where
    cancel.requested. A hypervisor that is down is no failure: it says unreachable()."""
    number = keep(look)
    try:
        table = _Table(sizeof(_Table), _observe, _destroy)
        return Observer(_abi.made(lib.aihow_observer_free, lib.aihow_observer_new, byref(table), number))
    except BaseException:
        drop(number)
        raise


class _RefreshOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("timeout_ms", c_int64), ("min_interval_ms", c_int64)]


class _Summary(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("committed", c_int32),
        ("reserved", c_int32),
        ("differences", c_size_t),
        ("unreachable", c_size_t),
        ("strangers", c_size_t),
        ("vms", c_size_t),
        ("networks", c_size_t),
        ("volumes", c_size_t),
        ("pools", c_size_t),
        ("when", _abi.Time),
    ]


class _Difference(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("kind", c_int32),
        ("reserved", c_int32),
        ("name", c_char_p),
        ("field", c_char_p),
        ("expected", c_char_p),
        ("found", c_char_p),
        ("reason", c_char_p),
        ("last_seen", _abi.Time),
    ]


class _DriftOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("timeout_ms", c_int64), ("cancel", c_void_p)]


STRUCTURES.update(aihow_drift_options=_DriftOptions, aihow_refresh_options=_RefreshOptions, aihow_refresh_summary=_Summary, aihow_difference=_Difference)

def observer_handle(observer):
    if not isinstance(observer, Observer):
        raise TypeError(f"an Observer is expected, as observer() makes it, not {type(observer).__name__}")
    return observer._handle


def read_difference(one):
    """A Difference of a structure that has its members."""
    texts = {name: _abi.decode(getattr(one, name)) for name in ("name", "field", "expected", "found", "reason")}
    return Difference(kind=KINDS.get(one.kind, str(one.kind)), **texts, last_seen=_structures.optional_datetime(one.last_seen))


def _read_stranger(handle, index):
    kind, name, why, own, uuid = c_int32(), c_char_p(), c_char_p(), c_int32(), _abi.Uuid()
    _abi.call(lib.aihow_refresh_stranger, handle, index, byref(kind), byref(name), byref(why))
    _abi.call(lib.aihow_refresh_stranger_identity, handle, index, byref(own), byref(uuid))
    texts = KINDS.get(kind.value, str(kind.value)), _abi.decode(name.value), _abi.decode(why.value)
    return Stranger(*texts, uuid=_structures.read_uuid(uuid), own=bool(own.value))


def read_summary(handle):
    """How much a refresh or a drift has to say."""
    summary = _Summary(sizeof(_Summary))
    _abi.call(lib.aihow_refresh_get, handle, byref(summary))
    return summary


def _read_look(handle):
    """What a refresh or a drift has to say, by its members' names."""
    summary = read_summary(handle)
    differences = []
    for i in range(summary.differences):
        one = _Difference(sizeof(_Difference))
        _abi.call(lib.aihow_refresh_difference, handle, i, byref(one))
        differences.append(read_difference(one))
    hypervisor, why = c_char_p(), c_char_p()
    unreachable = []
    for i in range(summary.unreachable):
        _abi.call(lib.aihow_refresh_unreachable, handle, i, byref(hypervisor), byref(why))
        unreachable.append((_abi.decode(hypervisor.value), _abi.decode(why.value)))
    return {
        "state": _models.read_state(_abi.made(lib.aihow_state_free, lib.aihow_refresh_state, handle)),
        "committed": bool(summary.committed),
        "when": _structures.to_datetime(summary.when),
        "differences": differences,
        "unreachable": unreachable,
        "strangers": [_read_stranger(handle, i) for i in range(summary.strangers)],
    }


def _bound(seconds):
    """Milliseconds that a look may take; 0, which is the library's default, for None."""
    return 0 if seconds is None else max(1, int(seconds * 1000))


def refresh(manager, observer, timeout, min_interval, call):
    """See ClusterStateManager.refresh()."""
    options = _RefreshOptions(sizeof(_RefreshOptions), _bound(timeout), int(min_interval * 1000))
    handle = _abi.made(lib.aihow_refresh_free, lib.aihow_manager_refresh, manager, observer_handle(observer), byref(options), call)
    return Refreshed(handle, **_read_look(handle))


def drift(manager, observer, timeout, cancel):
    """See ClusterStateManager.drift()."""
    options = _DriftOptions(sizeof(_DriftOptions), _bound(timeout), None if cancel is None else cancel._handle._as_parameter_)
    handle = _abi.made(lib.aihow_refresh_free, lib.aihow_manager_drift, manager, observer_handle(observer), byref(options))
    return Drift(handle, **{name: value for name, value in _read_look(handle).items() if name != "committed"})


__all__ = ["Observation", "Observer", "observer"]

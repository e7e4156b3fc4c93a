# SPDX-License-Identifier: MIT
"""What libvirt sees and tells, for ClusterStateManager's refresh(), drift() and watch(); and the clusters that it has.

    from ai_how.state import libvirt

    with mgr.watch(libvirt.observer(), libvirt.event_source()) as events:
        for event in events:
            print(event)

It stands on libaihow-libvirt, which is found as libaihow is (the environment variable is AIHOW_LIBVIRT_LIBRARY), and loads libvirt itself when it is
first asked. `uri` is the connection of VMs that name no hypervisor of their own ("qemu:///system"), `timeout` the seconds that each answer of a
hypervisor may take (ten); `cancel` (a Cancel) ends the call.
"""
from __future__ import annotations

from ctypes import Structure, byref, c_char, c_char_p, c_int32, c_int64, c_size_t, c_void_p, cast, sizeof

from . import _abi, _models, _structures
from ._values import Cancel, _Plain
from .events import NativeSource
from .observers import Observer

FUNCTIONS = {
    "aihow_libvirt_observer_new": "ippp",
    "aihow_libvirt_event_source_new": "ippp",
    "aihow_libvirt_find_clusters": "ippzpp",
    "aihow_libvirt_rebuild": "ipppp",
    "aihow_libvirt_read_own_domain": "iphspp",
}


class _Options(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("uri", c_char_p),
        ("timeout_ms", c_int64),
        ("full", c_int32),
        ("reserved", c_int32),
        ("notice", c_void_p),
        ("user_data", c_void_p),
        ("cancel", c_void_p),
    ]


class _Cluster(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("name", c_char * 256),
        ("type", c_char * 16),
        ("lineage", _abi.Uuid),
        ("domains", c_size_t),
        ("networks", c_size_t),
    ]


STRUCTURES = {"aihow_libvirt_options": _Options, "aihow_libvirt_cluster": _Cluster}

lib = _abi.Library("libaihow-libvirt.so.0", "AIHOW_LIBVIRT_LIBRARY", FUNCTIONS)


def _options(uri, timeout, full=False, cancel=None):
    _abi.lib._library  # which it stands on, and would else look for itself
    timeout_ms = 0 if timeout is None else max(1, int(timeout * 1000))
    options = _Options(sizeof(_Options), None if uri is None else _abi.encode(uri, "uri"), timeout_ms, bool(full))
    options.cancel = None if cancel is None else cancel._handle._as_parameter_
    return options


def observer(uri: str | None = None, *, timeout: float | None = None, full: bool = False) -> Observer:
    """An observer that asks libvirt. It connects when it is asked, and keeps its connections. A hypervisor that is not installed, does not answer or
    refuses is said to be unreachable. full: read every domain's XML, not only of new and changed ones."""
    options = _options(uri, timeout, full)
    return Observer(_abi.made(_abi.lib.aihow_observer_free, lib.aihow_libvirt_observer_new, byref(options)))


def event_source(uri: str | None = None, *, timeout: float | None = None) -> NativeSource:
    """libvirt's events of the hypervisors that a state's VMs name, each over a connection of its own, which is made again where it broke."""
    options = _options(uri, timeout)
    return NativeSource(_abi.made(_abi.lib.aihow_event_source_free, lib.aihow_libvirt_event_source_new, byref(options)))


class FoundCluster(_Plain):
    """A cluster that libvirt's marks tell of: name, type ("hpc", "cloud"), lineage, and how many domains and networks it has."""

    __slots__ = ("name", "type", "lineage", "domains", "networks")


def find_clusters(uri: str | None = None, *, timeout: float | None = None, cancel: Cancel | None = None) -> list[FoundCluster]:
    """All clusters whose marks the hypervisor carries, by name, then lineage; copies of marked machines do not count. Raises Unreachable,
    PermissionDenied, InputOutputError, Unsupported (libvirt is not installed), Invalid (a malformed URI), Cancelled."""
    options, found, room = _options(uri, timeout, cancel=cancel), c_size_t(), 16
    while True:
        raw = (_Cluster * room)()
        raw[0].struct_size = sizeof(_Cluster)
        _abi.call(lib.aihow_libvirt_find_clusters, byref(options), raw, room, byref(found))
        if found.value <= room:
            break
        room = found.value
    return [
        FoundCluster(
            name=_abi.decode(one.name),
            type=_abi.decode(one.type),
            lineage=_structures.read_uuid(one.lineage),
            domains=one.domains,
            networks=one.networks,
        )
        for one in raw[: found.value]
    ]


def rebuild(
    cluster: FoundCluster, uri: str | None = None, *, timeout: float | None = None, cancel: Cancel | None = None, on_notice=None
) -> _models.ClusterState:
    """The state of a cluster made again from libvirt alone, for ClusterStateManager.create(): its marked domains and networks, their pool, and the volumes
    that the domains use. What no mark tells is as it is now, or lost. on_notice: called with a sentence for each thing that carries the cluster's mark
    and was left out, a copy for one; what it raises is printed and goes no further. Raises as find_clusters(), and NotFound where there is no such
    cluster."""
    raw = _Cluster(sizeof(_Cluster), _abi.encode(cluster.name, "name"), _abi.encode(cluster.type, "type"))
    _structures.set_uuid(raw.lineage, cluster.lineage, "lineage")
    options = _options(uri, timeout, cancel=cancel)
    if on_notice is not None:
        notice = _abi.NOTICE(lambda _, text: on_notice(_abi.decode(text)))
        options.notice = cast(notice, c_void_p).value
    owner = _abi.made(_abi.lib.aihow_state_free, lib.aihow_libvirt_rebuild, byref(options), byref(raw))
    return _models.read_state(owner, loaded=False)


class DomainRecords(_Plain):
    """A domain as the records of a state: vm, and volume, a dictionary as in ClusterState.volumes: the disk that its mark
    names (None: it names none)."""

    __slots__ = ("vm", "volume")


def read_own_domain(
    state: _models.ClusterState, domain_name: str, uri: str | None = None, *, timeout: float | None = None, cancel: Cancel | None = None
) -> DomainRecords:
    """A domain of the state's cluster that the state does not know, to take it in (ClusterStateManager.add_vm(), or both records in a transaction()).
    Nothing is changed. Raises as find_clusters(), NotFound where there is no such domain, and Invalid where it is not the cluster's own: it carries no
    mark, another lineage's, or a copied one."""
    from ._saving import working_copy

    options, name = _options(uri, timeout, cancel=cancel), _abi.encode(domain_name, "domain_name")
    owner = _abi.made(_abi.lib.aihow_state_free, lib.aihow_libvirt_read_own_domain, byref(options), working_copy(state), name)
    records = _models.read_state(owner, loaded=False)
    return DomainRecords(vm=records.vms[0], volume=records.volumes[0] if records.volumes else None)


__all__ = ["DomainRecords", "FoundCluster", "event_source", "find_clusters", "observer", "read_own_domain", "rebuild"]

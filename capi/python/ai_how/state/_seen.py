# SPDX-License-Identifier: MIT
"""What a refresh or a drift saw of each object: Refreshed.seen and Drift.seen."""
from __future__ import annotations

from ctypes import byref, sizeof

from . import _abi, _models, _structures
from ._abi import lib
from ._values import _Plain


class SeenVm(_Plain):
    """One VM, by its name in the cluster; UNDEFINED is one that the hypervisor does not have. None: not said; an
    ip_address that is None may also be said to be none: `said` has the names of gpu_count, volumes and ip_address that were said."""

    __slots__ = (
        "name",
        "state",
        "state_reason",
        "domain_name",
        "domain_uuid",
        "hypervisor",
        "cpu_cores",
        "memory_gb",
        "gpu_count",
        "volumes",
        "ip_address",
        "said",
    )


class SeenNetwork(_Plain):
    """One network. None: not said."""

    __slots__ = ("name", "exists", "active", "uuid", "active_ips", "subnet", "bridge")


class SeenVolume(_Plain):
    """One volume."""

    __slots__ = ("name", "exists", "size_gb")


class SeenPool(_Plain):
    """One pool. None: not said."""

    __slots__ = ("name", "exists", "active", "uuid", "path")


class Seen(_Plain):
    """All that was seen: lists of vms, networks, volumes and pools, as the observer said them."""

    __slots__ = ("vms", "networks", "volumes", "pools")


_SAID = {"gpu_count": _abi.SAID_GPU_COUNT, "volumes": _abi.SAID_VOLUMES, "ip_address": _abi.SAID_IP_ADDRESS}


def _text(raw):
    """None where it is empty or NULL: not said."""
    return _abi.decode(raw) or None


def _list(array, count):
    return [_abi.decode(array[i]) for i in range(count)]


def _vm(raw):
    said = {name for name, flag in _SAID.items() if raw.said & flag}
    return SeenVm(
        name=_abi.decode(raw.name),
        state=_models._STATES.get(raw.state, _models.VMState.UNDEFINED),
        state_reason=_text(raw.state_reason),
        domain_name=_text(raw.domain_name),
        hypervisor=_text(raw.hypervisor),
        domain_uuid=_structures.read_uuid(raw.domain_uuid),
        cpu_cores=raw.cpu_cores or None,
        memory_gb=raw.memory_gb or None,
        gpu_count=raw.gpu_count if "gpu_count" in said else None,
        volumes=_list(raw.volumes, raw.volumes_count) if "volumes" in said else None,
        ip_address=_text(raw.ip_address),
        said=said,
    )


def _network(raw):
    return SeenNetwork(
        name=_abi.decode(raw.name),
        exists=bool(raw.exists),
        active=bool(raw.active),
        uuid=_structures.read_uuid(raw.uuid),
        active_ips=_list(raw.active_ips, raw.active_ips_count) if raw.said & _abi.SAID_ACTIVE_IPS else None,
        subnet=_text(raw.subnet),
        bridge=_text(raw.bridge),
    )


def _volume(raw):
    return SeenVolume(name=_abi.decode(raw.name), exists=bool(raw.exists), size_gb=raw.size_gb)


def _pool(raw):
    uuid = _structures.read_uuid(raw.uuid)
    return SeenPool(name=_abi.decode(raw.name), exists=bool(raw.exists), active=bool(raw.active), uuid=uuid, path=_text(raw.path))


def read_seen(handle):
    """Seen of a refresh."""
    from . import observers

    summary = observers.read_summary(handle)
    kinds = {
        "vms": (lib.aihow_refresh_seen_vm, "aihow_vm_observation", _vm),
        "networks": (lib.aihow_refresh_seen_network, "aihow_network_observation", _network),
        "volumes": (lib.aihow_refresh_seen_volume, "aihow_volume_observation", _volume),
        "pools": (lib.aihow_refresh_seen_pool, "aihow_pool_observation", _pool),
    }
    lists = {}
    for name, (get, structure, read) in kinds.items():
        raw = observers.STRUCTURES[structure]()
        raw.struct_size = sizeof(raw)
        lists[name] = []
        for i in range(getattr(summary, name)):
            _abi.call(get, handle, i, byref(raw))
            lists[name].append(read(raw))
    return Seen(**lists)

# SPDX-License-Identifier: MIT
"""Putting VMInfo and ClusterState back into the library: what to_structure() and working_copy() make of them, and what they are once they were saved."""
from __future__ import annotations

from ctypes import POINTER, c_char_p, cast, sizeof

from . import _abi
from ._abi import lib
from ._errors import Invalid
from ._models import _PENDING_NUMBERS, ClusterState, VMInfo, VMState, read_cluster, read_dictionaries, read_vms
from ._structures import set_time, set_uuid


def _optional_text(value, what):
    return None if value is None or value == "" else _abi.encode(value, what)


def to_structure(vm):
    """The structure of a VMInfo, which keeps alive what it points at."""
    if not isinstance(vm, VMInfo):
        raise TypeError(f"a VMInfo is expected, not {type(vm).__name__}")
    out = _abi.Vm()
    raw = vm.__dict__.get("_raw")
    if raw is not None:  # times keep how they were spelled
        out.created_at = raw.created_at
        out.last_seen = raw.last_seen
        out.unreachable_since = raw.unreachable_since
    out.struct_size = sizeof(_abi.Vm)
    out.name = _abi.encode(vm.name, "name")
    out.cpu_cores = _abi.int32(vm.cpu_cores, "cpu_cores")
    out.memory_gb = _abi.int32(vm.memory_gb, "memory_gb")
    if not isinstance(vm.state, VMState):
        raise TypeError(f"state must be a VMState, not {type(vm.state).__name__}")
    out.state = vm.state.value
    out.gpu_count = _abi.int32(vm.gpu_count, "gpu_count")
    out.ip_address = None if vm.ip_address is None else _abi.encode(vm.ip_address, "ip_address")
    volumes = [_abi.encode(path, "volumes") for path in vm.volumes]
    if volumes:
        out.volumes = cast((c_char_p * len(volumes))(*volumes), POINTER(c_char_p))
    out.volumes_count = len(volumes)
    set_time(out.created_at, vm.created_at, "created_at")
    set_time(out.last_seen, vm.last_seen, "last_seen")
    out.role = _optional_text(vm.role, "role")
    out.domain_name = _optional_text(vm.domain_name, "domain_name")
    out.hypervisor = _optional_text(vm.hypervisor, "hypervisor")
    out.state_reason = _optional_text(vm.state_reason, "state_reason")
    set_uuid(out.domain_uuid, vm.domain_uuid, "domain_uuid")
    if vm.unreachable_since is None:
        out.unreachable_since = _abi.Time()
    else:
        set_time(out.unreachable_since, vm.unreachable_since, "unreachable_since")
    out.no_auto_start = 0 if vm.auto_start else 1
    if vm.pending not in _PENDING_NUMBERS:
        raise Invalid(f"pending is {vm.pending!r}; it is None, 'create' or 'delete'")
    out.pending = _PENDING_NUMBERS[vm.pending]
    return out


def is_touched(vm, owner):
    """Whether a VM that was read from `owner` may have been changed: some member was asked for or set."""
    return vm.__dict__.get("_owner") is not owner or len(vm.__dict__) > 3


def working_copy(state):
    """A new working copy in the library that says what `state` says."""
    if not isinstance(state, ClusterState):
        raise TypeError(f"a ClusterState is expected, not {type(state).__name__}")
    owner = state.__dict__.get("_owner")
    if owner is None:
        named = _abi.encode(state.cluster_name, "cluster_name"), _abi.encode(state.cluster_type, "cluster_type")
        copy = _abi.made(lib.aihow_state_free, lib.aihow_state_new, *named)
    else:
        copy = _abi.made(lib.aihow_state_free, lib.aihow_state_copy, owner)
    put(state, copy)
    return copy


def put(state, copy):
    """Makes a working copy of what `state` was read from say what it says now."""
    members = state.__dict__
    raw = read_cluster(copy)
    if "_raw" in members:
        raw.created_at, raw.last_modified = members["_raw"].created_at, members["_raw"].last_modified
    raw.cluster_name = _abi.encode(state.cluster_name, "cluster_name")
    raw.cluster_type = _abi.encode(state.cluster_type, "cluster_type")
    raw.status = _abi.encode(state.status, "status")
    set_time(raw.created_at, state.created_at, "created_at")
    set_time(raw.last_modified, state.last_modified, "last_modified")
    _abi.call(lib.aihow_state_set_cluster, copy, _abi.byref(raw))
    if "vms" in members:
        _put_vms(members["vms"], members.get("_owner"), copy)
    for name, kind in (("networks", _abi.KIND_NETWORK), ("volumes", _abi.KIND_VOLUME), ("pools", _abi.KIND_POOL)):
        if name in members:
            _put_dictionaries(members[name], members.get("_owner"), copy, kind, name)


def _put_vms(vms, owner, copy):
    for vm in vms:
        if not isinstance(vm, VMInfo):
            raise TypeError(f"vms has a {type(vm).__name__}, where a VMInfo is expected")
    known = None if owner is None else {_name_in(owner, i): i for i in range(lib.aihow_state_count(owner, _abi.KIND_VM))}
    places = []
    used = set()
    for vm in vms:
        place = vm.__dict__["_index"] if owner is not None and vm.__dict__.get("_owner") is owner else (known or {}).get(vm.name)
        if place in used:  # the same twice: the second is a new one, and validation tells
            place = None
        used.add(place)
        places.append(place)

    def set_vm(at, place, vm):
        if place is None:
            _abi.call(lib.aihow_state_insert_vm, copy, at, _abi.byref(to_structure(vm)))
        elif is_touched(vm, owner):
            _abi.call(lib.aihow_state_set_vm, copy, at, _abi.byref(to_structure(vm)))

    _arrange(places, len(known or ()), copy, _abi.KIND_VM, lambda at: set_vm(at, places[at], vms[at]))


def _name_in(owner, index):
    raw = _abi.Vm(struct_size=sizeof(_abi.Vm))
    _abi.call(lib.aihow_state_get_vm, owner, index, _abi.byref(raw))
    return raw.name.decode()


def _arrange(places, count, copy, kind, set_at):
    """Removes, moves, inserts and sets the objects of a kind: `places` says where each wanted one stood, None: nowhere."""
    wanted = set(places)
    order = [i for i in range(count) if i in wanted]
    for i in range(count - 1, -1, -1):
        if i not in wanted:
            _abi.call(lib.aihow_state_remove, copy, kind, i)
    for at, place in enumerate(places):
        if place is None:
            order.insert(at, None)
        elif order[at] != place:
            present = order.index(place, at)
            order.insert(at, order.pop(present))
            _abi.call(lib.aihow_state_move, copy, kind, present, at)
        set_at(at)


def _put_dictionaries(wanted, owner, copy, kind, what):
    stand = [] if owner is None else read_dictionaries(owner, kind)
    if wanted == stand:
        return
    import json

    known = {entry.get("name"): i for i, entry in enumerate(stand)}
    places = []
    for entry in wanted:
        if not isinstance(entry, dict):
            raise TypeError(f"{what} has a {type(entry).__name__}, where a dict is expected")
        place = known.get(entry.get("name"))
        places.append(None if place in places else place)

    def set_at(at):
        if places[at] is not None and wanted[at] == stand[places[at]]:
            return
        text = json.dumps(wanted[at]).encode()
        put_json = lib.aihow_state_insert_json if places[at] is None else lib.aihow_state_set_json
        _abi.call(put_json, copy, kind, at, text, len(text))

    _arrange(places, len(stand), copy, kind, set_at)


def rebase(state, copy):
    """Makes `state` what was saved: its own objects stay the ones that they are, with the members that were committed."""
    members = state.__dict__
    lists = {name: members[name] for name in ("vms", "networks", "volumes", "pools") if name in members}
    raw = read_cluster(copy)
    fresh = {}
    if "vms" in lists:
        by_name = {vm.name: vm for vm in lists["vms"]}
        fresh["vms"] = []
        for vm in read_vms(copy):
            own = by_name.get(vm.name)
            if own is not None:
                volumes = own.__dict__.get("volumes")
                own.__dict__.clear()
                own.__dict__.update(vm.__dict__)
                if isinstance(volumes, list):
                    volumes[:] = own.volumes
                    own.volumes = volumes
            fresh["vms"].append(vm if own is None else own)
    for name, kind in (("networks", _abi.KIND_NETWORK), ("volumes", _abi.KIND_VOLUME), ("pools", _abi.KIND_POOL)):
        if name in lists:
            by_name = {entry.get("name"): entry for entry in lists[name]}
            fresh[name] = []
            for entry in read_dictionaries(copy, kind):
                own = by_name.get(entry.get("name"))
                if own is not None:
                    own.clear()
                    own.update(entry)
                fresh[name].append(entry if own is None else own)
    members.clear()
    members.update(_raw=raw, _owner=copy, _loaded=True)
    for name, entries in fresh.items():
        lists[name][:] = entries
        members[name] = lists[name]

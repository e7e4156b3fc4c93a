# SPDX-License-Identifier: MIT
"""The models: VMState, VMInfo, ClusterState. They behave as dataclasses do, and are read from the library as their members are asked for."""
from __future__ import annotations

from ctypes import sizeof
from datetime import datetime
from enum import Enum

from . import _abi
from ._abi import lib
from ._structures import optional_datetime, read_uuid, to_datetime


class VMState(Enum):
    """What a virtual machine is doing. The numbers are libaihow's own and never change."""

    RUNNING = 1
    PAUSED = 2
    SHUTOFF = 3
    UNDEFINED = 4
    CRASHED = 5
    DYING = 6
    PMSUSPENDED = 7

    @classmethod
    def from_libvirt(cls, number: int) -> VMState:
        """The state that libvirt's number (virDomainState) stands for; UNDEFINED for one that is not known."""
        return _STATES[lib.aihow_vm_state_from_libvirt(_abi.int32(number, "number"))]


# By number; one that a newer library may say is UNDEFINED here.
_STATES = {state.value: state for state in VMState}
_UNDEFINED = VMState.UNDEFINED


def allows(present: VMState, wanted: VMState) -> bool:
    """Whether some action leads from one state to the other: what update_vm_state() may ask for."""
    return bool(lib.aihow_lifecycle_allows(present.value, wanted.value))


# ---- What the two dataclasses have in common --------------------------------------------------------------------------------------------


class _OfDataclass:
    """What a dataclass knows of itself, made when dataclasses.fields(), asdict(), replace() or pprint ask: importing dataclasses costs as much as the
    rest."""

    def __set_name__(self, owner, name):
        self._name = name

    def __get__(self, instance, owner):
        from dataclasses import field, make_dataclass

        required = [(name, object) for name in owner.__match_args__ if name in owner._required]
        defaulted = [(name, object, field(default=None)) for name in owner.__match_args__ if name not in owner._required]
        found = getattr(make_dataclass(owner.__name__, required + defaulted), self._name)
        setattr(owner, self._name, found)
        return found


class _Member:
    """A member that is read from the library when it is first asked for. Then, or once it was set, it is an attribute as any other, which Python
    prefers to this."""

    def __init__(self, name, read):
        self._name = name
        self._read = read

    def __get__(self, model, kind=None):
        if model is None or model._raw is None:
            raise AttributeError(f"{(kind or type(model)).__name__!r} has no attribute {self._name!r}")
        value = self._read(model)
        setattr(model, self._name, value)
        return value


class _Model:
    """Equality, repr and reading on demand. `_raw`: the structure that members are read from, where the object came from the library."""

    __dataclass_fields__ = _OfDataclass()
    __dataclass_params__ = _OfDataclass()
    __hash__ = None
    _required = ()
    _extras = {}  # members beyond the reference's, with the value that repr() leaves out
    _raw = None

    @classmethod
    def _read_by(cls, readers):
        for name, read in readers.items():
            setattr(cls, name, _Member(name, read))

    def __eq__(self, other):
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__match_args__)

    def __repr__(self):
        shown = [name for name in self.__match_args__ if name not in self._extras or getattr(self, name) != self._extras[name]]
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

    def __copy__(self):
        # A copy remembers where it came from, so that it can be saved too.
        copy = type(self).__new__(type(self))
        copy.__dict__.update(self.__dict__)
        return copy

    def __deepcopy__(self, memo):
        from copy import deepcopy

        copy = self.__copy__()
        memo[id(self)] = copy
        for name in self.__match_args__:
            if name in copy.__dict__:
                copy.__dict__[name] = deepcopy(copy.__dict__[name], memo)
        return copy

    def __reduce__(self):
        # A pickle is a plain object with all members.
        return _rebuild, (type(self), {name: getattr(self, name) for name in self.__match_args__})


def _rebuild(kind, members):
    return kind(**members)


# ---- VMInfo -----------------------------------------------------------------------------------------------------------------------------


class VMInfo(_Model):
    """One virtual machine. Members are mutable; a state that has it is saved with ClusterStateManager.save_state().

    The members after last_seen go beyond the Python tool's: role ("controller", "compute" …), auto_start (False: start defines it and leaves it off),
    libvirt's domain_name and domain_uuid, hypervisor (a connection URI), state_reason, unreachable_since, pending ("create", "delete").
    """

    name: str
    cpu_cores: int
    memory_gb: int
    state: VMState
    ip_address: str | None
    gpu_count: int
    volumes: list[str]
    created_at: datetime
    last_seen: datetime
    role: str | None
    auto_start: bool
    domain_name: str | None
    domain_uuid: str | None
    hypervisor: str | None
    state_reason: str | None
    unreachable_since: datetime | None
    pending: str | None

    _required = ("name", "cpu_cores", "memory_gb", "state")
    _extras = {
        "role": None,
        "auto_start": True,
        "domain_name": None,
        "domain_uuid": None,
        "hypervisor": None,
        "state_reason": None,
        "unreachable_since": None,
        "pending": None,
    }
    __match_args__ = (*_required, "ip_address", "gpu_count", "volumes", "created_at", "last_seen", *_extras)

    def __init__(
        self,
        name: str,
        cpu_cores: int,
        memory_gb: int,
        state: VMState,
        ip_address: str | None = None,
        gpu_count: int = 0,
        volumes: list[str] | None = None,
        created_at: datetime | None = None,
        last_seen: datetime | None = None,
        role: str | None = None,
        auto_start: bool = True,
        domain_name: str | None = None,
        domain_uuid: str | None = None,
        hypervisor: str | None = None,
        state_reason: str | None = None,
        unreachable_since: datetime | None = None,
        pending: str | None = None,
    ):
        self.name = name
        self.cpu_cores = cpu_cores
        self.memory_gb = memory_gb
        self.state = state
        self.ip_address = ip_address
        self.gpu_count = gpu_count
        self.volumes = [] if volumes is None else volumes
        self.created_at = datetime.now() if created_at is None else created_at
        self.last_seen = datetime.now() if last_seen is None else last_seen
        self.role = role
        self.auto_start = auto_start
        self.domain_name = domain_name
        self.domain_uuid = domain_uuid
        self.hypervisor = hypervisor
        self.state_reason = state_reason
        self.unreachable_since = unreachable_since
        self.pending = pending


_PENDING = {0: None, 1: "create", 2: "delete"}
_PENDING_NUMBERS = {word: number for number, word in _PENDING.items()}


def _reads_text(name):
    def read(vm):
        text = getattr(vm._raw, name)
        return _abi.decode(text) if text else None

    return read


def _reads(name):
    return lambda vm: getattr(vm._raw, name)


def _reads_time(name):
    return lambda vm: to_datetime(getattr(vm._raw, name))


VMInfo._read_by({
    "name": lambda vm: vm._raw.name.decode(),
    "cpu_cores": _reads("cpu_cores"),
    "memory_gb": _reads("memory_gb"),
    "state": lambda vm: _STATES.get(vm._raw.state, _UNDEFINED),
    "ip_address": _reads_text("ip_address"),
    "gpu_count": _reads("gpu_count"),
    "volumes": lambda vm: [_abi.decode(vm._raw.volumes[i]) for i in range(vm._raw.volumes_count)],
    "created_at": _reads_time("created_at"),
    "last_seen": _reads_time("last_seen"),
    "role": _reads_text("role"),
    "auto_start": lambda vm: not vm._raw.no_auto_start,
    "domain_name": _reads_text("domain_name"),
    "domain_uuid": lambda vm: read_uuid(vm._raw.domain_uuid),
    "hypervisor": _reads_text("hypervisor"),
    "state_reason": _reads_text("state_reason"),
    "unreachable_since": lambda vm: optional_datetime(vm._raw.unreachable_since),
    "pending": lambda vm: _PENDING.get(vm._raw.pending),
})


def read_vm(raw, owner, index):
    """A VMInfo over a structure whose texts belong to `owner`."""
    vm = VMInfo.__new__(VMInfo)
    vm._raw = raw
    vm._owner = owner
    vm._index = index
    return vm


def read_vms(owner):
    """All VMs of a state."""
    count = lib.aihow_state_count(owner, _abi.KIND_VM)
    raw = (_abi.Vm * count)()
    if count:
        raw[0].struct_size = sizeof(_abi.Vm)
    _abi.call(lib.aihow_state_get_vms, owner, 0, count, raw)
    return [read_vm(one, owner, index) for index, one in enumerate(raw)]


# ---- ClusterState -----------------------------------------------------------------------------------------------------------------------


class ClusterState(_Model):
    """Everything that is known of one cluster. `vms` is a list of VMInfo, `networks`, `volumes` and `pools` are lists of dictionaries with the
    document's member names; all can be changed and saved with ClusterStateManager.save_state().

    revision and lineage are the library's: they say which version of the state this is, and setting them changes nothing.
    """

    cluster_name: str
    cluster_type: str
    status: str
    vms: list[VMInfo]
    networks: list[dict]
    volumes: list[dict]
    created_at: datetime
    last_modified: datetime
    pools: list[dict]
    revision: int
    lineage: str | None

    _required = ("cluster_name", "cluster_type", "status")
    _extras = {"pools": [], "revision": 0, "lineage": None}
    __match_args__ = (*_required, "vms", "networks", "volumes", "created_at", "last_modified", *_extras)

    def __init__(
        self,
        cluster_name: str,
        cluster_type: str,
        status: str,
        vms: list[VMInfo] | None = None,
        networks: list[dict] | None = None,
        volumes: list[dict] | None = None,
        created_at: datetime | None = None,
        last_modified: datetime | None = None,
        pools: list[dict] | None = None,
        revision: int = 0,
        lineage: str | None = None,
    ):
        self.cluster_name = cluster_name
        self.cluster_type = cluster_type
        self.status = status
        self.vms = [] if vms is None else vms
        self.networks = [] if networks is None else networks
        self.volumes = [] if volumes is None else volumes
        self.created_at = datetime.now() if created_at is None else created_at
        self.last_modified = datetime.now() if last_modified is None else last_modified
        self.pools = [] if pools is None else pools
        self.revision = revision
        self.lineage = lineage

    @property
    def notices(self) -> list[str]:
        """What was noticed as it was loaded (it was edited by hand, its backup answers …), as sentences; none of one that was not loaded, or was saved
        since."""
        owner = getattr(self, "_owner", None)
        return [] if owner is None else _abi.texts(lib.aihow_state_notices, owner)

    def to_json(self) -> str:
        """The state as the document that a file would have."""
        from ._saving import working_copy

        return _abi.texts(lib.aihow_state_to_json, working_copy(self))[0]

    @classmethod
    def from_json(cls, text: str | bytes) -> ClusterState:
        """The state that a document says. Raises Corrupt (with line, column and pointer), UnsupportedVersion."""
        data = text if isinstance(text, bytes) else _abi.encode(text, "text")
        return read_state(_abi.made(lib.aihow_state_free, lib.aihow_state_from_json, data, len(data), None), loaded=False)

    def validate(self) -> None:
        """Raises Invalid where the state breaks a rule; the message lists the first ten with their places."""
        from ._saving import working_copy

        _abi.call(lib.aihow_state_validate, working_copy(self))


def _reads_dictionaries(kind):
    def read(state):
        return read_dictionaries(state._owner, kind)

    return read


def read_dictionaries(owner, kind):
    count = lib.aihow_state_count(owner, kind)
    if not count:
        return []
    import json

    return [json.loads(_abi.texts(lib.aihow_state_get_json, owner, kind, i, 0)[0]) for i in range(count)]


ClusterState._read_by({
    "cluster_name": lambda state: state._raw.cluster_name.decode(),
    "cluster_type": lambda state: state._raw.cluster_type.decode(),
    "status": lambda state: state._raw.status.decode(),
    "created_at": _reads_time("created_at"),
    "last_modified": _reads_time("last_modified"),
    "revision": lambda state: state._raw.revision,
    "lineage": lambda state: read_uuid(state._raw.lineage),
    "vms": lambda state: read_vms(state._owner),
    "networks": _reads_dictionaries(_abi.KIND_NETWORK),
    "volumes": _reads_dictionaries(_abi.KIND_VOLUME),
    "pools": _reads_dictionaries(_abi.KIND_POOL),
})


def read_cluster(owner):
    raw = _abi.Cluster(struct_size=sizeof(_abi.Cluster))
    _abi.call(lib.aihow_state_get_cluster, owner, _abi.byref(raw))
    return raw


def read_state(owner, loaded=True):
    """A ClusterState over a handle. `loaded`: saving it merges with what was committed since."""
    state = ClusterState.__new__(ClusterState)
    state.__dict__.update(_raw=read_cluster(owner), _owner=owner, _loaded=loaded)
    return state

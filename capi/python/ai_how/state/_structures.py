# SPDX-License-Identifier: MIT
"""The C interface's structures and numbers, written once, and what times and UUIDs are in Python. tests/python holds them against the headers."""
from __future__ import annotations

from ctypes import POINTER, Structure, c_char_p, c_int32, c_int64, c_size_t, c_ubyte, c_uint64, c_void_p
from datetime import datetime, timedelta

SAID_GPU_COUNT, SAID_VOLUMES, SAID_IP_ADDRESS, SAID_ACTIVE_IPS = 1, 2, 4, 8
STORE_HISTORY, STORE_WAIT, STORE_MULTI_PROCESS, STORE_MULTI_HOST = 1, 2, 4, 8
KIND_VM, KIND_NETWORK, KIND_VOLUME, KIND_POOL = 2, 3, 4, 5
TIME_NONE, TIME_UTC, TIME_LOCAL = 0, 1, 2
END = c_size_t(-1).value  # "behind the last"


class Time(Structure):
    _fields_ = [("us", c_int64), ("kind", c_int32), ("reserved", c_int32)]


class Uuid(Structure):
    _fields_ = [("bytes", c_ubyte * 16)]


class Cluster(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("cluster_name", c_char_p),
        ("cluster_type", c_char_p),
        ("status", c_char_p),
        ("created_at", Time),
        ("last_modified", Time),
        ("revision", c_uint64),
        ("lineage", Uuid),
    ]


class Vm(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("name", c_char_p),
        ("cpu_cores", c_int32),
        ("memory_gb", c_int32),
        ("state", c_int32),
        ("gpu_count", c_int32),
        ("ip_address", c_char_p),
        ("volumes", POINTER(c_char_p)),
        ("volumes_count", c_size_t),
        ("created_at", Time),
        ("last_seen", Time),
        ("role", c_char_p),
        ("domain_name", c_char_p),
        ("hypervisor", c_char_p),
        ("state_reason", c_char_p),
        ("domain_uuid", Uuid),
        ("unreachable_since", Time),
        ("no_auto_start", c_int32),
        ("pending", c_int32),
    ]


class ManagerOptions(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("lock_timeout_ms", c_int64),
        ("strict", c_int32),
        ("no_locks", c_int32),
        ("program", c_char_p),
        ("actor", c_char_p),
        ("notice", c_void_p),
        ("user_data", c_void_p),
        ("destroy", c_void_p),
    ]


# The structures by their names in C.
STRUCTURES = {
    "aihow_time": Time,
    "aihow_uuid": Uuid,
    "aihow_cluster": Cluster,
    "aihow_vm": Vm,
    "aihow_manager_options": ManagerOptions,
}

# ---- Times: naive local datetimes, as the Python tool has them ------------------------------------------------------------------------------

_EPOCH = datetime(1970, 1, 1)
_SECOND = 1_000_000


def to_datetime(time):
    """A naive datetime of local time. A wall clock without a zone is one already."""
    if time.kind == TIME_LOCAL:
        return _EPOCH + timedelta(microseconds=time.us)
    return datetime.fromtimestamp(time.us // _SECOND).replace(microsecond=time.us % _SECOND)


def optional_datetime(time):
    """The same; None where there is no time."""
    return to_datetime(time) if time.kind else None


def set_time(time, value, what):
    """Puts a datetime where a time was read: one that says the same leaves it alone. A naive one is local time, with its fold."""
    if not isinstance(value, datetime):
        raise TypeError(f"{what} must be a datetime, not {type(value).__name__}")
    if value.tzinfo is None and to_datetime(time) == value:
        return
    instant = time_of(value, what)
    time.us, time.kind = instant.us, instant.kind


def time_of(value, what):
    """The instant that a datetime says."""
    if not isinstance(value, datetime):
        raise TypeError(f"{what} must be a datetime, not {type(value).__name__}")
    return Time(int(value.replace(microsecond=0).timestamp()) * _SECOND + value.microsecond, TIME_UTC)


# ---- UUIDs: None where there is none ----------------------------------------------------------------------------------------------------------


def read_uuid(uuid):
    digits = bytes(uuid.bytes).hex()
    if digits == "0" * 32:
        return None
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def set_uuid(uuid, text, what):
    digits = "" if text is None else str(text).replace("-", "")
    try:
        uuid.bytes[:] = bytes.fromhex(digits) if text is not None else bytes(16)
    except ValueError:
        from ._errors import Invalid

        raise Invalid(f"{what} is {text!r}, which is no UUID") from None

# SPDX-License-Identifier: MIT
"""The C interface: its functions, written once, finding the library, and calling it. tests/python holds them against the headers."""
from __future__ import annotations

import os
from ctypes import CDLL, CFUNCTYPE, byref, c_char_p, c_int32, c_size_t, c_uint64, c_void_p

from ._structures import (  # noqa: F401 - who calls the library has them from here
    Cluster, END, KIND_NETWORK, KIND_POOL, KIND_VM, KIND_VOLUME, ManagerOptions,
    SAID_ACTIVE_IPS, SAID_GPU_COUNT, SAID_IP_ADDRESS, SAID_VOLUMES, STORE_HISTORY, STORE_MULTI_HOST, STORE_MULTI_PROCESS, STORE_WAIT,
    STRUCTURES, TIME_LOCAL, TIME_NONE, TIME_UTC, Time, Uuid, Vm,
)

# Result and arguments of each function that is used, a letter each: i int32_t, Q uint64_t, z size_t, s const char*, h a handle, p any other
# pointer (structures, out-parameters, callbacks), v void.
FUNCTIONS = {
    "aihow_version_text": "s",
    "aihow_error_free": "vh",
    "aihow_error_message": "sh",
    "aihow_error_path": "sh",
    "aihow_error_pointer": "sh",
    "aihow_error_line": "zh",
    "aihow_error_column": "zh",
    "aihow_text_free": "vh",
    "aihow_text_count": "zh",
    "aihow_text_get": "shzp",
    "aihow_sink_put": "ihszp",
    "aihow_cancel_new": "ipp",
    "aihow_cancel_request": "ihp",
    "aihow_cancel_requested": "ih",
    "aihow_cancel_free": "vh",
    "aihow_vm_state_from_libvirt": "ii",
    "aihow_lifecycle_allows": "iii",
    "aihow_state_new": "isspp",
    "aihow_state_copy": "ihpp",
    "aihow_state_free": "vh",
    "aihow_state_notices": "ihpp",
    "aihow_state_validate": "ihp",
    "aihow_state_count": "zhi",
    "aihow_state_find": "ihispp",
    "aihow_state_get_cluster": "ihpp",
    "aihow_state_get_vm": "ihzpp",
    "aihow_state_get_vms": "ihzzpp",
    "aihow_state_set_cluster": "ihpp",
    "aihow_state_set_vm": "ihzpp",
    "aihow_state_insert_vm": "ihzpp",
    "aihow_state_remove": "ihizp",
    "aihow_state_move": "ihizzp",
    "aihow_state_to_json": "ihpp",
    "aihow_state_from_json": "iszspp",
    "aihow_state_get_json": "ihizipp",
    "aihow_state_set_json": "ihizszp",
    "aihow_state_insert_json": "ihizszp",
    "aihow_manager_open": "isppp",
    "aihow_manager_free": "vh",
    "aihow_manager_location": "ihpp",
    "aihow_manager_load": "ihpp",
    "aihow_manager_ensure": "ihssppp",
    "aihow_manager_save": "ihhpp",
    "aihow_manager_add_vm": "ihppp",
    "aihow_manager_update_vm_state": "ihsipp",
    "aihow_manager_remove_vm": "ihspp",
    "aihow_manager_forget_vm": "ihsppp",
    "aihow_manager_rename_vm": "ihssppp",
    "aihow_manager_transaction": "ihsppppp",
    "aihow_manager_create": "ihhsppp",
    "aihow_manager_erase": "ihspp",
    "aihow_operation_begin": "ihsppp",
    "aihow_operation_held": "ih",
    "aihow_operation_free": "vh",
    "aihow_operation_holder": "ihppp",
    "aihow_manager_backup": "ihspp",
    "aihow_manager_restore": "ihsppp",
    "aihow_manager_import": "ihsippp",
    "aihow_manager_files": "ihpp",
    "aihow_manager_verify": "ihippp",
    "aihow_inspection_of_file": "ispp",
    "aihow_inspection_get": "ihpp",
    "aihow_inspection_finding": "ihzpp",
    "aihow_inspection_free": "vh",
    "aihow_manager_records": "ihppp",
    "aihow_records_count": "zh",
    "aihow_records_get": "ihzpp",
    "aihow_records_free": "vh",
    "aihow_manager_at": "ihQpp",
    "aihow_manager_at_time": "ihppp",
    "aihow_changes_count": "zh",
    "aihow_changes_get": "ihzpp",
    "aihow_changes_field": "ihzzpp",
    "aihow_changes_free": "vh",
    "aihow_state_changes": "ihhpp",
    "aihow_state_json_patch": "ihhpp",
    "aihow_state_token": "sh",
    "aihow_manager_history": "ihppp",
    "aihow_manager_changes_since": "ihQzpp",
    "aihow_history_get": "ihpp",
    "aihow_history_get_entry": "ihzpp",
    "aihow_history_get_changes": "ihzpp",
    "aihow_history_free": "vh",
    "aihow_manager_wait": "ihppp",
    "aihow_manager_undo": "ihzpppp",
    "aihow_manager_restore_revision": "ihQpppp",
    "aihow_reversal_get": "ihpp",
    "aihow_reversal_state": "ihpp",
    "aihow_reversal_changes": "ihpp",
    "aihow_reversal_conflict": "ihzpp",
    "aihow_reversal_free": "vh",
    "aihow_observation_add_vm": "ihpp",
    "aihow_observation_add_network": "ihpp",
    "aihow_observation_add_volume": "ihpp",
    "aihow_observation_add_pool": "ihpp",
    "aihow_observation_add_unreachable": "ihssp",
    "aihow_observation_add_stranger": "ihispsp",
    "aihow_observation_add_own": "ihispsp",
    "aihow_observer_new": "ipppp",
    "aihow_observer_free": "vh",
    "aihow_manager_refresh": "ihhpppp",
    "aihow_refresh_get": "ihpp",
    "aihow_refresh_state": "ihpp",
    "aihow_refresh_difference": "ihzpp",
    "aihow_refresh_unreachable": "ihzppp",
    "aihow_refresh_stranger": "ihzpppp",
    "aihow_refresh_stranger_identity": "ihzppp",
    "aihow_refresh_seen_vm": "ihzpp",
    "aihow_refresh_seen_network": "ihzpp",
    "aihow_refresh_seen_volume": "ihzpp",
    "aihow_refresh_seen_pool": "ihzpp",
    "aihow_refresh_free": "vh",
    "aihow_manager_drift": "ihhppp",
    "aihow_events_put": "ihpp",
    "aihow_event_source_new": "ipppp",
    "aihow_event_source_free": "vh",
    "aihow_manager_watch": "ihhhpppp",
    "aihow_answer_unchanged": "ihp",
    "aihow_answer_document": "ihszspp",
    "aihow_answer_highest": "ihQp",
    "aihow_answer_committed": "ihip",
    "aihow_answer_stands": "ihpp",
    "aihow_answer_notice": "ihsp",
    "aihow_answer_record": "ihQszp",
    "aihow_answer_oldest_kept": "ihQp",
    "aihow_answer_holder": "ihpp",
    "aihow_manager_open_store": "ippppp",
    "aihow_store_register": "isppp",
}

_TYPES = {
    "i": c_int32,
    "Q": c_uint64,
    "z": c_size_t,
    "s": c_char_p,
    "h": c_void_p,
    "p": c_void_p,
    "v": None,
}

CHANGE = CFUNCTYPE(c_int32, c_void_p, c_void_p, c_void_p)
NOTICE = CFUNCTYPE(None, c_void_p, c_char_p)

SLICE = 0.2  # seconds that a long wait is cut into, so that Python's signal handlers get their turn


def _place(name, variable):
    """Where a library may be, the first that is there; a bare name is the loader's to find."""
    named = os.environ.get(variable)
    if named:
        return named
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    beside = os.path.join(package, name)
    if os.path.exists(beside):
        return beside
    try:
        from ._where import LIBRARY_FOLDER  # written at installation, relative to the package
    except ImportError:
        return name
    installed = os.path.normpath(os.path.join(package, LIBRARY_FOLDER, name))
    return installed if os.path.exists(installed) else name


class Library:
    """Each function as an attribute. The library is loaded when the first is used. Calls let other Python threads run."""

    def __init__(self, name, variable, functions):
        self._name = name
        self._variable = variable
        self._functions = functions

    def __getattr__(self, name):
        if name == "_library":
            path = _place(self._name, self._variable)
            try:
                self._library = CDLL(path)
            except OSError as error:
                text = f"{self._name.partition('.')[0]} cannot be loaded from {path}: {error}; set {self._variable} to its path"
                raise ImportError(text, name=self._name.partition(".")[0], path=path) from error
            return self._library
        signature = self._functions[name]
        function = getattr(self._library, name)
        function.restype = _TYPES[signature[0]]
        function.argtypes = [_TYPES[letter] for letter in signature[1:]]
        setattr(self, name, function)
        return function


lib = Library("libaihow.so.0", "AIHOW_LIBRARY", FUNCTIONS)


def errors():
    """The exceptions. They are imported when one is met or named: making their classes costs as much as the rest of the package."""
    from . import _errors

    return _errors


def decode(text):
    """Text of the library. Paths in messages may be no UTF-8."""
    return "" if text is None else text.decode("utf-8", "surrogateescape")


def error_of(status, pointer):
    """The exception that an error object says; frees it."""
    kind = errors().by_code.get(status, errors().StateError)
    if not pointer.value:
        return kind(f"the library said {status}", status)
    try:
        return kind(
            decode(lib.aihow_error_message(pointer)),
            status,
            decode(lib.aihow_error_path(pointer)),
            decode(lib.aihow_error_pointer(pointer)),
            lib.aihow_error_line(pointer),
            lib.aihow_error_column(pointer),
        )
    finally:
        lib.aihow_error_free(pointer)


def call(function, *arguments):
    """Calls a function whose last parameter is the error. Raises StateError."""
    error = c_void_p()
    status = function(*arguments, byref(error))
    if status != 0:
        raise error_of(status, error)


class Handle:
    """An object of the library's, freed with this one."""

    __slots__ = ("_as_parameter_", "_free", "__weakref__")

    def __init__(self, value, free):
        self._as_parameter_ = value
        self._free = free

    def __del__(self):
        if self._as_parameter_:
            self._free(self._as_parameter_)

    def close(self):
        """Frees it now; every later use is an error of the library's."""
        self._free(self._as_parameter_)


def made(free, function, *arguments):
    """Calls a function whose out-parameter before the error is a handle; None where it wrote NULL."""
    target = c_void_p()
    call(function, *arguments, byref(target))
    return Handle(target.value, free) if target.value else None


def texts(function, *arguments):
    """Calls a function that makes an aihow_text, and takes the texts out of it."""
    handle = made(lib.aihow_text_free, function, *arguments)
    return [decode(lib.aihow_text_get(handle, i, None)) for i in range(lib.aihow_text_count(handle))]


def encode(text, what):
    """Text for the library. Raises TypeError, or Invalid for what C cannot have."""
    if not isinstance(text, str):
        raise TypeError(f"{what} must be a str, not {type(text).__name__}")
    try:
        out = text.encode()
    except UnicodeEncodeError as error:
        raise errors().Invalid(f"{what} is no Unicode text: {error}") from None
    if b"\0" in out:
        raise errors().Invalid(f"{what} has a NUL character")
    return out


def encode_path(path, what="path"):
    """A path or location for the library: bytes as the file system has them."""
    out = os.fsencode(path)
    if b"\0" in out:
        raise errors().Invalid(f"{what} has a NUL character")
    return out


def int32(number, what):
    """An int that C can have; ctypes would cut it."""
    if isinstance(number, bool) or not isinstance(number, int):
        raise TypeError(f"{what} must be an int, not {type(number).__name__}")
    return _in_range(number, what, -(2**31), 2**31)


def uint64(number, what):
    """The same of one that is not below zero: a revision, a limit."""
    if isinstance(number, bool) or not isinstance(number, int):
        raise TypeError(f"{what} must be an int, not {type(number).__name__}")
    return _in_range(number, what, 0, 2**64)


def _in_range(number, what, low, end):
    if not low <= number < end:
        raise errors().Invalid(f"{what} is {number}, which is out of range")
    return number

# SPDX-License-Identifier: MIT
"""What stores and observers written in Python have in common: Python functions that the library calls, and objects that it keeps for them.

It is imported only where a program has one. Calls into Python come from whatever thread uses the manager.
"""
from __future__ import annotations

import itertools

from . import _abi
from ._abi import lib
from ._errors import StateError

_kept = {}
_numbers = itertools.count(1)


def keep(thing):
    """Keeps a thing alive for the library, which knows it by a number (never 0)."""
    number = next(_numbers)
    _kept[number] = thing
    return number


def kept(number):
    return _kept[number]


def drop(number):
    """No longer needed. What was dropped is returned."""
    return _kept.pop(number, None)


def text_of(error):
    return str(error) or type(error).__name__


def answering(function, sink):
    """Runs a callback's body and returns its status: what it raises is told through the sink, with the code of a StateError or of the built-in
    exception."""
    try:
        function()
        return 0
    except BaseException as error:
        data = text_of(error).encode("utf-8", "replace").replace(b"\0", b"?")
        lib.aihow_sink_put(sink, data, len(data), None)
        return code_of(error)


def code_of(error):
    if isinstance(error, StateError):
        return error.code or -15
    for kind, code in ((PermissionError, -7), (TimeoutError, -11), (ConnectionError, -10), (OSError, -8), (MemoryError, -14)):
        if isinstance(error, kind):
            return code
    return -15


class AskedToStop:
    """What a waiting callback may ask."""

    __slots__ = ("_handle",)

    def __init__(self, handle):
        self._handle = handle

    @property
    def requested(self) -> bool:
        """Whether it should stop and raise Cancelled."""
        return bool(lib.aihow_cancel_requested(self._handle))


def bytes_at(pointer, length):
    from ctypes import string_at

    return string_at(pointer, length)


def uuid_text(uuid):
    digits = bytes(uuid.bytes).hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def put_uuid(uuid, text):
    uuid.bytes[:] = bytes.fromhex(text.replace("-", "")) if text else bytes(16)


__all__ = ["AskedToStop", "_abi", "answering", "bytes_at", "drop", "keep", "kept", "put_uuid", "uuid_text"]

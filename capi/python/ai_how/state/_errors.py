# SPDX-License-Identifier: MIT
"""What can go wrong, as a tree: catch StateError for all of it, or the built-in exception that a Python programmer expects."""
from __future__ import annotations

import errno as _errno


class StateError(Exception):
    """A failure. str() is a whole sentence: what, where, what to do.

    code is the library's number (negative), path the file that it is about and pointer the place in it (RFC 6901), each "" where there is
    none; line and column count from 1, 0 where there is none.
    """

    code = 0
    _errno = None

    def __init__(self, message: str, code: int = 0, path: str = "", pointer: str = "", line: int = 0, column: int = 0):
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.path = path
        self.pointer = pointer
        self.line = line
        self.column = column
        if isinstance(self, OSError):
            self.errno = self._errno
            self.strerror = message
            self.filename = path or None

    def __str__(self) -> str:
        return self.message

    def __reduce__(self):
        return type(self), (self.message, self.code, self.path, self.pointer, self.line, self.column)


class NotFound(StateError, KeyError):
    """Something that the call cannot do without is absent: a VM of that name, a state."""

    code = -1


class FileMissing(NotFound, FileNotFoundError):
    """A file that was named is not there."""

    _errno = _errno.ENOENT


class Invalid(StateError, ValueError):
    """An argument or input breaks a rule; nothing was changed."""

    code = -2


class Corrupt(StateError, ValueError):
    """Stored bytes are not a valid document."""

    code = -3


class UnsupportedVersion(StateError, ValueError):
    """Written by a newer version, or in a layout that is not this one's."""

    code = -4


class Conflict(StateError):
    """Somebody else changed the same thing first; the message names it."""

    code = -5


class Locked(StateError, TimeoutError):
    """Another holder kept the lock until the deadline; the message names it."""

    code = -6
    _errno = _errno.EAGAIN


class PermissionDenied(StateError, PermissionError):
    """The operating system or the hypervisor refused."""

    code = -7
    _errno = _errno.EACCES


class InputOutputError(StateError, OSError):
    """A system or hypervisor call failed; nothing is acknowledged."""

    code = -8
    _errno = _errno.EIO


class OutcomeUnknown(StateError, OSError):
    """The change may or may not be durable: load and look."""

    code = -9
    _errno = _errno.EIO


class Unreachable(StateError, ConnectionError):
    """A hypervisor did not answer; that says nothing about the machines behind it."""

    code = -10


class TimedOut(StateError, TimeoutError):
    """The deadline passed."""

    code = -11
    _errno = _errno.ETIMEDOUT


class Cancelled(StateError):
    """A Cancel asked to stop."""

    code = -12


class Unsupported(StateError):
    """This store, platform or hypervisor cannot do it."""

    code = -13


class OutOfMemory(StateError, MemoryError):
    """An allocation failed; everything is as before."""

    code = -14


class Unexpected(StateError, RuntimeError):
    """A failure that the library did not foresee."""

    code = -15


by_code = {
    kind.code: kind
    for kind in (
        NotFound,
        Invalid,
        Corrupt,
        UnsupportedVersion,
        Conflict,
        Locked,
        PermissionDenied,
        InputOutputError,
        OutcomeUnknown,
        Unreachable,
        TimedOut,
        Cancelled,
        Unsupported,
        OutOfMemory,
        Unexpected,
    )
}

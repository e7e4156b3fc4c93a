# SPDX-License-Identifier: MIT
"""The state of a cluster of virtual machines: read it, change it, keep it.

    from ai_how.state import ClusterStateManager, VMInfo, VMState

    mgr = ClusterStateManager("state.json")
    state = mgr.ensure_state("my-cluster", "hpc")
    mgr.add_vm(VMInfo(name="compute-01", cpu_cores=16, memory_gb=64, state=VMState.RUNNING))

It is a thin layer over libaihow, which is found by the environment variable AIHOW_LIBRARY (a path), beside this package, where it was
installed with it, or by the system's loader, when it is first needed. All of it may be used by any number of threads; one ClusterState or VMInfo
by one at a time.
"""
from ._manager import ClusterStateManager, library_version
from ._models import ClusterState, VMInfo, VMState, allows

TYPE_CHECKING = False
if TYPE_CHECKING:  # what is imported when it is first asked for: a program that reads a state needs none of it
    from ._errors import (
        Cancelled,
        Conflict,
        Corrupt,
        FileMissing,
        InputOutputError,
        Invalid,
        Locked,
        NotFound,
        OutcomeUnknown,
        OutOfMemory,
        PermissionDenied,
        StateError,
        TimedOut,
        Unexpected,
        Unreachable,
        Unsupported,
        UnsupportedVersion,
    )
    from ._history import (
        Actor,
        ChangesSince,
        FieldChange,
        Gap,
        History,
        HistoryEntry,
        ObjectChange,
        Reversal,
        json_patch,
        object_changes,
    )
    from ._seen import Seen, SeenNetwork, SeenPool, SeenVm, SeenVolume
    from ._values import Cancel, Difference, Drift, Holder, Inspection, Operation, Record, Refreshed, Stranger, inspect_file
    from ._watch import Watch, WatchEvent

_LATER = ("_errors", "_values", "_history", "_watch", "_seen")


def __getattr__(name):
    if name in __all__:
        from importlib import import_module

        for module in _LATER:
            found = getattr(import_module(f".{module}", __name__), name, None)
            if found is not None:
                globals()[name] = found
                return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted({*globals(), *__all__})


__all__ = [
    "Actor",
    "Cancel",
    "Cancelled",
    "ChangesSince",
    "ClusterState",
    "ClusterStateManager",
    "Conflict",
    "Corrupt",
    "Difference",
    "Drift",
    "FieldChange",
    "FileMissing",
    "Gap",
    "History",
    "HistoryEntry",
    "Holder",
    "InputOutputError",
    "Inspection",
    "Invalid",
    "Locked",
    "NotFound",
    "ObjectChange",
    "Operation",
    "OutOfMemory",
    "OutcomeUnknown",
    "PermissionDenied",
    "Record",
    "Refreshed",
    "Reversal",
    "Seen",
    "SeenNetwork",
    "SeenPool",
    "SeenVm",
    "SeenVolume",
    "StateError",
    "Stranger",
    "TimedOut",
    "Unexpected",
    "Unreachable",
    "Unsupported",
    "UnsupportedVersion",
    "VMInfo",
    "VMState",
    "Watch",
    "WatchEvent",
    "allows",
    "inspect_file",
    "json_patch",
    "library_version",
    "object_changes",
]

# SPDX-License-Identifier: MIT
"""interface.py LIBRARY [ROUNDS]: the Python package: reading one member beside a bare ctypes call, and a whole program beside one that only imports what it imports.

Run it alone on a quiet machine, with the library of an optimised build. Medians of ROUNDS (31), interleaved; programs are also given in processor time.
"""
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

PACKAGE = pathlib.Path(__file__).resolve().parents[2] / "capi" / "python"
VMS = 1000
BARE = "import ctypes, enum, datetime"
WHOLE = """from ai_how.state import ClusterStateManager
import sys
for vm in ClusterStateManager(sys.argv[1]).get_all_vms():
    print(vm.name, vm.state)"""


def seconds_of(program, argument):
    """Wall clock and processor time of a program."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-s", program, argument], stdout=subprocess.DEVNULL, check=True)
    took, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    library, rounds = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 31
    os.environ.update(AIHOW_LIBRARY=library, PYTHONPATH=str(PACKAGE))
    sys.path.insert(0, str(PACKAGE))
    from ai_how.state import ClusterState, ClusterStateManager, VMInfo, VMState
    from ai_how.state._abi import Vm, byref, c_void_p, lib
    from ctypes import CDLL, sizeof

    with tempfile.TemporaryDirectory() as folder:
        # Modules are compiled once, as after an installation, and output is buffered as it is by default.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ.pop("PYTHONUNBUFFERED", None)
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        path = os.path.join(folder, "state.json")
        vms = [VMInfo(f"compute-{n:04}", 16, 64, VMState.RUNNING, ip_address=f"10.0.{n // 250}.{n % 250 + 1}", volumes=[f"/pool/{n}.qcow2"]) for n in range(VMS)]
        ClusterStateManager(path).create(ClusterState("lab", "hpc", "running", vms=vms))

        state = ClusterStateManager(path)._load()
        vm, error = Vm(struct_size=sizeof(Vm)), c_void_p()
        typed = lib.aihow_state_get_vm
        # A function of libc that does nothing, called with the same types.
        bare = CDLL(None).abs
        bare.restype, bare.argtypes = typed.restype, typed.argtypes
        times = {"bare call": [], "VM read": []}
        for _ in range(rounds):
            start = time.perf_counter()
            for _ in range(1000):
                bare(state, 7, byref(vm), byref(error))
            middle = time.perf_counter()
            for _ in range(1000):
                typed(state, 7, byref(vm), byref(error))
            times["bare call"].append((middle - start) * 1e6)
            times["VM read"].append((time.perf_counter() - middle) * 1e6)
        print("one call, ns:", ", ".join(f"{name} {statistics.median(values):.0f}" for name, values in times.items()))

        programs = {}
        for name, text in (("bare imports", BARE), (f"{VMS} VMs printed", WHOLE)):
            program = os.path.join(folder, f"{len(programs)}.py")
            pathlib.Path(program).write_text(text, encoding="utf-8")
            programs[name] = (program, [])
        for _ in range(rounds):
            for program, taken in programs.values():
                taken.append(seconds_of(program, path))
        for name, (_, taken) in programs.items():
            wall, cpu = (statistics.median(each) * 1e3 for each in zip(*taken))
            print(f"{name}: {wall:.1f} ms, {cpu:.1f} ms of the processor")


if __name__ == "__main__":
    main()

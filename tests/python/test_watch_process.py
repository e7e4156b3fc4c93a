# SPDX-License-Identifier: MIT
"""Watches and processes: Ctrl-C, the interpreter's end, forks, and two processes that watch the same machines."""
import pathlib
import signal
import subprocess
import sys
import unittest

from manager_case import ManagerCase
from python_package import PACKAGE
from rack import UUIDS

HERE = pathlib.Path(__file__).resolve().parent

PREFACE = f"""
import os, sys, threading, time
sys.path[:0] = [{str(PACKAGE)!r}, {str(HERE)!r}]
from ai_how.state import Cancel, ClusterStateManager, VMState
from rack import Rack

class SayingRack(Rack):
    def stop(self):
        print("stopped", flush=True)

mgr, rack = ClusterStateManager(sys.argv[1]), SayingRack()
"""


class Program(subprocess.Popen):
    def __init__(self, code, *arguments):
        super().__init__([sys.executable, "-c", PREFACE + code, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def __exit__(self, kind, *more):
        if kind is not None:
            self.kill()  # it may never end by itself
        super().__exit__(kind, *more)

    def rest(self):
        """Exit code, and the rest of what it said."""
        out, err = self.communicate(timeout=60)
        return self.returncode, out, err


class WatchProcess(ManagerCase):
    def setUp(self):
        super().setUp()

        def identify(state):
            for vm in state.vms:
                vm.domain_uuid = UUIDS[vm.name]

        self.mgr.transaction(identify)

    def interrupted(self, code, how=signal.SIGINT):
        """What a program says that is interrupted after its first line."""
        with Program(code, self.state) as program:
            self.assertEqual(program.stdout.readline(), "connected\n", "")
            program.send_signal(how)
            return program.rest()

    def test_ctrl_c_ends_who_iterates_and_the_watch(self):
        code = """
try:
    with mgr.watch(rack.observer(), rack, resync=0) as events:
        for event in events:
            print(event.event, flush=True)
except KeyboardInterrupt:
    print("interrupted")
"""
        self.assertEqual(self.interrupted(code), (0, "stopped\ninterrupted\n", ""))

    def test_ctrl_c_ends_one_with_a_callback(self):
        code = """
try:
    mgr.watch(rack.observer(), rack, lambda event: print(event.event, flush=True), resync=0)
except KeyboardInterrupt:
    print("interrupted")
"""
        self.assertEqual(self.interrupted(code), (0, "stopped\ninterrupted\n", ""))

    def test_a_signal_handler_may_cancel_it(self):
        code = """
import signal
cancel = Cancel()
signal.signal(signal.SIGTERM, lambda *_: cancel.request())
mgr.watch(rack.observer(), rack, lambda event: print(event.event, flush=True), resync=0, cancel=cancel)
print("ended")
"""
        self.assertEqual(self.interrupted(code, signal.SIGTERM), (0, "stopped\nended\n", ""))

    def test_the_interpreters_end_stops_what_still_runs_first(self):
        code = """
events = mgr.watch(rack.observer(), rack, resync=0.01)
other = mgr.watch(Rack().observer(), resync=0.01)
taker = threading.Thread(target=lambda: list(other), daemon=True)
taker.start()
print(next(events).event)
"""
        for _ in range(5):
            with Program(code, self.state) as program:
                self.assertEqual(program.rest(), (0, "connected\nstopped\n", ""))

    def test_an_exception_that_ends_the_program_does_too(self):
        with Program("events = mgr.watch(rack.observer(), rack)\nnext(events)\nraise SystemExit(7)", self.state) as program:
            self.assertEqual(program.rest(), (7, "stopped\n", ""))

    def test_the_child_of_a_fork_ends_without_touching_it(self):
        code = """
with mgr.watch(rack.observer(), rack, resync=0) as events:
    print(next(events).event, flush=True)
    pid = os.fork()
    if pid == 0:
        sys.exit(0)
    print("child", os.waitpid(pid, 0)[1], flush=True)
    rack.switch("a", VMState.RUNNING)
    print(next(event.found for event in events if event.field == "state"), flush=True)
"""
        with Program(code, self.state) as program:
            self.assertEqual(program.rest(), (0, "connected\nchild 0\nRUNNING\nstopped\n", ""))

    def test_two_processes_watch_the_same_machines_and_both_are_told_of_one_revision(self):
        code = """
with mgr.watch(rack.observer(), rack, resync=0) as events:
    print(next(events).event, flush=True)
    input()
    rack.switch("a", VMState.RUNNING)
    event = next(event for event in events if event.field == "state")
    print(event.name, event.expected, event.found, flush=True)
"""
        programs = [Program(code, self.state) for _ in range(2)]
        for program in programs:
            self.assertEqual(program.stdout.readline(), "connected\n")
        for program in programs:
            program.stdin.write("go\n")
            program.stdin.flush()
        for program in programs:
            self.assertEqual(program.rest(), (0, "a SHUTOFF RUNNING\nstopped\n", ""))
            program.stdout.close()
        changed = [entry for entry in self.mgr.history("a") if any(field.field == "state" for change in entry.changes for field in change.fields)]
        self.assertEqual(len(changed), 1)
        self.assertIn(changed[0].actor.pid, [program.pid for program in programs])


if __name__ == "__main__":
    unittest.main()

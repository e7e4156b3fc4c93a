# SPDX-License-Identifier: MIT
"""Waiting for changes and following them: of this process, of others, and until somebody says stop."""
import signal
import subprocess
import sys
import threading
import time
import unittest

from manager_case import ManagerCase, vm
from python_package import PACKAGE

from ai_how.state import Cancel, Cancelled, ClusterState, ClusterStateManager, Gap

PREFACE = f"""
import sys
sys.path.insert(0, {str(PACKAGE)!r})
from ai_how.state import ClusterStateManager, VMInfo, VMState
mgr = ClusterStateManager(sys.argv[1])
"""


class Other(subprocess.Popen):
    """Another Python process, with `mgr` and the package's names."""

    def __init__(self, code, *arguments):
        super().__init__([sys.executable, "-c", PREFACE + code, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


class Waiting(ManagerCase):
    def test_a_change_of_another_process_ends_it(self):
        known = self.mgr.get_state()
        with Other("input(); mgr.remove_vm('a')", self.state) as other:
            self.assertFalse(self.mgr.wait(known, timeout=0))
            other.communicate("go\n")
            self.assertTrue(self.mgr.wait(known, timeout=60))
        self.assertEqual(self.mgr.history(limit=1)[0].actor.pid, other.pid)

    def test_what_stands_already_is_not_waited_for(self):
        known = self.mgr.get_state()
        self.mgr.remove_vm("a")
        for timeout in (None, 0, 60):
            self.assertTrue(self.mgr.wait(known, timeout=timeout))
            self.assertTrue(self.mgr.wait(None, timeout=timeout))

    def test_it_is_over_when_its_time_is_over(self):
        begin = time.monotonic()
        self.assertFalse(self.mgr.wait(self.mgr.get_state(), timeout=0.3))
        self.assertGreaterEqual(time.monotonic() - begin, 0.3)

    def test_none_is_until_there_is_a_state(self):
        mgr = ClusterStateManager(self.folder / "other.json")
        self.assertFalse(mgr.wait(None, timeout=0))
        with Other("mgr.ensure_state('lab', 'hpc')", self.folder / "other.json"):
            self.assertTrue(mgr.wait(None, timeout=60))
        self.assertEqual(mgr.get_state().revision, 1)

    def test_a_state_that_was_saved_is_known_too(self):
        state = self.mgr.get_state()
        state.vms[0].cpu_cores = 9
        self.mgr.save_state(state)
        self.assertFalse(self.mgr.wait(state, timeout=0))
        self.mgr.remove_vm("c")
        self.assertTrue(self.mgr.wait(state, timeout=0))
        self.mgr.erase()
        self.assertTrue(self.mgr.wait(state, timeout=0))

    def test_one_that_came_from_nowhere_is_a_type_error(self):
        for wrong in (ClusterState("lab", "hpc", "stopped"), 4):
            with self.assertRaisesRegex(TypeError, "came from a manager"):
                self.mgr.wait(wrong)

    def test_another_thread_cancels_it_and_goes_on_meanwhile(self):
        cancel = Cancel()
        outcome = []

        def wait():
            try:
                self.mgr.wait(self.mgr.get_state(), cancel=cancel)
            except Cancelled as error:
                outcome.append(error)

        thread = threading.Thread(target=wait)
        thread.start()
        self.assertEqual(self.names(), ["a", "b", "c"])
        cancel.request()
        thread.join(60)
        self.assertEqual(len(outcome), 1)

    def test_ctrl_c_ends_it(self):
        code = """
try:
    print("waiting", flush=True)
    mgr.wait(mgr.get_state())
except KeyboardInterrupt:
    print("interrupted")
"""
        with Other(code, self.state) as other:
            self.assertEqual(other.stdout.readline(), "waiting\n")
            other.send_signal(signal.SIGINT)
            self.assertEqual(other.communicate(timeout=60)[0], "interrupted\n")


class Following(ManagerCase):
    def test_what_is_known_comes_first_and_then_what_comes(self):
        following = self.mgr.follow(2, timeout=60)
        self.assertEqual([next(following).revision, next(following).revision], [3, 4])
        self.mgr.remove_vm("a")
        self.assertEqual((next(following).operation), "remove_vm")

    def test_by_default_it_begins_with_what_comes(self):
        following = self.mgr.follow(timeout=60)
        self.mgr.remove_vm("a")  # after the call, though nothing was asked of it yet
        self.assertEqual(next(following).revision, 5)

    def test_it_ends_when_nothing_comes_for_long_enough(self):
        self.assertEqual([entry.revision for entry in self.mgr.follow(2, timeout=0)], [3, 4])
        self.assertEqual(list(ClusterStateManager(self.folder / "other.json").follow(timeout=0)), [])

    def test_changes_of_other_processes_come_in_order_and_none_is_missed(self):
        rounds = 40
        code = f"""
for number in range({rounds}):
    mgr.transaction(lambda state: setattr(state.vms[int(sys.argv[2])], "cpu_cores", state.vms[int(sys.argv[2])].cpu_cores + 1))
"""
        cancel = Cancel()
        seen = []
        with Other(code, self.state, 0), Other(code, self.state, 1):
            for entry in self.mgr.follow(4, timeout=60, cancel=cancel):
                seen.append((entry.revision, entry.base, entry.operation))
                if len(seen) == 2 * rounds:
                    cancel.request()
        self.assertEqual(seen, [(number, number - 1, "transaction") for number in range(5, 5 + 2 * rounds)])

    def test_what_is_not_known_is_a_gap_that_says_where_to_go_on(self):
        (self.folder / "state.json.history").unlink()
        self.mgr.add_vm(vm("d"))
        self.assertEqual(list(self.mgr.follow(2, timeout=0)), [Gap(since=2, revision=5)])

    def test_another_thread_ends_it(self):
        cancel = Cancel()
        seen = []
        thread = threading.Thread(target=lambda: seen.extend(self.mgr.follow(3, cancel=cancel)))
        thread.start()
        self.assertEqual(self.names(), ["a", "b", "c"])
        cancel.request()
        thread.join(60)
        self.assertFalse(thread.is_alive())
        self.assertEqual([entry.revision for entry in seen], [4])

    def test_eight_threads_follow_and_all_see_the_same(self):
        following = [self.mgr.follow(4, timeout=60) for _ in range(8)]
        seen = [[] for _ in following]

        def follow(number):
            for entry in following[number]:
                seen[number].append(entry.revision)
                if entry.revision == 9:
                    return

        threads = [threading.Thread(target=follow, args=(number,)) for number in range(len(following))]
        for thread in threads:
            thread.start()
        for number in range(5):
            self.mgr.add_vm(vm(f"d-{number}"))
        for thread in threads:
            thread.join(120)
        self.assertEqual(seen, [[5, 6, 7, 8, 9]] * 8)

    def test_ctrl_c_ends_it(self):
        code = """
try:
    for entry in mgr.follow(3):
        print(entry.operation, flush=True)
except KeyboardInterrupt:
    print("interrupted")
"""
        with Other(code, self.state) as other:
            self.assertEqual(other.stdout.readline(), "add_vm\n")
            other.send_signal(signal.SIGINT)
            self.assertEqual(other.communicate(timeout=60)[0], "interrupted\n")


if __name__ == "__main__":
    unittest.main()

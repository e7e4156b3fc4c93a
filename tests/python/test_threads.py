# SPDX-License-Identifier: MIT
"""Any number of threads use one manager, and one that waits holds nobody up."""
import threading
import unittest

from python_package import Case

from ai_how.state import Cancel, Cancelled, ClusterStateManager, VMInfo, VMState

THREADS = 8


class Threads(Case):
    def setUp(self):
        super().setUp()
        self.mgr = ClusterStateManager(self.state)
        self.mgr.ensure_state("lab", "hpc")

    def in_threads(self, work):
        failures = []

        def run(number):
            try:
                work(number)
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])

    def test_eight_threads_change_one_manager_and_lose_nothing(self):
        rounds = 5

        def work(number):
            self.mgr.add_vm(VMInfo(f"vm-{number}", 1, 1, VMState.RUNNING))
            for _ in range(rounds):
                self.mgr.transaction(lambda state: setattr(state.vms[0], "cpu_cores", state.vms[0].cpu_cores + 1))
                own = self.mgr.get_vm(f"vm-{number}")
                self.assertEqual(own.state, VMState.RUNNING)
                self.mgr.get_state()

        self.in_threads(work)
        vms = self.mgr.get_all_vms()
        self.assertEqual(sorted(vm.name for vm in vms), [f"vm-{number}" for number in range(THREADS)])
        self.assertEqual(vms[0].cpu_cores, 1 + THREADS * rounds)

    def test_eight_threads_read_one_list(self):
        for number in range(20):
            self.mgr.add_vm(VMInfo(f"vm-{number}", number + 1, 1, VMState.RUNNING, volumes=[f"/{number}"]))
        vms = self.mgr.get_all_vms()
        expected = [(f"vm-{number}", number + 1, [f"/{number}"]) for number in range(20)]
        self.in_threads(lambda _: self.assertEqual([(vm.name, vm.cpu_cores, vm.volumes) for vm in vms], expected))

    def test_others_go_on_while_one_waits(self):
        cancel = Cancel()
        waited = []

        def wait():
            try:
                self.mgr.operation("second", timeout=3600, cancel=cancel)
            except Cancelled:
                waited.append(True)

        with self.mgr.operation("first"):
            thread = threading.Thread(target=wait)
            thread.start()
            # If the waiting call kept Python's lock, nothing here would run.
            self.assertEqual(self.mgr.get_all_vms(), [])
            cancel.request()
            thread.join()
        self.assertEqual(waited, [True])


if __name__ == "__main__":
    unittest.main()

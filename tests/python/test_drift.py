# SPDX-License-Identifier: MIT
"""How state and world differ, by observers written in Python."""
import unittest
from datetime import datetime

from manager_case import ManagerCase

from ai_how.state import Cancel, Cancelled, ClusterStateManager, Invalid, Locked, NotFound, Stranger, Unreachable, VMState
from ai_how.state.observers import Observation, observer

UUID = "11111111-2222-4333-8444-555555555555"


class Drifting(ManagerCase):
    def setUp(self):
        super().setUp()

        def add(state):
            state.networks.append({"name": "lan", "subnet": "10.0.0.0/24", "bridge": "br0"})
            state.pools.append({"name": "disks", "path": "/disks"})

        self.mgr.transaction(add)

    def drift(self, say, but=None):
        """What differs where say(seen) says what is seen beside the VMs as they are (but for one)."""

        def look(state, timeout, cancel):
            seen = Observation()
            for vm in state.vms:
                if vm.name != but:
                    seen.vm(vm.name, vm.state)
            say(seen)
            return seen

        return self.mgr.drift(observer(look))

    def test_it_says_what_differs_and_writes_nothing(self):
        before = {path.name: path.read_bytes() for path in self.folder.iterdir()}
        begin = datetime.now()
        done = self.drift(lambda seen: seen.vm("b", VMState.RUNNING, state_reason="booted"), but="b")
        (one,) = [each for each in done.differences if each.field == "state"]
        self.assertEqual((one.kind, one.name, one.expected, one.found, one.reason), ("vm", "b", "SHUTOFF", "RUNNING", "booted"))
        self.assertEqual(one.last_seen, self.mgr.get_vm("b").last_seen)
        self.assertTrue(begin <= done.when <= datetime.now())
        self.assertEqual(done.state, self.mgr.get_state())
        self.assertEqual({path.name: path.read_bytes() for path in self.folder.iterdir()}, before)

    def test_what_no_refresh_takes_over_differs_too(self):
        def say(seen):
            seen.network("lan", exists=True, active=False, subnet="10.9.0.0/24", bridge="br9")
            seen.pool("disks", exists=True, active=True, path="/elsewhere")

        found = {(each.name, each.field): each.found for each in self.drift(say).differences}
        self.assertEqual((found["lan", "subnet"], found["lan", "bridge"], found["disks", "path"]), ("10.9.0.0/24", "br9", "/elsewhere"))

    def test_strangers_and_the_clusters_own_are_told_apart(self):
        def say(seen):
            seen.stranger("vm", "clone", "it has another UUID", uuid=UUID)
            seen.stranger("network", "lost", "it has the cluster's mark", uuid=UUID, own=True)
            seen.stranger(2, "namesake", "it has no mark")

        strangers = {each.name: each for each in self.drift(say).strangers}
        self.assertEqual(strangers["clone"], ("vm", "clone", "it has another UUID"))
        self.assertIsInstance(strangers["clone"], Stranger)
        self.assertEqual([(strangers[name].uuid, strangers[name].own) for name in ("clone", "lost", "namesake")], [(UUID, False), (UUID, True), (None, False)])
        self.assertIn(("lost", "exists", "true"), [(each.name, each.field, each.found) for each in self.drift(say).differences])
        with self.assertRaisesRegex(Invalid, "'machine'"):
            Observation().stranger("machine", "x", "y")

    def test_what_did_not_answer_is_no_drift(self):
        done = self.mgr.drift(observer(lambda *_: self.silent()))
        self.assertEqual((done.differences, done.unreachable), ([], [("rack", "the cable is out")]))

    def silent(self):
        seen = Observation()
        seen.unreachable("rack", "the cable is out")
        return seen

    def test_what_ends_it_comes_out(self):
        cancel = Cancel()

        def stop(state, timeout, asked):
            cancel.request()
            self.assertTrue(asked.requested)
            raise Cancelled("stopped")

        def fail(state, timeout, asked):
            raise ConnectionError("blind")

        with self.assertRaisesRegex(Cancelled, "stopped"):
            self.mgr.drift(observer(stop), cancel=cancel)
        with self.assertRaisesRegex(Unreachable, "blind"):
            self.mgr.drift(observer(fail))
        with self.assertRaises(NotFound):
            ClusterStateManager(self.folder / "other.json").drift(observer(lambda *_: Observation()))
        with self.assertRaises(TypeError):
            self.mgr.drift(lambda *_: Observation())

    def test_a_look_has_its_time_and_one_observer_looks_once_at_a_time(self):
        given = []

        def look(state, timeout, cancel):
            given.append(timeout)
            with self.assertRaises(Locked):
                self.mgr.drift(one)
            return Observation()

        one = observer(look)
        self.mgr.drift(one, observe_timeout=7)
        self.assertTrue(0 < given[0] <= 7, given)


if __name__ == "__main__":
    unittest.main()

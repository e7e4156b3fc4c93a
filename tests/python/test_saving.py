# SPDX-License-Identifier: MIT
"""save_state: what goes in comes out, what others did is there too, and conflicts are told."""
import json
import unittest
from datetime import datetime

from manager_case import ManagerCase, vm

from ai_how.state import ClusterState, ClusterStateManager, Conflict, Invalid, VMState


class Saving(ManagerCase):
    def saved(self, change):
        state = self.mgr.get_state()
        change(state)
        self.mgr.save_state(state)
        self.assertEqual(state, self.mgr.get_state())
        return state

    def test_members_are_saved(self):
        def change(state):
            one = state.vms[1]
            one.name, one.cpu_cores, one.memory_gb, one.state, one.ip_address, one.gpu_count = "z", 3, 4, VMState.PAUSED, "10.0.0.7", 2
            one.volumes.append("/x")
            one.role, one.auto_start, one.domain_name, one.domain_uuid = "compute", False, "d", "11111111-2222-4333-8444-555555555555"
            one.hypervisor, one.state_reason, one.unreachable_since, one.pending = "test:///default", "user", datetime(2025, 1, 1), "create"
            state.status = "error"

        state = self.saved(change)
        self.assertEqual(state.status, "error")
        self.assertEqual((state.vms[1].volumes, state.vms[1].pending, state.vms[1].role), (["/x"], "create", "compute"))

        def back(state):
            one = state.vms[1]
            one.ip_address = one.role = one.domain_name = one.domain_uuid = one.hypervisor = one.state_reason = one.unreachable_since = one.pending = None
            one.auto_start = True
            one.volumes.clear()

        after = self.saved(back).vms[1]
        self.assertEqual((after.ip_address, after.domain_uuid, after.unreachable_since, after.volumes, after.auto_start), (None, None, None, [], True))

    def test_vms_are_added_removed_and_put_in_another_order(self):
        def change(state):
            a, b, c = state.vms
            state.vms[:] = [c, vm("new"), a]

        self.saved(change)
        self.assertEqual(self.names(), ["c", "new", "a"])
        self.saved(lambda state: state.vms.reverse())
        self.assertEqual(self.names(), ["a", "new", "c"])
        self.saved(lambda state: state.vms.clear())
        self.assertEqual(self.names(), [])

    def test_a_vm_that_takes_anothers_place_under_its_name_is_that_one(self):
        text = self.state.read_text(encoding="utf-8").replace('"name": "a",', '"name": "a",\n      "rack": 7e0,')
        self.state.write_text(text, encoding="utf-8")

        def change(state):
            state.vms[0] = vm("a", cpu_cores=32)

        self.saved(change)
        self.assertIn('"rack": 7e0', self.state.read_text(encoding="utf-8"))
        self.assertEqual(self.mgr.get_vm("a").cpu_cores, 32)

    def test_networks_volumes_and_pools_are_dictionaries_of_the_document(self):
        def change(state):
            state.networks.append({"name": "n", "subnet": "10.0.0.0/8", "bridge": "br0", "mtu": 9000})
            state.volumes.append({"name": "v", "path": "/v", "size_gb": 5, "format": "raw"})
            state.pools.append({"name": "p", "path": "/p", "owned": True})

        self.saved(change)

        def more(state):
            state.networks[0]["active_ips"].append("10.0.0.1")
            state.volumes.insert(0, {"name": "w", "path": "/w", "size_gb": 1, "format": "qcow2"})
            del state.pools[0]

        state = self.saved(more)
        self.assertEqual(state.networks, [{"name": "n", "subnet": "10.0.0.0/8", "bridge": "br0", "active_ips": ["10.0.0.1"], "mtu": 9000}])
        self.assertEqual([each["name"] for each in state.volumes], ["w", "v"])
        self.assertEqual(state.pools, [])

    def test_a_saved_state_can_be_changed_and_saved_again_and_its_objects_stay_the_same(self):
        state = self.mgr.get_state()
        vms, first = state.vms, state.vms[0]
        volumes = first.volumes
        for number in range(3):
            first.cpu_cores = 10 + number
            volumes.append(f"/disk-{number}")
            self.mgr.save_state(state)
            self.assertIs(state.vms, vms)
            self.assertIs(state.vms[0], first)
            self.assertIs(first.volumes, volumes)
            self.assertEqual(self.mgr.get_vm("a").volumes, volumes)
        self.assertEqual(self.mgr.get_vm("a").cpu_cores, 12)

    def test_what_others_saved_meanwhile_is_there_too(self):
        state = self.mgr.get_state()
        state.vms[0].cpu_cores = 9
        self.mgr.update_vm_state("b", VMState.RUNNING)
        self.mgr.add_vm(vm("d"))
        self.mgr.save_state(state)
        self.assertEqual([(each.name, each.cpu_cores, each.state.name) for each in state.vms], [("a", 9, "SHUTOFF"), ("b", 1, "RUNNING"), ("c", 1, "SHUTOFF"), ("d", 1, "SHUTOFF")])

    def test_the_same_thing_changed_twice_is_a_conflict_that_names_it(self):
        state = self.mgr.get_state()
        state.vms[0].cpu_cores = 9
        other = self.mgr.get_state()
        other.vms[0].cpu_cores = 8
        self.mgr.save_state(other)
        with self.assertRaisesRegex(Conflict, r"vm a \(declared\)"):
            self.mgr.save_state(state)
        self.assertEqual(state.vms[0].cpu_cores, 9)

    def test_a_state_of_ones_own_may_only_be_first(self):
        own = ClusterState("lab", "cloud", "stopped", vms=[vm("x")])
        with self.assertRaisesRegex(Conflict, "stands here already"):
            self.mgr.save_state(own)
        mgr = ClusterStateManager(self.folder / "other.json")
        mgr.save_state(own)
        self.assertEqual((own.revision, mgr.get_vm("x").name), (1, "x"))
        self.assertEqual(ClusterStateManager(self.folder / "third.json").create(ClusterState("lab", "cloud", "stopped")).revision, 1)

    def test_untouched_vms_cost_nothing_and_stay_as_they_are_spelled(self):
        before = json.loads(self.state.read_text(encoding="utf-8"))["vms"]
        self.saved(lambda state: setattr(state, "status", "partial"))
        self.assertEqual(json.loads(self.state.read_text(encoding="utf-8"))["vms"], before)

    def test_wrong_types_and_numbers_are_told_before_anything_is_changed(self):
        before = self.state.read_bytes()
        for members, error, text in (
            ({"name": 7}, TypeError, "name must be a str"),
            ({"name": "a\0b"}, Invalid, "NUL"),
            ({"name": "\ud800"}, Invalid, "Unicode"),
            ({"cpu_cores": 2**32 + 1}, Invalid, "out of range"),
            ({"cpu_cores": 1.5}, TypeError, "cpu_cores must be an int"),
            ({"cpu_cores": 0}, Invalid, "/vms/3/cpu_cores"),
            ({"state": "RUNNING"}, TypeError, "state must be a VMState"),
            ({"volumes": [1]}, TypeError, "volumes must be a str"),
            ({"domain_uuid": "x"}, Invalid, "no UUID"),
            ({"pending": "soon"}, Invalid, "'soon'"),
        ):
            with self.subTest(members), self.assertRaisesRegex(error, text):
                self.mgr.add_vm(vm(**{"name": "d", **members}))
        for name, value, text in (("vms", ["a"], "vms has a str"), ("networks", ["n"], "networks has a str")):
            with self.assertRaisesRegex(TypeError, text):
                self.saved(lambda state, name=name, value=value: setattr(state, name, value))
        with self.assertRaises(TypeError):
            self.mgr.save_state("state")
        with self.assertRaises(TypeError):
            self.mgr.update_vm_state("a", 1)
        self.assertEqual(self.state.read_bytes(), before)


if __name__ == "__main__":
    unittest.main()

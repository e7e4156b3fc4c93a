# SPDX-License-Identifier: MIT
"""VMInfo and ClusterState behave as dataclasses do, and go through a file unchanged."""
import copy
import dataclasses
import json
import os
import pickle
import pprint
import time
import unittest
from datetime import datetime, timedelta, timezone

from build_info import SOURCE
from python_package import Case

from ai_how.state import ClusterState, ClusterStateManager, Corrupt, Invalid, VMInfo, VMState, allows

GOLDEN = SOURCE / "tests" / "golden" / "format-1.json"


def vm(name="a", **members):
    return VMInfo(**{"name": name, "cpu_cores": 1, "memory_gb": 2, "state": VMState.SHUTOFF, **members})


class Dataclasses(unittest.TestCase):
    def test_equal_members_are_equal_objects(self):
        when = datetime(2025, 1, 2)
        self.assertEqual(vm(created_at=when, last_seen=when), vm(created_at=when, last_seen=when))
        self.assertNotEqual(vm(created_at=when, last_seen=when), vm(created_at=when, last_seen=when, role="compute"))
        self.assertNotEqual(vm(), "a")
        with self.assertRaises(TypeError):
            hash(vm())

    def test_repr_names_the_members_in_order_and_leaves_out_what_is_beyond_the_reference_and_not_set(self):
        when = datetime(2025, 1, 2)
        self.assertEqual(
            repr(vm(created_at=when, last_seen=when, role="compute")),
            "VMInfo(name='a', cpu_cores=1, memory_gb=2, state=<VMState.SHUTOFF: 3>, ip_address=None, gpu_count=0, volumes=[], "
            "created_at=datetime.datetime(2025, 1, 2, 0, 0), last_seen=datetime.datetime(2025, 1, 2, 0, 0), role='compute')",
        )

    def test_lists_are_each_objects_own(self):
        first, second = vm(), vm()
        first.volumes.append("/x")
        self.assertEqual(second.volumes, [])

    def test_they_are_printed_prettily(self):
        one = vm()
        self.assertEqual(pprint.pformat([one]), f"[{one!r}]")
        self.assertIn("name='a'", pprint.pformat(ClusterState("lab", "hpc", "stopped", vms=[vm()])))

    def test_the_dataclasses_module_knows_them(self):
        self.assertTrue(dataclasses.is_dataclass(VMInfo))
        self.assertEqual([field.name for field in dataclasses.fields(ClusterState)], list(ClusterState.__match_args__))
        self.assertEqual(dataclasses.replace(vm(), name="b").name, "b")
        self.assertEqual(dataclasses.asdict(ClusterState("lab", "hpc", "stopped", vms=[vm()]))["vms"][0]["cpu_cores"], 1)

    def test_a_member_that_is_none_is_an_attribute_error(self):
        for thing in (vm(), ClusterState.from_json(GOLDEN.read_text(encoding="utf-8"))):
            with self.assertRaisesRegex(AttributeError, "no attribute 'nonsense'"):
                thing.nonsense

    def test_states_map_from_libvirt_and_know_what_is_allowed(self):
        self.assertEqual([VMState.from_libvirt(n).name for n in range(9)], ["UNDEFINED", "RUNNING", "RUNNING", "PAUSED", "DYING", "SHUTOFF", "CRASHED", "PMSUSPENDED", "UNDEFINED"])
        self.assertTrue(allows(VMState.RUNNING, VMState.PAUSED))
        self.assertFalse(allows(VMState.SHUTOFF, VMState.PAUSED))


class Documents(Case):
    def test_a_document_is_read_with_every_member_and_written_back_byte_for_byte(self):
        text = GOLDEN.read_text(encoding="utf-8")
        state = ClusterState.from_json(text)
        self.assertEqual((state.cluster_name, state.revision, state.lineage), ("my-cluster", 42, "0190b8a0-1111-4222-8333-444455556666"))
        first = state.vms[0]
        self.assertEqual((first.role, first.auto_start, first.domain_name, first.domain_uuid), ("compute", False, "my-cluster-compute-01", "11111111-2222-4333-8444-555555555555"))
        self.assertEqual((first.hypervisor, first.state_reason, first.pending, first.volumes), ("qemu:///system", "destroyed", "delete", ["/pool/compute-01.qcow2", "/pool/scratch.qcow2"]))
        self.assertEqual(state.networks[0]["mtu"], 9000)
        self.assertEqual(state.pools[0]["owned"], True)
        for each in state.vms:  # everything is asked for, and so may have been changed
            repr(each)
        repr(state)
        self.assertEqual(state.to_json(), text)

    def test_what_is_no_document_says_where(self):
        with self.assertRaises(Corrupt) as caught:
            ClusterState.from_json('{\n "cluster_name": 7}')
        self.assertEqual((caught.exception.line, caught.exception.pointer), (2, "/cluster_name"))
        self.assertIsInstance(caught.exception, ValueError)

    def test_broken_rules_are_told_with_their_places(self):
        state = ClusterState("lab", "hpc", "stopped", vms=[vm(), vm(cpu_cores=0, name="b")])
        with self.assertRaisesRegex(Invalid, "/vms/1/cpu_cores"):
            state.validate()

    def test_copies_are_equal_and_a_copy_can_be_saved_where_the_state_came_from(self):
        mgr = ClusterStateManager(self.state)
        mgr.ensure_state("lab", "hpc")
        mgr.add_vm(vm())
        state = mgr.get_state()
        self.assertEqual(pickle.loads(pickle.dumps(state)), state)
        other = copy.deepcopy(state)
        other.vms[0].cpu_cores = 9
        self.assertEqual(state.vms[0].cpu_cores, 1)
        mgr.save_state(other)
        self.assertEqual(mgr.get_vm("a").cpu_cores, 9)


class Times(Case):
    def setUp(self):
        super().setUp()
        zone = os.environ.get("TZ")

        def restore():
            os.environ.pop("TZ", None)
            if zone is not None:
                os.environ["TZ"] = zone
            time.tzset()

        self.addCleanup(restore)
        os.environ["TZ"] = "Europe/Berlin"
        time.tzset()

    def saved(self, when):
        mgr = ClusterStateManager(f"memory:{self.folder}")
        mgr.ensure_state("lab", "hpc")
        mgr.add_vm(vm(created_at=when))
        return mgr, json.loads(mgr.get_state().to_json())["vms"][0]["created_at"]

    def test_a_naive_datetime_is_local_time(self):
        mgr, spelled = self.saved(datetime(2025, 7, 1, 12, 0, 0, 250))
        self.assertEqual(spelled, "2025-07-01T10:00:00.000250Z")
        self.assertEqual(mgr.get_vm("a").created_at, datetime(2025, 7, 1, 12, 0, 0, 250))

    def test_the_hour_that_comes_twice_keeps_its_fold(self):
        for fold, spelled in ((0, "2025-10-26T00:30:00.000000Z"), (1, "2025-10-26T01:30:00.000000Z")):
            mgr, written = self.saved(datetime(2025, 10, 26, 2, 30, fold=fold))
            self.assertEqual(written, spelled)
            self.assertEqual(mgr.get_vm("a").created_at.fold, fold)
            mgr.erase()

    def test_an_aware_datetime_is_its_instant(self):
        _, spelled = self.saved(datetime(2025, 7, 1, 12, tzinfo=timezone(timedelta(hours=5))))
        self.assertEqual(spelled, "2025-07-01T07:00:00.000000Z")

    def test_times_without_a_zone_are_read_as_they_stand_and_stay_so(self):
        document = GOLDEN.read_text(encoding="utf-8")
        state = ClusterState.from_json(document)
        self.assertEqual(state.last_modified, datetime(2025, 10, 21, 14, 35, 42))
        self.assertEqual(state.vms[0].last_seen, datetime(2025, 10, 21, 16, 35, 38))
        state.vms[0].last_seen = datetime(2025, 10, 21, 16, 35, 38)
        state.last_modified = datetime(2025, 10, 21, 14, 35, 42)
        self.assertEqual(state.to_json(), document)

    def test_what_is_no_datetime_is_a_type_error(self):
        with self.assertRaisesRegex(TypeError, "created_at must be a datetime"):
            self.saved("2025-07-01")


if __name__ == "__main__":
    unittest.main()

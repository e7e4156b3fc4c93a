# SPDX-License-Identifier: MIT
"""ClusterStateManager: what goes in comes out, conflicts are told, and errors are what a Python programmer expects."""
import json
import os
import signal
import subprocess
import sys
import threading
import unittest
from datetime import datetime

from build_info import SOURCE
from python_package import Case

from ai_how.state import (
    Cancel,
    Cancelled,
    ClusterState,
    ClusterStateManager,
    Conflict,
    Corrupt,
    FileMissing,
    Invalid,
    Locked,
    NotFound,
    PermissionDenied,
    StateError,
    VMInfo,
    VMState,
    inspect_file,
)


def vm(name, **members):
    return VMInfo(**{"name": name, "cpu_cores": 1, "memory_gb": 2, "state": VMState.SHUTOFF, **members})


class ManagerCase(Case):
    def setUp(self):
        super().setUp()
        self.mgr = ClusterStateManager(self.state)
        self.mgr.ensure_state("lab", "hpc")
        for name in ("a", "b", "c"):
            self.mgr.add_vm(vm(name))

    def names(self):
        return [each.name for each in self.mgr.get_all_vms()]


class Reading(ManagerCase):
    def test_where_there_is_no_state_there_is_none(self):
        mgr = ClusterStateManager(self.folder / "other.json")
        self.assertIsNone(mgr.get_state())
        self.assertEqual(mgr.get_all_vms(), [])
        self.assertIsNone(mgr.get_vm("a"))

    def test_a_vm_is_found_by_its_name(self):
        self.assertEqual(self.mgr.get_vm("b"), self.mgr.get_all_vms()[1])
        self.assertIsNone(self.mgr.get_vm("nobody"))

    def test_what_was_read_outlives_the_manager_and_its_state(self):
        one = self.mgr.get_vm("b")
        every = self.mgr.get_all_vms()
        state = self.mgr.get_state()
        vms = state.vms
        self.mgr.remove_vm("b")
        del self.mgr, state
        self.assertEqual([one.name, *(each.name for each in every), *(each.name for each in vms)], ["b", "a", "b", "c", "a", "b", "c"])

    def test_a_location_may_be_a_path_object_and_not_only_ascii(self):
        mgr = ClusterStateManager(self.folder / "zürich.json")
        mgr.ensure_state("lab", "cloud")
        self.assertTrue((self.folder / "zürich.json").exists())
        self.assertEqual(mgr.location, str(self.folder / "zürich.json"))


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


class Changing(ManagerCase):
    def test_a_request_is_held_against_the_lifecycle(self):
        with self.assertRaisesRegex(ValueError, "allowed: RUNNING"):
            self.mgr.update_vm_state("a", VMState.PAUSED)
        self.mgr.update_vm_state("a", VMState.RUNNING)
        self.assertEqual(self.mgr.get_state().status, "partial")

    def test_names_that_are_not_there_are_key_errors(self):
        for call in (lambda: self.mgr.remove_vm("x"), lambda: self.mgr.update_vm_state("x", VMState.RUNNING), lambda: self.mgr.forget_vm("x")):
            with self.assertRaises(KeyError) as caught:
                call()
            self.assertIsInstance(caught.exception, NotFound)
            self.assertIn('no VM "x"', str(caught.exception))
            self.assertEqual(caught.exception.path, str(self.state))

    def test_vms_are_renamed_and_forgotten(self):
        self.mgr.rename_vm("a", "z")
        self.mgr.forget_vm("b")
        self.assertEqual(self.names(), ["z", "c"])

    def test_a_transaction_is_one_revision(self):
        before = self.mgr.get_state().revision

        def change(state):
            for each in state.vms:
                each.cpu_cores += 1
            state.vms.append(vm("d"))
            self.assertEqual(len(self.mgr.get_all_vms()), 3)

        after = self.mgr.transaction(change, "grow")
        self.assertEqual((after.revision, [each.cpu_cores for each in after.vms]), (before + 1, [2, 2, 2, 1]))
        self.assertEqual(self.mgr.records(newest_first=True, limit=1)[0].data["operation"], "grow")

    def test_what_a_transaction_raises_comes_out_and_nothing_is_changed(self):
        before = self.state.read_bytes()

        class Mine(Exception):
            pass

        def change(state):
            state.vms.clear()
            raise Mine("no")

        with self.assertRaises(Mine):
            self.mgr.transaction(change)
        with self.assertRaises(ZeroDivisionError):
            self.mgr.transaction(lambda state: 1 // 0)
        with self.assertRaises(KeyboardInterrupt):
            self.mgr.transaction(lambda state: (_ for _ in ()).throw(KeyboardInterrupt()))
        with self.assertRaisesRegex(Invalid, "one transaction"):
            self.mgr.transaction(lambda state: self.mgr.remove_vm("a"))
        with self.assertRaisesRegex(Invalid, "/vms/0/cpu_cores"):
            self.mgr.transaction(lambda state: setattr(state.vms[0], "cpu_cores", 0))
        self.assertEqual(self.state.read_bytes(), before)

    def test_what_a_transaction_was_lent_can_be_looked_at_afterwards(self):
        kept = []
        self.mgr.transaction(lambda state: kept.extend([state, *state.vms]))
        self.assertEqual([kept[0].cluster_name, *(each.name for each in kept[1:])], ["lab", "a", "b", "c"])

    def test_a_state_is_erased(self):
        self.mgr.erase()
        self.assertIsNone(self.mgr.get_state())
        with self.assertRaises(NotFound):
            self.mgr.add_vm(vm("d"))


class Operations(ManagerCase):
    def test_one_at_a_time_and_the_other_is_told_who(self):
        other = ClusterStateManager(self.state)
        self.assertIsNone(other.operation_holder())
        with self.mgr.operation("hpc start") as operation:
            self.assertTrue(operation.held)
            holder = other.operation_holder()
            self.assertEqual((holder.what, holder.pid), ("hpc start", os.getpid()))
            with self.assertRaisesRegex(TimeoutError, "hpc start") as caught:
                other.operation("hpc stop", timeout=0)
            self.assertIsInstance(caught.exception, Locked)
            self.mgr.update_vm_state("a", VMState.RUNNING, operation=operation)
            other.update_vm_state("b", VMState.RUNNING)
        self.assertFalse(operation.held)
        with self.assertRaises(Invalid):
            self.mgr.update_vm_state("a", VMState.PAUSED, operation=operation)
        other.operation("hpc stop", timeout=0).close()

    def test_a_wait_is_cancelled_from_another_thread(self):
        cancel = Cancel()
        with self.mgr.operation("hpc start"):
            thread = threading.Thread(target=cancel.request)
            thread.start()
            with self.assertRaises(Cancelled):
                self.mgr.operation("hpc stop", cancel=cancel)
            thread.join()
        self.assertTrue(cancel.requested)

    def test_ctrl_c_ends_the_wait_for_another_operation(self):
        script = f"""
import sys
sys.path.insert(0, {str(SOURCE / "capi" / "python")!r})
from ai_how.state import ClusterStateManager
mgr = ClusterStateManager({str(self.state)!r})
try:
    print("waiting", flush=True)
    mgr.operation("second", timeout=3600)
except KeyboardInterrupt:
    print("interrupted")
"""
        with self.mgr.operation("first"), subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as waiting:
            self.assertEqual(waiting.stdout.readline(), "waiting\n")
            waiting.send_signal(signal.SIGINT)
            self.assertEqual(waiting.communicate(timeout=60)[0], "interrupted\n")

    def test_an_operation_is_lost_in_a_child(self):
        with self.mgr.operation("hpc start") as operation:
            pid = os.fork()
            if pid == 0:
                code = 1
                try:
                    code = 0 if not operation.held and self.mgr.get_vm("a").name == "a" else 2
                finally:
                    os._exit(code)
            self.assertEqual(os.waitpid(pid, 0)[1], 0)
            self.assertTrue(operation.held)


class Copies(ManagerCase):
    def test_a_backup_is_restored_as_a_new_revision(self):
        copy = self.folder / "copy.json"
        self.mgr.backup(copy)
        self.mgr.remove_vm("a")
        revision = self.mgr.get_state().revision
        self.assertEqual(self.mgr.restore(copy).revision, revision + 1)
        self.assertEqual(self.names(), ["a", "b", "c"])

    def test_a_file_that_is_missing_is_a_file_not_found_error(self):
        for call in (self.mgr.restore, self.mgr.import_file):
            with self.assertRaises(FileNotFoundError) as caught:
                call(self.folder / "absent.json")
            self.assertIsInstance(caught.exception, FileMissing)
            self.assertEqual(caught.exception.filename, str(self.folder / "absent.json"))

    def test_a_file_of_the_older_layout_is_imported(self):
        old = SOURCE / "tests" / "golden" / "layout-2.json"
        mgr = ClusterStateManager(self.folder / "other.json")
        after = mgr.import_file(old)
        self.assertEqual(after.revision, 1)
        with self.assertRaises(Invalid):
            mgr.import_file(old)
        mgr.import_file(old, replace=True)

    def test_files_are_inspected_and_mended(self):
        self.assertEqual(inspect_file(self.state).verdict, "valid")
        self.assertEqual(self.mgr.document_files(), [str(self.state), f"{self.state}.backup"])
        self.assertEqual(self.mgr.verify(), [])
        self.state.write_text("{", encoding="utf-8")
        found = inspect_file(self.state)
        self.assertEqual((found.verdict, found.revision, found.findings[0].line), ("corrupt", None, 1))
        self.assertNotEqual(self.mgr.verify(), [])
        self.mgr.verify(mend=True)
        self.assertEqual(self.mgr.verify(), [])
        self.assertEqual(inspect_file(self.folder / "absent").verdict, "absent")

    def test_history_comes_in_pages(self):
        self.assertEqual([record.revision for record in self.mgr.records()], [1, 2, 3, 4])
        self.assertEqual([record.revision for record in self.mgr.records(after=1, before=4, limit=1, newest_first=True)], [3])
        self.assertEqual(self.mgr.records(limit=0), [])
        self.assertEqual(self.mgr.records()[1].data["changes"][-1]["after"]["name"], "a")


class Errors(ManagerCase):
    def test_notices_are_told_and_what_they_raise_is_nobodys_failure(self):
        told = []

        def listen(text):
            told.append(text)
            raise RuntimeError("ignored")

        mgr = ClusterStateManager(self.state, on_notice=listen)
        self.state.write_text("{", encoding="utf-8")
        hook, sys.unraisablehook = sys.unraisablehook, lambda _: None
        try:
            self.assertEqual(len(mgr.get_all_vms()), 2)  # the backup answers
        finally:
            sys.unraisablehook = hook
        self.assertTrue(any("backup" in text for text in told), told)

    def test_a_state_that_cannot_be_read_is_corrupt_with_its_path(self):
        for name in (self.state, self.folder / "state.json.backup"):
            name.write_text("{", encoding="utf-8")
        with self.assertRaises(Corrupt) as caught:
            self.mgr.get_state()
        self.assertEqual(caught.exception.path, str(self.state))

    def test_a_folder_that_is_closed_is_a_permission_error(self):
        script = f"""
import os, sys
sys.path.insert(0, {str(SOURCE / "capi" / "python")!r})
from ai_how.state import ClusterStateManager, PermissionDenied
mgr = ClusterStateManager({str(self.folder / "other.json")!r})
mgr.location
if os.geteuid() == 0:
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
try:
    mgr.ensure_state("lab", "hpc")
except PermissionError as error:
    print(type(error).__name__, error.errno, error.filename is not None)
"""
        os.chmod(self.folder, 0o555 if os.geteuid() else 0o755)
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
        os.chmod(self.folder, 0o755)
        self.assertEqual(done.stdout, f"{PermissionDenied.__name__} 13 True\n", done.stderr)

    def test_all_are_state_errors(self):
        for call in (lambda: ClusterStateManager("nonsense:x"), lambda: ClusterStateManager(""), lambda: ClusterStateManager("a\0b")):
            with self.assertRaises(StateError) as caught:
                call()
            self.assertIsInstance(caught.exception, ValueError)
            self.assertEqual(caught.exception.code, -2)

    def test_a_file_size_limit_is_an_error_and_not_the_end(self):
        script = f"""
import resource, sys
sys.path.insert(0, {str(SOURCE / "capi" / "python")!r})
from ai_how.state import ClusterStateManager
mgr = ClusterStateManager({str(self.state)!r})
resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512))
try:
    mgr.remove_vm("a")
except OSError as error:
    print(type(error).__name__)
print(len(mgr.get_all_vms()))
"""
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
        self.assertEqual(done.stdout, "InputOutputError\n3\n", done.stderr)


if __name__ == "__main__":
    unittest.main()

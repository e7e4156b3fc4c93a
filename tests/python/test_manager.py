# SPDX-License-Identifier: MIT
"""ClusterStateManager: reading and changing, and errors that are what a Python programmer expects."""
import json
import os
import subprocess
import sys
import unittest

from build_info import SOURCE
from manager_case import ManagerCase, vm

from ai_how.state import ClusterState, ClusterStateManager, Corrupt, Invalid, NotFound, PermissionDenied, StateError, VMState


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

    def test_a_state_remembers_what_was_noticed_as_it_was_loaded(self):
        self.assertEqual((self.mgr.get_state().notices, ClusterState("lab", "hpc", "running").notices), ([], []))
        text = self.state.read_text(encoding="utf-8")
        self.state.write_text(text.replace('"cpu_cores": ', '"cpu_cores": 1'), encoding="utf-8")
        state = self.mgr.get_state()
        (notice,) = state.notices
        self.assertRegex(notice, "was edited by hand")

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

# SPDX-License-Identifier: MIT
"""Operations exclude each other; copies, imports and checks."""
import os
import signal
import subprocess
import sys
import threading
import unittest

from build_info import SOURCE
from manager_case import ManagerCase

from ai_how.state import Cancel, Cancelled, ClusterStateManager, FileMissing, Invalid, Locked, VMState, inspect_file


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
        (left,) = self.mgr.verify()  # what the lost document's change recorded is the next change's business
        self.assertIn("state.json.history: goes on to revision 4, and the state is revision 3", left)
        self.assertEqual(inspect_file(self.folder / "absent").verdict, "absent")

    def test_history_comes_in_pages(self):
        self.assertEqual([record.revision for record in self.mgr.records()], [1, 2, 3, 4])
        self.assertEqual([record.revision for record in self.mgr.records(after=1, before=4, limit=1, newest_first=True)], [3])
        self.assertEqual(self.mgr.records(limit=0), [])
        self.assertEqual(self.mgr.records()[1].data["changes"][-1]["after"]["name"], "a")


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: MIT
"""The past: what stood, who changed what, and taking it back."""
import json
import os
import socket
import unittest
from datetime import datetime, timedelta, timezone

from manager_case import ManagerCase, vm

from ai_how.state import ClusterStateManager, Conflict, Corrupt, Invalid, Locked, NotFound, VMState, json_patch, object_changes

# What setUp() leaves: revision 1 ensure_state, 2 to 4 add_vm of a, b and c.


class WhatStood(ManagerCase):
    def test_each_revision_is_the_document_that_it_was_byte_for_byte(self):
        documents = {4: self.state.read_bytes()}
        for number in range(5, 12):
            self.mgr.transaction(lambda state: setattr(state.vms[0], "cpu_cores", state.vms[0].cpu_cores + 1))
            documents[number] = self.state.read_bytes()
        for revision, document in documents.items():
            self.assertEqual(self.mgr.at(revision).to_json().encode(), document)

    def test_a_time_gives_the_newest_that_was_made_by_then(self):
        second = self.mgr.history(after=1, before=3)[0].time
        self.assertEqual(self.mgr.at(second).revision, 2)
        self.assertEqual(self.mgr.at(second - timedelta(microseconds=1)).revision, 1)
        self.assertEqual(self.mgr.at(second.astimezone(timezone(timedelta(hours=7)))).revision, 2)
        self.assertEqual(self.mgr.at(datetime.now()).revision, 4)

    def test_what_is_not_kept_is_not_found_and_the_message_says_what_is(self):
        for when, text in ((0, "1"), (5, "4"), (2**64 - 1, "4"), (datetime(2001, 1, 1), "does not go back to")):
            with self.subTest(when), self.assertRaisesRegex(NotFound, text):
                self.mgr.at(when)

    def test_wrong_arguments_are_told(self):
        for when, error in (("4", TypeError), (True, TypeError), (-1, Invalid), (2**64, Invalid)):
            with self.subTest(when), self.assertRaises(error):
                self.mgr.at(when)

    def test_a_history_that_was_tampered_with_is_refused(self):
        self.tamper(2)
        for revision in (2, 4):  # it leads from the one to the other
            with self.subTest(revision), self.assertRaises(Corrupt):
                self.mgr.at(revision)

    def test_what_is_damaged_up_to_the_end_of_a_history_is_a_gap_in_it(self):
        for revision in (2, 3, 4):
            self.tamper(revision)
        with self.assertRaisesRegex(NotFound, r"revision 2 is not kept: the history has 1 to 4, with a gap where it was$"):
            self.mgr.at(2)
        self.assertEqual(self.mgr.at(4).to_json().encode(), self.state.read_bytes())

    def tamper(self, revision: int):
        history = self.folder / "state.json.history"
        lines = history.read_text().splitlines(keepends=True)
        history.write_text("".join(line.replace('"memory_gb":', '"memory_gb":1') if line.startswith(f'{{"revision":{revision},') else line for line in lines))

    def test_a_state_of_the_past_is_like_any_other(self):
        old = self.mgr.at(2)
        self.assertEqual([(each.name, each.state) for each in old.vms], [("a", VMState.SHUTOFF)])
        self.mgr.save_state(old)  # nothing in it was changed
        self.assertEqual(self.names(), ["a", "b", "c"])


class Entries(ManagerCase):
    def test_an_entry_has_everything_that_is_recorded(self):
        mgr = ClusterStateManager(self.state, program="scheduler", actor="ticket 7")
        begin = datetime.now()
        mgr.update_vm_state("b", VMState.RUNNING)
        (entry,) = mgr.history(limit=1)
        self.assertEqual((entry.revision, entry.type, entry.operation, entry.base), (5, "change", "update_vm_state", 4))
        self.assertTrue(begin <= entry.time <= datetime.now())
        self.assertEqual((entry.actor.program, entry.actor.text, entry.actor.pid, entry.actor.host), ("scheduler", "ticket 7", os.getpid(), socket.gethostname()))
        self.assertNotEqual(entry.actor.user, "")
        record = mgr.records(newest_first=True, limit=1)[0].data
        self.assertEqual((entry.commit, entry.token), (record["commit"], record["token"]))
        self.assertEqual((entry.undone_to, entry.restored, entry.edited, entry.remade), (None, None, False, False))

    def test_changes_are_values_and_not_texts(self):
        self.mgr.update_vm_state("b", VMState.RUNNING)
        changes = {(change.kind, change.name): change for change in self.mgr.history(limit=1)[0].changes}
        self.assertEqual(set(changes), {("cluster", ""), ("vm", "b")})
        one = changes["vm", "b"]
        self.assertEqual((one.before["cpu_cores"], one.before["state"], one.after["state"]), (1, "SHUTOFF", "RUNNING"))
        (field,) = [field for field in one.fields if field.field == "state"]
        self.assertEqual((field.before, field.after), ("SHUTOFF", "RUNNING"))
        self.assertNotIn("vms", changes["cluster", ""].after)

    def test_what_was_added_or_removed_has_one_side(self):
        self.mgr.remove_vm("b")
        removed = [change for change in self.mgr.history(limit=1)[0].changes if change.kind == "vm"]
        self.assertEqual([(change.name, change.before["name"], change.after, change.fields) for change in removed], [("b", "b", None, [])])
        added = [change for change in self.mgr.history(after=2, before=4)[0].changes if change.kind == "vm"]
        self.assertEqual([(change.name, change.before, change.after["name"]) for change in added], [("b", None, "b")])

    def test_types_tell_the_first_an_edit_and_the_end(self):
        text = self.state.read_text(encoding="utf-8")
        self.state.write_text(text.replace('"memory_gb": 2', '"memory_gb": 3', 1), encoding="utf-8")
        self.mgr.add_vm(vm("d"))
        self.mgr.erase()
        found = [(entry.revision, entry.type, entry.edited) for entry in self.mgr.history(newest_first=False)]
        self.assertEqual(found[0], (1, "first", False))
        self.assertEqual(found[4], (5, "whole", True))
        self.assertEqual(found[5][1], "erase")

    def test_a_query_selects(self):
        self.mgr.update_vm_state("a", VMState.RUNNING)
        self.mgr.transaction(lambda state: state.networks.append({"name": "a", "subnet": "10.0.0.0/24", "bridge": "br"}))
        self.assertEqual([entry.revision for entry in self.mgr.history()], [6, 5, 4, 3, 2, 1])
        self.assertEqual([entry.revision for entry in self.mgr.history("a")], [6, 5, 2])
        self.assertEqual([entry.revision for entry in self.mgr.history("a", "vm", newest_first=False)], [2, 5])
        self.assertEqual([entry.revision for entry in self.mgr.history(after=2, before=5, limit=1)], [4])
        fifth = self.mgr.history("a", "vm", limit=1)[0].time
        self.assertEqual([entry.revision for entry in self.mgr.history(since=fifth)], [6, 5])
        self.assertEqual([entry.revision for entry in self.mgr.history(since=fifth, newest_first=False)], [5, 6])
        self.assertEqual(self.mgr.history("nobody"), [])

    def test_what_is_kept_is_said(self):
        for query in ({}, {"limit": 0}, {"before": 0}, {"name": "nobody"}):
            found = self.mgr.history(**query)
            self.assertEqual((found.oldest_kept, found.newest_kept, found.revision), (1, 4, 4))
        nowhere = ClusterStateManager(self.folder / "other.json").history()
        self.assertEqual((nowhere, nowhere.oldest_kept, nowhere.revision), ([], 0, 0))
        self.assertEqual((self.mgr.history(limit=0), self.mgr.history(before=0)), ([], []))

    def test_wrong_arguments_are_told(self):
        for query, error, text in (
            ({"kind": "machine"}, Invalid, "'machine'; it is one of cluster, vm"),
            ({"since": "yesterday"}, TypeError, "since must be a datetime"),
            ({"name": 7}, TypeError, "name must be a str"),
            ({"after": -1}, Invalid, "after is -1"),
            ({"before": 1.5}, TypeError, "before must be an int"),
        ):
            with self.subTest(query), self.assertRaisesRegex(error, text):
                self.mgr.history(**query)

    def test_changes_since_are_in_order_and_can_be_gone_on_from(self):
        page = self.mgr.changes_since(1, limit=2)
        self.assertEqual(([entry.revision for entry in page], page.gap, page.resume_at), ([2, 3], False, 3))
        page = self.mgr.changes_since(page.resume_at)
        self.assertEqual(([entry.revision for entry in page], page.resume_at), ([4], 4))
        self.assertEqual((self.mgr.changes_since(4), self.mgr.changes_since(4).resume_at), ([], 4))
        with self.assertRaisesRegex(Invalid, "limit is 0"):
            self.mgr.changes_since(1, limit=0)

    def test_what_is_not_known_is_a_gap(self):
        (self.folder / "state.json.history").unlink()
        self.mgr.add_vm(vm("d"))
        page = self.mgr.changes_since(2)
        self.assertEqual((list(page), page.gap, page.resume_at), ([], True, 5))


class TakingBack(ManagerCase):
    def test_an_undo_brings_back_what_stood_before_as_a_new_revision(self):
        before = self.mgr.get_state()
        self.mgr.remove_vm("b")
        done = self.mgr.undo()
        self.assertEqual((done.from_revision, done.to_revision, done.state.revision, done.committed, done.conflicts), (5, 4, 6, True, []))
        self.assertEqual([(change.kind, change.name) for change in done.changes if change.before is None], [("vm", "b")])
        self.assertEqual(self.mgr.get_all_vms(), before.vms)
        (entry,) = self.mgr.history(limit=1)
        self.assertEqual((entry.operation, entry.undone_to, entry.restored), ("undo", 4, None))

    def test_several_undos_lead_as_many_changes_back(self):
        self.mgr.undo()
        self.mgr.undo()
        self.assertEqual(self.names(), ["a"])
        self.assertEqual(self.mgr.restore_revision(4).to_revision, 4)
        self.assertEqual(self.names(), ["a", "b", "c"])
        self.assertEqual(self.mgr.history(limit=1)[0].restored, 4)
        self.mgr.undo()
        self.assertEqual(self.names(), ["a"])
        self.mgr.restore_revision(4)
        self.mgr.undo(2)  # the restore, and what came before the two that were undone
        self.assertEqual(self.names(), [])

    def test_a_dry_run_says_what_it_would_do_and_does_nothing(self):
        stands = self.state.read_bytes()
        for done in (self.mgr.undo(2, dry_run=True), self.mgr.restore_revision(2, dry_run=True)):
            self.assertEqual((done.to_revision, done.committed, done.state), (2, False, self.mgr.get_state()))
            self.assertEqual([change.name for change in done.changes if change.after is None], ["b", "c"])
        self.assertEqual(self.state.read_bytes(), stands)

    def test_what_others_changed_since_is_a_conflict_that_names_it(self):
        self.mgr.transaction(lambda state: setattr(state.vms[1], "cpu_cores", 8))
        other = ClusterStateManager(self.state)
        other.transaction(lambda state: setattr(state.vms[1], "cpu_cores", 9))
        self.assertEqual(self.mgr.restore_revision(4, seen=5, dry_run=True).conflicts, ["vm b (declared)"])
        with self.assertRaisesRegex(Conflict, r"vm b \(declared\)"):
            self.mgr.restore_revision(4, seen=5)
        self.assertEqual(self.mgr.get_vm("b").cpu_cores, 9)

    def test_what_cannot_be_taken_back_says_why(self):
        with self.assertRaises(Invalid):
            self.mgr.undo(0)
        with self.assertRaises(NotFound):
            self.mgr.undo(99)
        with self.assertRaises(NotFound):
            self.mgr.restore_revision(99)
        with self.assertRaises(NotFound):
            ClusterStateManager(self.folder / "other.json").undo()
        with self.mgr.operation("hpc start"), self.assertRaisesRegex(Locked, "hpc start"):
            ClusterStateManager(self.state).undo(timeout=0)
        for wrong in (1.5, "1", None):
            with self.assertRaises(TypeError):
                self.mgr.undo(wrong)


class TwoStates(ManagerCase):
    def test_what_makes_one_of_the_other(self):
        before, after = self.mgr.at(3), self.mgr.get_state()
        after.vms[0].cpu_cores = 6
        changes = {change.name: change for change in object_changes(before, after) if change.kind == "vm"}
        self.assertEqual([(field.field, field.before, field.after) for field in changes["a"].fields], [("cpu_cores", 1, 6)])
        self.assertEqual((changes["c"].before, changes["c"].after["name"]), (None, "c"))
        self.assertEqual(object_changes(after, after), [])

    def test_a_json_patch_names_the_place(self):
        before, after = self.mgr.at(4), self.mgr.get_state()
        after.vms[0].cpu_cores = 6
        patch = json_patch(before, after)
        self.assertIn({"op": "replace", "path": "/vms/0/cpu_cores", "value": 6}, patch)
        self.assertEqual({each["op"] for each in patch}, {"replace"})
        self.assertEqual(json.loads(before.to_json())["vms"][0]["cpu_cores"], 1)
        with self.assertRaises(TypeError):
            json_patch(before, "after")


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: MIT
"""The past: state history, show --at, diff, undo, restore REV and changes."""
import copy
import json
import os
import re
import select
import signal
import time
import unittest

from command import CommandTest, state_document, vm_document

LINE_S = 20  # no line takes that long


def apply_patch(document, patch):
    """RFC 6902, as far as it is used: add, remove, replace."""
    document = copy.deepcopy(document)
    for operation in patch:
        *way, last = [part.replace("~1", "/").replace("~0", "~") for part in operation["path"].split("/")[1:]]
        parent = document
        for part in way:
            parent = parent[int(part)] if isinstance(parent, list) else parent[part]
        key = int(last) if isinstance(parent, list) else last
        if operation["op"] == "remove":
            del parent[key]
        elif operation["op"] == "add" and isinstance(parent, list):
            parent.insert(key, operation["value"])
        else:
            assert (operation["op"] == "add") != (isinstance(parent, list) or key in parent)
            parent[key] = operation["value"]
    return document


class Past(CommandTest):
    """Revision 1: controller and compute-01; 2: compute-01 is node; 3: node is gone. `documents`: as they were committed."""

    def setUp(self):
        super().setUp()
        vms = [vm_document("controller"), vm_document("compute-01", "SHUTOFF", domain_name="", domain_uuid=None, extra=2.5)]
        del vms[1]["domain_uuid"], vms[1]["domain_name"]
        self.write_state(state_document(vms, networks=[{"name": "lan", "subnet": "192.168.100.0/24", "bridge": "virbr100", "active_ips": []}]))
        self.documents = {}
        for words in (["mv", "compute-01", "node"], ["rm", "node"]):
            self.past("state", *words)
            self.documents[self.read_state()["aihow"]["revision"]] = self.state.read_bytes()

    def past(self, *words, **more):
        return self.run_command("--state", self.state, *words, **more)

    def json_of(self, *words, code=0):
        return json.loads(self.past("state", *words, "-o", "json", code=code).stdout)

    def names(self):
        return [vm["name"] for vm in self.read_state()["vms"]]

    def rewrite(self, old, new):
        """In the history, as somebody does who means it: without the checksums."""
        path = self.state.with_name("state.json.history")
        text = path.read_text(encoding="utf-8")
        self.assertIn(old, text)
        path.write_text(re.sub(r',"checksum":"xxh128:\w{32}"}(?=\n)', "}", text.replace(old, new)), encoding="utf-8")


class History(Past):
    def test_who_changed_what(self):
        shown = self.past("state", "history").stdout
        self.assertRegex(shown, r"^REVISION +TIME +WHO +PROGRAM +OPERATION +WHAT\n")
        self.assertRegex(shown, r"\n +3 +20\S+Z +\S+@\S+ +ai-how state rm +forget_vm +vm node removed; cluster: status partial → running\n")
        self.assertRegex(shown, r"\n +2 +20\S+Z +\S+@\S+ +ai-how state mv +rename_vm +vm node added; vm compute-01 removed; cluster: status running → partial\n")
        self.assertRegex(shown, r"\n +1 .* gap +what came before is not known\n")
        self.assertEqual(self.past("state", "history", "-o", "name").stdout.split(), ["3", "2", "1"])
        self.assertEqual(self.past("state", "history", "-n", "1", "-o", "name").stdout.split(), ["3"])

    def test_shape(self):
        document = self.json_of("history", "-n", "2")
        for entry in document["entries"]:
            self.assertGreater(entry["actor"]["pid"], 0)
            entry["actor"].update(user="USER", host="HOST", pid=1)
        self.check_golden("state-history.json", document)

    def test_the_life_of_one(self):
        self.assertEqual(self.past("state", "history", "node", "-o", "name").stdout.split(), ["3", "2"])
        self.assertEqual(self.past("state", "history", "vm/node", "-o", "name").stdout.split(), ["3", "2"])
        self.assertEqual(self.past("state", "history", "volume/node", "-o", "name").stdout, "")
        self.assertNotIn("compute-01", self.past("state", "history", "node").stdout)

    def test_since_a_time(self):
        entries = self.json_of("history")["entries"]
        self.assertEqual(self.past("state", "history", "--since", entries[1]["time"], "-o", "name").stdout.split(), ["3", "2"])
        self.assertEqual(self.past("state", "history", "--since", "2h", "-o", "name").stdout.split(), ["3", "2", "1"])
        self.assertEqual(self.past("state", "history", "--since", "2999-01-01", "-o", "name").stdout, "")
        for bad in ("soon", "7", "2025-13-01"):
            self.assertIn("is no time", self.past("state", "history", "--since", bad, code=4).stderr)
        self.assertIn("no number", self.past("state", "history", "-n", "0", code=4).stderr)

    def test_hostile_texts_are_escaped(self):
        self.rewrite('"operation":"forget_vm"', '"operation":"\\u001b[2J"')
        self.assertIn("[2J", self.past("state", "history").stdout)
        for words in (["history"], ["history", "-o", "json"], ["changes", "--since", "1"]):
            self.assertNotIn("\x1b", self.past("state", *words).stdout)

    def test_a_record_whose_checksum_differs_is_damaged(self):
        path = self.state.with_name("state.json.history")
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('"operation":"rename_vm"', '"operation":"rename_VM"'), encoding="utf-8")
        self.assertRegex(self.past("state", "history").stdout, r"\n +2 +- .* damaged +")
        self.assertIn("revision 2 is damaged: its checksum differs", self.past("state", "show", "--at", "2", code=8).stderr)
        path.write_text(text, encoding="utf-8")
        self.assertNotIn("damaged", self.past("state", "history").stdout)

    def test_a_lost_history(self):
        self.state.with_name("state.json.history").unlink()
        self.assertRegex(self.past("state", "history").stdout, r"^.*\n +3 .* gap +what came before is not known\n$")
        self.assertFalse(self.state.with_name("state.json.history").exists())
        changed = self.past("state", "rm", "controller")
        self.assertIn("lacks revision 3", changed.stderr)
        self.assertEqual([(entry["revision"], entry["type"]) for entry in self.json_of("history")["entries"]], [(4, "change"), (3, "gap")])
        self.state.unlink()
        self.state.with_name("state.json.history").unlink()
        self.assertIn("no state at", self.past("state", "history", code=2).stderr)

    def test_bounds_are_options_of_the_location(self):
        location = f"file:{self.state}?history.max_revisions=2"
        self.run_command("--state", location, "state", "rm", "controller")
        self.assertEqual(self.past("state", "history", "-o", "name").stdout.split(), ["4", "3"])
        self.assertEqual(self.past("state", "show", "--at", "3", "-o", "json").stdout.encode(), self.documents[3])
        self.assertIn("needs a number", self.run_command("--state", f"file:{self.state}?history.max_bytes=many", "state", "list", code=1).stderr)


    def test_a_record_that_cannot_be_read(self):
        self.rewrite('"operation":"rename_vm"', '"operation_":"rename_vm"')
        self.assertRegex(self.past("state", "history").stdout, r"\n +2 +- .* damaged +its record cannot be read\n")
        self.assertIn("revision 2 is damaged", self.past("state", "show", "--at", "2", code=8).stderr)


class Life(CommandTest):
    def test_a_pause_and_why(self):
        self.whole_demo(controller=1)
        for words in (("hpc", "status"), ("vm", "pause", "controller")):
            self.run_command("--state", self.state, *words)
        shown = self.run_command("--state", self.state, "state", "history", "controller", "-n", "1").stdout
        self.assertRegex(shown, r"ai-how vm pause +refresh +vm controller: state RUNNING → PAUSED \(user\)\n$")


class At(Past):
    def test_every_revision_is_the_document_that_was_committed(self):
        for revision, document in self.documents.items():
            self.assertEqual(self.past("state", "show", "--at", revision, "-o", "json").stdout.encode(), document)

    def test_a_time(self):
        entries = self.json_of("history")["entries"]
        for entry in entries:
            self.assertEqual(self.json_of("show", "--at", entry["time"])["aihow"]["revision"], entry["revision"])
        self.assertEqual(self.past("state", "show", "--at", entries[1]["time"], "-o", "name").stdout.split(), ["vm/controller", "vm/node", "network/lan"])

    def test_one_object(self):
        self.assertEqual(self.json_of("show", "node", "--at", "2")["state"], "SHUTOFF")
        self.assertIn("no object 'node'", self.past("state", "show", "node", "--at", "3", code=2).stderr)

    def test_what_is_not_kept(self):
        self.assertIn("the history has 1 to 3", self.past("state", "show", "--at", "4", code=2).stderr)
        self.assertIn("does not go back", self.past("state", "show", "--at", "2001-01-01", code=2).stderr)
        self.assertIn("neither a revision", self.past("state", "show", "--at", "soon", code=4).stderr)

    def test_a_history_that_was_tampered_with(self):
        self.rewrite('"name":"node"', '"name":"mode"')
        self.assertIn("does not lead to revision 2", self.past("state", "show", "--at", "2", code=8).stderr)


class Diff(Past):
    def test_as_a_table(self):
        shown = self.past("state", "diff", "1", "2").stdout
        self.assertIn("Revision 1 and 2\n", shown)
        self.assertRegex(shown, r"vm +node +added")
        self.assertEqual(self.past("state", "diff", "1", "-o", "name").stdout.split(), ["vm/compute-01"])
        self.assertEqual(self.past("state", "diff", "3", "3", "-o", "name").stdout, "")

    def test_the_patch_makes_one_document_of_the_other(self):
        self.past("state", "undo", "2")
        self.past("state", "rm", "controller")
        for before in range(1, 6):
            for after in range(1, 6):
                patch = self.json_of("diff", before, after)
                old, new = (self.json_of("show", "--at", revision) for revision in (before, after))
                self.assertEqual(apply_patch(old, patch), new)
        self.assertEqual(self.json_of("diff", "2", "2"), [])

    def test_shape(self):
        patch = self.json_of("diff", "1", "2")
        for operation in patch:
            if operation["path"] == "/aihow/checksum":
                operation["value"] = "CHECKSUM"
        self.check_golden("state-diff.json", patch)


class Undo(Past):
    def test_back_step_by_step(self):
        shown = self.past("state", "undo").stdout
        self.assertIn("back at revision 2, as revision 4. The machines are as they were", shown)
        self.assertRegex(shown, r"vm +node +added")
        self.assertEqual(self.names(), ["controller", "node"])
        self.assertIn("back at revision 1, as revision 5", self.past("state", "undo").stdout)
        self.assertEqual(self.names(), ["controller", "compute-01"])
        self.assertIn("nothing more to undo", self.past("state", "undo", code=2).stderr)

    def test_several_at_once(self):
        self.check_golden("state-undo.json", self.json_of("undo", "2"))
        self.assertEqual(self.names(), ["controller", "compute-01"])
        for bad in ("0", "x", "-1"):
            self.past("state", "undo", bad, code=4)

    def test_a_dry_run_writes_nothing(self):
        before = {path.name: path.read_bytes() for path in self.folder.iterdir()}
        shown = self.past("state", "undo", "--dry-run").stdout
        self.assertIn("this would bring back revision 2", shown)
        self.assertFalse(self.json_of("restore", "1", "--dry-run")["committed"])
        self.assertEqual({path.name: path.read_bytes() for path in self.folder.iterdir()}, before)

    def test_a_hand_that_changed_the_same_thing_is_a_conflict(self):
        self.past("state", "undo")
        text = self.state.read_text(encoding="utf-8").replace('"memory_gb": 4', '"memory_gb": 16')
        self.state.write_text(text, encoding="utf-8")
        self.assertEqual(self.json_of("undo", "--dry-run", code=7)["conflicts"], ["vm node (removed here, changed there)"])
        refused = self.past("state", "undo", code=7)
        self.assertIn("vm node", refused.stderr)
        self.assertIn("nothing was changed", refused.stderr)
        self.assertEqual(self.state.read_text(encoding="utf-8"), text)

    def test_an_operation_keeps_it_out(self):
        self.hold_lock(1)
        for words in (["undo"], ["restore", "1"]):
            self.assertIn("locked", self.run_command("--state", self.state, "--lock-timeout", "0", "state", *words, code=6).stderr.lower())
            self.past("state", *words, "--dry-run")


class Restore(Past):
    def test_a_revision(self):
        self.assertIn("back at revision 1, as revision 4", self.past("state", "restore", "1").stdout)
        self.assertEqual(self.names(), ["controller", "compute-01"])
        self.assertIn("nothing was changed", self.past("state", "restore", "4").stdout)
        self.past("state", "undo")
        self.assertEqual(self.names(), ["controller"])

    def test_what_cannot_be(self):
        self.assertIn("the history has 1 to 3", self.past("state", "restore", "9", code=2).stderr)
        self.assertIn("is no revision", self.past("state", "restore", "copy.json", code=4).stderr)
        self.assertIn("give one", self.past("state", "restore", "1", "--backup", code=4).stderr)
        self.assertIn("name one", self.past("state", "restore", "--dry-run", code=4).stderr)
        self.state.unlink()
        self.assertIn("no state at", self.past("state", "restore", "1", code=2).stderr)


class Changes(Past):
    def lines(self, *words):
        return [json.loads(line) for line in self.past("state", "changes", *words, "-o", "json").stdout.splitlines()]

    def test_everything_since_a_revision(self):
        self.assertEqual([line["revision"] for line in self.lines("--since", "1")], [2, 3])
        self.assertEqual(self.lines("--since", "3"), [])
        self.assertRegex(self.past("state", "changes", "--since", "2").stdout, r"^#3 \S+Z \S+@\S+ ai-how state rm, forget_vm: vm node removed; cluster: status partial → running\n$")
        self.assertEqual(self.past("state", "changes", "--since", "1", "-o", "name").stdout.split(), ["2", "3"])

    def test_a_gap_is_told(self):
        self.assertEqual(self.lines("--since", "7"), [{"gap": True, "since": 7, "revision": 3}])
        self.assertEqual(self.lines("--since", "0"), [{"gap": True, "since": 0, "revision": 3}])
        self.assertIn("gap: ", self.past("state", "changes", "--since", "7").stdout)

    def test_what_is_wrong(self):
        self.assertIn("needs --since", self.past("state", "changes", code=4).stderr)
        self.assertIn("no revision", self.past("state", "changes", "--since", "2h", code=4).stderr)
        self.assertIn("no output as yaml", self.past("state", "changes", "--since", "1", "-o", "yaml", code=4).stderr)
        self.state.unlink()
        self.assertIn("no state at", self.past("state", "changes", "--since", "1", code=2).stderr)

    def next_line(self, process):
        self.assertTrue(select.select([process.stdout], [], [], LINE_S)[0], "no line came")
        return json.loads(process.stdout.readline())

    def test_following_sees_other_processes_and_ends_on_a_signal(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            before = self.read_state()["aihow"]["revision"]
            process = self.start_command("--state", self.state, "state", "changes", "--since", before - 1, "--follow", "-o", "json", bufsize=0)
            self.assertEqual(self.next_line(process)["revision"], before)
            for step in (1, 2):
                self.past("state", "restore", 1 + step % 2)
                changed = time.monotonic()
                self.assertEqual(self.next_line(process)["revision"], before + step)
                print(f"a change is told after {1000 * (time.monotonic() - changed):.0f} ms", flush=True)
            process.send_signal(number)
            self.assertEqual(process.wait(LINE_S), 0)

    def test_following_goes_on_where_nothing_stands_yet(self):
        state = self.folder / "later" / "state.json"
        process = self.start_command("--state", state, "state", "changes", "--follow", "-o", "json", bufsize=0)
        self.run_command("--state", state, "state", "import", self.golden_layout_2())
        self.assertEqual(self.next_line(process)["type"], "first")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(LINE_S), 0)

    def golden_layout_2(self):
        return os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "golden", "layout-2.json")


if __name__ == "__main__":
    unittest.main()

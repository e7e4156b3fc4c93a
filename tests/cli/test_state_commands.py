# SPDX-License-Identifier: MIT
"""The commands of the group `state` that copy, mend and change what is stored, without libvirt."""
import json
import os
import re
import stat
import subprocess
import unittest

from command import GOLDEN, CommandTest, state_document, vm_document


class StateCommand(CommandTest):
    def setUp(self):
        super().setUp()
        self.write_state(state_document([vm_document("controller", volumes=["/pool/controller.qcow2", "/pool/shared.qcow2"]),
                                         vm_document("compute-01", "SHUTOFF", volumes=["/pool/shared.qcow2"])],
                                        volumes=[{"name": name, "path": f"/pool/{name}.qcow2", "size_gb": 1, "format": "qcow2"}
                                                 for name in ("controller", "shared")]))

    def state_command(self, *words, **more):
        return self.run_command("--state", self.state, "state", *words, **more)

    def json_of(self, *words, code=0):
        return json.loads(self.state_command(*words, "-o", "json", code=code).stdout)

    def revision(self):
        return self.read_state()["aihow"]["revision"]

    def names(self):
        return {path.name for path in self.folder.iterdir()} - {".state.json.lock"}


class Show(StateCommand):
    def test_the_whole(self):
        shown = self.state_command("show").stdout
        self.assertIn("State    " + str(self.state) + ", revision 1\n", shown)
        self.assertRegex(shown, r"vm +controller +RUNNING, 2 vCPUs, 4 GiB +-\n")
        self.assertRegex(shown, r"volume +shared +/pool/shared.qcow2, 1 GiB")
        self.assertEqual(self.state_command("show", "-o", "name").stdout.split(),
                         ["vm/controller", "vm/compute-01", "volume/controller", "volume/shared"])
        self.assertEqual(self.json_of("show")["vms"], self.read_state()["vms"])

    def test_one_object(self):
        shown = self.state_command("show", "controller").stdout
        self.assertRegex(shown, r"MEMBER +VALUE\nname +controller\ncpu_cores +2\n")
        self.assertRegex(shown, r"volumes +/pool/controller.qcow2\nvolumes +/pool/shared.qcow2\n")
        self.assertRegex(shown, r"ip_address +-\n")
        self.assertEqual(self.json_of("show", "controller"), self.read_state()["vms"][0])
        self.assertEqual(self.json_of("show", "volume/controller")["path"], "/pool/controller.qcow2")
        self.assertEqual(self.state_command("show", "shared", "-o", "name").stdout, "shared\n")

    def test_what_is_not_there(self):
        self.assertIn("no object 'nope'", self.state_command("show", "nope", code=2).stderr)
        self.state.unlink()
        self.assertIn("no state at", self.state_command("show", code=2).stderr)

    def test_control_characters_are_shown_harmless(self):
        document = self.read_state()
        document["vms"][0]["something"] = "\x1b[2J"
        self.write_state(document)
        self.assertNotIn("\x1b", self.state_command("show", "controller").stdout)


class Transitions(StateCommand):
    def test_every_form_has_every_arrow(self):
        document = self.json_of("transitions")
        self.check_golden("state-transitions.json", document)
        arrows = [(arrow["from"], arrow["action"], arrow["to"]) for arrow in document["transitions"]]
        table = [tuple(line.split()[:3]) for line in self.state_command("transitions").stdout.splitlines()]
        self.assertEqual(table, [("FROM", "ACTION", "TO"), *arrows])
        drawing = self.state_command("transitions", "-o", "dot").stdout
        self.assertEqual(re.findall(r'^  (\w+) -> (\w+) \[label="(\w+)"', drawing, re.MULTILINE), [(start, end, action) for start, action, end in arrows])
        self.assertEqual(drawing.count("style=dashed"), sum(arrow["addition"] for arrow in document["transitions"]))
        self.assertTrue(drawing.startswith("digraph lifecycle {") and drawing.endswith("}\n"))
        self.assertEqual(self.state_command("transitions", "-o", "name").stdout.split(), document["states"])

    def test_it_needs_no_state(self):
        self.state.unlink()
        self.assertIn("PMSUSPENDED", self.state_command("transitions").stdout)
        self.assertEqual(self.names(), set())


class Backup(StateCommand):
    def test_to_a_file(self):
        target = self.folder / "copy.json"
        self.assertIn("revision 1", self.state_command("backup", target).stdout)
        self.assertEqual(stat.S_IMODE(target.stat().st_mode), 0o600)
        self.assertEqual(json.loads(target.read_text(encoding="utf-8"))["vms"], self.read_state()["vms"])
        self.check_golden("state-backup.json", self.json_of("backup", target))

    def test_without_a_name_it_lies_beside_the_state(self):
        path = self.json_of("backup")["path"]
        self.assertRegex(path, re.escape(str(self.state)) + r"\.\d{8}T\d{6}Z$")
        self.assertTrue(os.path.exists(path))

    def test_what_cannot_be_written(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        for target, code, words in ((self.state, 1, "over the state itself"), (self.folder / "no" / "copy", 2, "No such file"),
                                    (self.folder, 1, "a directory stands there"), (pipe, 1, "a FIFO stands there")):
            self.assertIn(words, self.state_command("backup", target, code=code).stderr)
        self.assertTrue(stat.S_ISFIFO(pipe.stat().st_mode))
        self.assertEqual(self.names(), {"state.json", "pipe"})
        self.state.unlink()
        self.state_command("backup", code=2)


class Restore(StateCommand):
    def change(self):
        self.state_command("rm", "compute-01")

    def test_from_the_backup(self):
        before = self.read_state()["vms"]
        self.change()
        self.assertEqual(self.revision(), 2)
        done = self.state_command("restore", "--backup")
        self.assertIn("as revision 3", done.stdout)
        self.assertIn("The machines are as they were", done.stdout)
        self.assertEqual(self.read_state()["vms"], before)
        self.assertEqual(self.revision(), 3)
        # What stood is the backup now: restoring once more goes back.
        self.state_command("restore")
        self.assertEqual([vm["name"] for vm in self.read_state()["vms"]], ["controller"])
        self.assertEqual(self.revision(), 4)

    def test_from_a_file(self):
        copy = self.folder / "copy.json"
        self.state_command("backup", copy)
        self.change()
        self.check_golden("state-restore.json", self.json_of("restore", "--from", copy))
        self.assertEqual(len(self.read_state()["vms"]), 2)

    def test_of_another_cluster_is_refused(self):
        other = self.folder / "other.json"
        other.write_text(self.state.read_text(encoding="utf-8").replace('"demo"', '"other"', 1), encoding="utf-8")
        before = self.state.read_bytes()
        self.assertIn("nothing was restored", self.state_command("restore", "--from", other, code=7).stderr)
        self.assertEqual(self.state.read_bytes(), before)

    def test_what_is_no_document(self):
        self.assertIn("No such file", self.state_command("restore", code=2).stderr)
        self.state_command("restore", "--from", "/dev/null", code=1)
        self.assertIn("give one", self.state_command("restore", "--from", "x", "--backup", code=4).stderr)

    def test_an_operation_keeps_it_out(self):
        self.change()
        self.hold_lock(1)
        for words in (["restore"], ["rm", "controller"], ["mv", "controller", "x"], ["repair"]):
            self.assertIn("locked", self.run_command("--state", self.state, "--lock-timeout", "0", "state", *words, code=6).stderr.lower())


class Repair(StateCommand):
    def test_nothing_to_repair(self):
        self.state_command("rm", "compute-01")
        self.assertIn("nothing to repair", self.state_command("repair").stdout)
        self.assertEqual(self.json_of("repair"), {"state_location": str(self.state), "found": [], "done": [], "left": []})

    def test_a_broken_document_is_kept_and_the_backup_put_in_its_place(self):
        self.state_command("rm", "compute-01")
        self.state.write_text("{", encoding="utf-8")
        os.utime(self.state, (0, 0))
        done = self.state_command("repair")
        self.assertIn("found: ", done.stderr)
        self.assertIn("Repaired:", done.stdout)
        self.assertEqual(len(self.read_state()["vms"]), 2)
        (kept,) = [name for name in self.names() if name.startswith("state.json.corrupt-")]
        self.assertEqual((self.folder / kept).read_text(encoding="utf-8"), "{")
        again = self.json_of("repair")
        self.assertEqual(again["done"], [])
        self.assertIn("was edited by hand", again["left"][0])  # the first document here has no checksum

    def test_both_bad(self):
        for name in ("state.json", "state.json.backup"):
            (self.folder / name).write_text("{", encoding="utf-8")
            os.utime(self.folder / name, (0, 0))
        self.assertIn("neither is touched", self.state_command("repair", code=8).stderr)
        self.assertEqual(self.names(), {"state.json", "state.json.backup"})


class Lock(StateCommand):
    def test_nobody(self):
        self.assertIn("nobody is at work", self.state_command("lock").stdout)
        self.assertEqual(self.json_of("lock"), {"state_location": str(self.state), "held": False, "holder": None})

    def test_the_holder(self):
        start = self.start_command("--state", self.state.with_name("new.json"), "--connect", "test:///default", "hpc", "start", self.configuration(),
                                   "--wait=100s")
        for line in start.stderr:
            if line.startswith("waiting for addresses"):
                break
        base = ["--state", self.state.with_name("new.json"), "state", "lock"]
        held = json.loads(self.run_command(*base, "-o", "json").stdout)
        self.assertTrue(held["held"])
        self.assertEqual((held["holder"]["what"], held["holder"]["pid"]), ("hpc start", start.pid))
        self.assertRegex(self.run_command(*base).stdout, rf"At work: hpc start \(pid {start.pid} on ")
        start.kill()
        start.wait()
        self.assertIn("nobody", self.run_command(*base).stdout)


class Edit(StateCommand):
    def test_rm_forgets_a_vm_and_the_disks_that_only_it_uses(self):
        self.assertEqual(self.json_of("rm", "controller")["removed"], ["vm/controller", "volume/controller"])
        state = self.read_state()
        self.assertEqual([vm["name"] for vm in state["vms"]], ["compute-01"])
        self.assertEqual([volume["name"] for volume in state["volumes"]], ["shared"])
        self.assertIn("vm/compute-01, volume/shared are no longer in it", self.state_command("rm", "compute-01").stdout)
        self.assertEqual(self.read_state()["volumes"], [])

    def test_rm_of_none(self):
        before = self.state.read_bytes()
        self.assertIn('no VM "nope"', self.state_command("rm", "nope", code=2).stderr)
        self.assertEqual(self.state.read_bytes(), before)
        self.state_command("rm", code=4)

    def test_mv_renames_a_vm_that_has_no_machine(self):
        document = self.read_state()
        for vm in document["vms"]:
            del vm["domain_uuid"]
        self.write_state(document)
        self.assertEqual(self.json_of("mv", "compute-01", "compute-02")["new_name"], "compute-02")
        self.assertEqual([vm["name"] for vm in self.read_state()["vms"]], ["controller", "compute-02"])
        self.assertIn("VM compute-02 is now c3", self.state_command("mv", "compute-02", "c3").stdout)

    def test_mv_refuses(self):
        for words, code, why in ((["compute-01", "x"], 1, "UUID and mark follow from its name"), (["compute-01", "controller"], 7, "is there"),
                                 (["nope", "x"], 2, "no VM"), (["compute-01"], 4, "")):
            done = self.state_command("mv", *words, code=code)
            self.assertIn(why, done.stderr)
        document = self.read_state()
        del document["vms"][1]["domain_uuid"]
        self.write_state(document)
        before = self.state.read_bytes()
        self.assertIn("expected a name", self.state_command("mv", "compute-01", "a b", code=1).stderr)
        self.assertEqual(self.state.read_bytes(), before)


class FullOutput(StateCommand):
    def test_each_says_so(self):
        for words in (["show"], ["backup"], ["lock"], ["repair"]):
            with open("/dev/full", "w", encoding="utf-8") as full:
                done = self.state_command(*words, stdout=full, code=5)
            self.assertIn("standard output", done.stderr)


if __name__ == "__main__":
    unittest.main()

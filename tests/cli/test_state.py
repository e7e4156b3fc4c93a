# SPDX-License-Identifier: MIT
"""The group `state`: what is stored, without libvirt."""
import json
import os
import pathlib
import re
import resource
import shutil
import subprocess
import tempfile
import unittest

from command import BINARY, GOLDEN, TIMEOUT_S, CommandTest, state_document, vm_document

LAYOUT_2 = (GOLDEN.parent / "layout-2.json").read_text(encoding="utf-8")


class StateTest(CommandTest):
    def state_command(self, *words, **more):
        return self.run_command("--state", self.state, "state", *words, **more)

    def json_of(self, *words, code=0):
        return json.loads(self.state_command(*words, "-o", "json", code=code).stdout)

    def signed(self, *vms):
        """A state as the command writes it, with a backup."""
        self.write_state(state_document(list(vms) or [vm_document("controller")]))
        old = self.folder / "old.json"
        old.write_text(LAYOUT_2.replace('"lab"', '"demo"', 1), encoding="utf-8")
        self.state_command("import", old, "--force")

    def files(self):
        """Everything about the files in the folder."""
        return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns, path.stat().st_ctime_ns, path.read_bytes()) for path in self.folder.iterdir()}

    def old_state(self, name="old.json", text=LAYOUT_2):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def make_old(self):
        os.utime(self.state, (0, 0))  # nobody is just copying it


class List(StateTest):
    def test_shape(self):
        self.write_state(state_document([vm_document("controller"), vm_document("compute-01", "CRASHED", state_reason="panicked")]))
        self.check_golden("state-list.json", self.json_of("list"))

    def test_forms(self):
        self.write_state(state_document([vm_document("controller", ip_address="192.168.100.10"), vm_document("compute-01", "SHUTOFF")]))
        self.assertEqual(self.state_command("list").stdout,
                         "NAME        STATE    IP              LAST SEEN\n"
                         "controller  RUNNING  192.168.100.10  2025-10-21T14:32:15.123456Z\n"
                         "compute-01  SHUTOFF  -               2025-10-21T14:32:15.123456Z\n")
        self.assertEqual(self.state_command("list", "-o", "name").stdout, "controller\ncompute-01\n")
        self.assertIn("  - name: compute-01\n", self.state_command("list", "-o", "yaml").stdout)
        self.assertIn("markdown", self.state_command("list", "-o", "markdown", code=4).stderr)

    def test_where_memory_is_tight(self):
        self.write_state(state_document([vm_document("controller")]))
        limit = 16 << 20  # room for one thread, and a little more
        done = self.state_command("list", "-o", "name", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (limit, limit)))
        self.assertEqual(done.stdout, "controller\n")

    def test_no_state(self):
        self.assertIn("no state at", self.state_command("list", code=2).stderr)

    def test_a_corrupt_state(self):
        self.state.write_text("{", encoding="utf-8")
        self.make_old()
        self.assertIn("state.json:1:2", self.state_command("list", code=8).stderr)

    def test_arguments_and_options(self):
        self.assertIn("does not take", self.state_command("list", "x", code=4).stderr)
        self.assertIn("no option", self.state_command("list", "--force", code=4).stderr)

    def test_nothing_is_written_and_libvirt_is_never_loaded(self):
        self.signed()
        before = self.files()
        trace = self.folder.parent / (self.folder.name + ".trace")
        self.addCleanup(trace.unlink, missing_ok=True)
        for words in (["list"], ["verify"], ["verify", str(self.state)]):
            subprocess.run(["strace", "-f", "-o", trace, "-e", "trace=%file,%network,%process", BINARY, "--state", self.state, "state", *words],
                           cwd=self.folder, env=self.environment, stdout=subprocess.DEVNULL, check=True, timeout=TIMEOUT_S)
            calls = trace.read_text(encoding="utf-8", errors="replace")
            self.assertIn("state.json", calls)
            for forbidden in (r"libvirt", r"\bsocket\(", r"\bconnect\(", r"O_WRONLY", r"O_RDWR", r"O_CREAT", r"\brename", r"\bunlink", r"\bmkdir"):
                self.assertIsNone(re.search(forbidden, calls), f"{words}: {forbidden}\n{calls}")
        self.assertEqual(self.files(), before)


class Verify(StateTest):
    def verdicts(self, *words, code=0):
        return [document["verdict"] for document in self.json_of("verify", *words, code=code)["documents"]]

    def test_shape(self):
        self.signed()
        document = json.loads(self.state.read_text(encoding="utf-8"))
        document["vms"][0]["cpu_cores"] = 0
        document["status"] = "fine"
        self.write_state(document)
        self.make_old()
        self.check_golden("state-verify.json", self.json_of("verify", code=8))

    def test_valid(self):
        self.signed()
        self.assertEqual(self.verdicts(), ["valid", "edited"])  # what was written by hand became the backup
        self.assertEqual(self.verdicts(str(self.state)), ["valid"])
        self.assertEqual(self.state_command("verify", "-o", "name").stdout, "valid\n")
        self.assertRegex(self.state_command("verify").stdout, r"state\.json +valid +2 ")

    def test_every_change_is_told(self):
        self.signed()
        whole = self.state.read_bytes()
        for changed in (whole.replace(b"RUNNING", b"SHUTOFF", 1), whole + b"\n", whole.replace(b"xxh128:", b"xxh128:0"), whole.replace(b"checksum", b"Checksum")):
            self.state.write_bytes(changed)
            for words in ([], [str(self.state)]):
                self.assertEqual(self.verdicts(*words)[0], "edited")
                self.assertEqual(self.verdicts(*words, "--strict", code=8)[0], "edited")
        self.assertIn("checksum differs", self.state_command("verify").stdout)

    def test_unsigned(self):
        self.write_state({key: value for key, value in state_document([]).items() if key != "aihow"})
        self.assertEqual(self.verdicts(), ["unsigned", "absent"])
        self.state_command("verify", "--strict", code=8)

    def test_corrupt_and_where(self):
        self.signed()
        self.state.write_bytes(self.state.read_bytes().replace(b'"cpu_cores": 4,', b'"cpu_cores": "four",', 1))
        self.make_old()
        (problem,) = self.json_of("verify", code=8)["documents"][0]["problems"]
        self.assertEqual(problem, {"line": 10, "column": 20, "pointer": "/vms/0/cpu_cores",
                                   "message": 'expected an integer from 1 to 4096, found "four"'})
        shown = self.state_command("verify", code=8).stdout
        self.assertRegex(shown, r"state\.json +corrupt +- +10:20 /vms/0/cpu_cores +expected an integer")
        self.assertRegex(shown, r"state\.json\.backup +edited")
        self.assertEqual(self.state_command("verify", self.state, code=8).stdout.count("\n"), 2)

    def test_a_corrupt_backup(self):
        self.signed()
        self.state.with_name("state.json.backup").write_text("{", encoding="utf-8")
        self.assertEqual(self.verdicts(code=8), ["valid", "corrupt"])

    def test_rules_beyond_the_form(self):
        self.write_state(state_document([vm_document("a"), vm_document("a")]))
        (problem,) = self.json_of("verify", code=8)["documents"][0]["problems"]
        self.assertEqual(problem["pointer"], "/vms/1/name")
        self.assertGreater(problem["line"], 20)

    def test_other_findings(self):
        self.signed()
        self.state.with_name("state.json.tmp").write_text("x", encoding="utf-8")
        self.assertIn("state.json.tmp", self.json_of("verify")["notices"][0])
        self.assertIn("state.json.tmp", self.state_command("verify").stdout)

    def test_another_layout_and_a_newer_one(self):
        self.old_state(self.state.name)
        self.assertEqual(self.verdicts(code=8), ["unsupported", "absent"])
        self.assertIn("ai-how state import FILE", self.state_command("verify", self.state, code=8).stdout)
        document = state_document([])
        document["aihow"]["format_version"] = 2
        self.write_state(document)
        self.assertEqual(self.verdicts(str(self.state), code=8), ["unsupported"])

    def test_nothing_there(self):
        self.assertIn("no state at", self.state_command("verify", code=2).stderr)
        self.assertIn("none.json", self.state_command("verify", "none.json", code=2).stderr)

    def test_what_is_no_file(self):
        self.assertEqual(self.verdicts("/dev/null", code=8), ["corrupt"])
        self.assertEqual(self.verdicts(str(self.folder), code=8), ["corrupt"])

    def test_arguments(self):
        self.assertIn("does not take", self.state_command("verify", "a", "b", code=4).stderr)

    def test_locked(self):
        # Sound, it waits for nobody; what is found must not be a commit that is under way.
        self.signed()
        self.hold_lock(0)
        self.state_command("verify", "--lock-timeout", "0")
        self.state.with_name("state.json.tmp").write_text("x", encoding="utf-8")
        self.assertIn("state.json", self.state_command("verify", "--lock-timeout", "0", code=6).stderr)


class Import(StateTest):
    def test_shape(self):
        self.check_golden("state-import.json", self.json_of("import", self.old_state()))

    def test_a_new_state(self):
        done = self.state_command("import", self.old_state())
        self.assertIn("old.json: hpc cluster lab is now in ", done.stdout)
        self.assertIn("lab-compute-01  CRASHED", done.stdout)
        self.assertEqual(self.state_command("import", self.old_state(), "-o", "name", "--force").stdout, "lab-controller\nlab-compute-01\nlab-compute-02\n")
        self.assertEqual(self.json_of("verify")["verdict"], "valid")
        text = self.state.read_text(encoding="utf-8")
        for kept in ('"available_gb": 9.1925e2', '"allocation_gb": 12.250', '"gpu_assigned": "NVIDIA RTX A6000 \\u00b5"',
                     '"numa": {"nodes": [0, 1.50, 12345678901234567890123], "role": "x"}', '"config_file_path": "config/lab.yaml"'):
            self.assertIn(kept, text)

    def test_a_state_that_stands(self):
        old = self.old_state()
        self.state_command("import", old)
        before = self.state.read_bytes()
        self.assertIn("--force", self.state_command("import", old, code=1).stderr)
        self.assertEqual(self.state.read_bytes(), before)
        changed = self.old_state(text=LAYOUT_2.replace('"cpu_cores": 4', '"cpu_cores": 5'))
        self.assertEqual(self.json_of("import", changed, "--force")["revision"], 2)
        self.assertEqual(self.read_state()["vms"][0]["cpu_cores"], 5)
        self.assertEqual(self.state.with_name("state.json.backup").read_bytes(), before)

    def test_another_cluster(self):
        self.write_state(state_document([]))
        before = self.state.read_bytes()
        for options in ([], ["--force"]):
            done = self.state_command("import", self.old_state(), *options, code=1)
            self.assertIn('"demo" (hpc)', done.stderr)
            self.assertIn('"lab" (hpc)', done.stderr)
        self.assertEqual(self.state.read_bytes(), before)

    def test_in_its_place(self):
        self.old_state(self.state.name)
        for command in (["state", "list"], ["hpc", "status"], ["plan", "clusters", self.configuration()]):
            self.assertIn("`ai-how state import FILE`", self.run_command("--state", self.state, *command, code=8).stderr)
        done = self.state_command("import", self.state)
        self.assertIn("state.json.layout-2", done.stderr)
        self.assertEqual(self.state.with_name("state.json.layout-2").read_text(encoding="utf-8"), LAYOUT_2)
        self.assertEqual(self.json_of("verify")["verdict"], "valid")
        self.assertIn("already", self.state_command("import", self.state, code=1).stderr)

    def test_malformed(self):
        for text, told, code in ((LAYOUT_2.replace('"cpu_cores": 8', '"cpu_cores": "8"', 1), 'old.json:22:20: /compute_nodes/0/cpu_cores: expected an integer', 8),
                                 (LAYOUT_2[:-10], "old.json:", 8), ("{}", "no state of the existing Python tool", 1),
                                 (LAYOUT_2.replace('"2.0"', '"4.0"'), 'found "4.0"', 8), (LAYOUT_2.replace("/24", "/240"), "/network_config/subnet", 1)):
            self.assertIn(told, self.state_command("import", self.old_state(text=text), code=code).stderr)
            self.assertEqual([path.name for path in self.folder.iterdir()], ["old.json"])

    def test_nothing_there(self):
        self.assertIn("none.json", self.state_command("import", "none.json", code=2).stderr)
        self.assertIn("needs FILE", self.state_command("import", code=4).stderr)

    def test_locked(self):
        old = self.old_state()
        self.hold_lock(1)
        self.assertIn("state.json", self.state_command("import", old, "--lock-timeout", "0", code=6).stderr)
        self.assertFalse(self.state.exists())

    def test_permission(self):
        old = self.old_state()
        other = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        binary = BINARY
        if other:
            tools = pathlib.Path(tempfile.mkdtemp(prefix="ai-how-cli-"))
            self.addCleanup(shutil.rmtree, tools)
            binary = shutil.copy(BINARY, tools)
            tools.chmod(0o755)
        self.folder.chmod(0o755 if other else 0o555)
        old.chmod(0o644)
        done = subprocess.run([binary, "--state", self.state, "state", "import", old], cwd="/", env=self.environment, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=TIMEOUT_S, check=False, **other)
        self.folder.chmod(0o755)
        self.assertEqual(done.returncode, 3, done.stderr)

    def test_a_killed_import_is_finished_by_the_next(self):
        """Killed at each of its calls that change files: the old state or the new one, and the command again does the rest."""
        calls = "openat,write,pwrite64,fsync,rename,renameat,renameat2,unlinkat,linkat"
        for in_place in (False, True):
            for number in range(1, 200):
                for path in self.folder.iterdir():
                    path.unlink()
                old = self.old_state(self.state.name if in_place else "old.json")
                command = [BINARY, "--state", self.state, "state", "import", str(old)]
                ended = subprocess.run(["strace", "-f", "-o", "/dev/null", "-e", f"trace={calls}", "-e", f"inject={calls}:signal=KILL:when={number}", *command],
                                       cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
                if ended.returncode == 0:
                    break
                listed = self.state_command("list", "-o", "name", code=None)
                self.assertIn(listed.returncode, (0, 8) if in_place else (0, 2), listed.stderr)
                done = self.state_command("import", old, code=None)
                if listed.returncode == 0:
                    self.assertEqual(done.returncode, 1, done.stderr)
                else:
                    self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(self.state_command("list", "-o", "name").stdout.split()[0], "lab-controller")
                left = {path.name for path in self.folder.iterdir()} - {
                    "old.json", "state.json", "state.json.backup", "state.json.history", "state.json.layout-2", ".state.json.lock"}
                if done.returncode == 0:
                    self.assertEqual(left, set())
                if in_place:
                    self.assertEqual(self.state.with_name("state.json.layout-2").read_text(encoding="utf-8"), LAYOUT_2)
            else:
                self.fail("it never ended by itself")
            self.assertGreater(number, 10)


if __name__ == "__main__":
    unittest.main()

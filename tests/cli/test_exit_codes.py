# SPDX-License-Identifier: MIT
"""Each exit code is reached."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from command import BINARY, TIMEOUT_S, CommandTest, domain_xml, state_document, vm_document

NOWHERE = "qemu+unix:///system?socket=/nonexistent/libvirt-sock"


class ExitCodes(CommandTest):
    def test_0_done(self):
        uri = self.demo(controller="RUNNING")
        self.run_command("--state", self.state, "--connect", uri, "hpc", "status", code=0)

    def test_1_failed_configuration(self):
        path = self.folder / "bad.yaml"
        path.write_text("version: 2\n", encoding="utf-8")
        self.assertIn("bad.yaml:1:", self.run_command("validate", path, code=1).stderr)

    def test_1_failed_operation(self):
        uri = self.node_file(domain_xml("controller", run_state="5"))
        self.write_state(state_document([vm_document("controller", "RUNNING", uri)]))
        base = ["--state", self.state, "--connect", uri]
        self.assertIn("controller", self.run_command(*base, "vm", "pause", "controller", code=1).stderr)
        self.assertIn("demo", self.run_command(*base, "cloud", "status", code=1).stderr)

    def test_2_not_found(self):
        uri = self.demo(controller="RUNNING")
        base = ["--state", self.state, "--connect", uri]
        self.assertIn("none.yaml", self.run_command("validate", "none.yaml", code=2).stderr)
        self.assertIn("'none'", self.run_command(*base, "vm", "status", "none", code=2).stderr)
        self.run_command(*base, "vm", "start", "none", code=2)
        self.state.unlink()
        base = ["--state", self.state, "--connect", "test:///default"]
        for command in (["hpc", "status"], ["hpc", "stop"], ["hpc", "destroy", "--force"], ["cloud", "status"]):
            self.assertIn("start CONFIG", self.run_command(*base, *command, code=2).stderr)
        self.run_command(*base, "vm", "status", "controller", code=2)

    def test_3_permission_denied(self):
        # As another user, where this one may read everything.
        other = {}
        binary = BINARY
        if os.geteuid() == 0:
            tools = pathlib.Path(tempfile.mkdtemp(prefix="ai-how-cli-"))
            self.addCleanup(shutil.rmtree, tools)
            binary = shutil.copy(BINARY, tools)
            tools.chmod(0o755)
            other = {"user": 65534, "group": 65534, "extra_groups": []}
            self.folder.chmod(0o755)
        uri = self.demo(controller="RUNNING")
        self.state.chmod(0 if not other else 0o600)
        done = subprocess.run([binary, "--state", self.state, "--connect", uri, "hpc", "status"], cwd="/", env=self.environment, capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, timeout=TIMEOUT_S, check=False, **other)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("state.json", done.stderr)

    def test_4_bad_command_line(self):
        self.run_command("hpc", "fly", code=4)

    def test_4_a_question_that_cannot_be_asked(self):
        self.run_command("--state", self.state, "hpc", "destroy", code=4)

    def test_5_libvirt_does_not_answer(self):
        self.assertIn(NOWHERE, self.run_command("--state", self.state, "--connect", NOWHERE, "hpc", "status", code=5).stderr)
        self.write_state(state_document([vm_document("controller", "RUNNING", NOWHERE)]))
        for command in (["hpc", "stop"], ["hpc", "destroy", "--force"], ["vm", "stop", "controller"]):
            self.assertIn(NOWHERE, self.run_command("--state", self.state, "--connect", NOWHERE, *command, code=5).stderr)
        done = self.run_command("--state", self.state, "--connect", NOWHERE, "vm", "status", "controller", code=5)
        self.assertIn("RUNNING (unreachable since", done.stdout)

    def test_5_the_last_known_table_is_shown(self):
        self.write_state(state_document([vm_document("controller", "RUNNING", NOWHERE)]))
        done = self.run_command("--state", self.state, "--connect", NOWHERE, "hpc", "status", code=5)
        self.assertIn("RUNNING (unreachable since ", done.stdout)
        self.assertRegex(done.stdout, r"Status +running \(1 unreachable since ")
        self.assertIn("does not answer", done.stderr)
        document = json.loads(self.run_command("--state", self.state, "--connect", NOWHERE, "hpc", "status", "--json", code=5).stdout)
        self.assertEqual(document["vms"][0]["state"], "RUNNING")
        self.assertEqual(document["unreachable"][0]["hypervisor"], NOWHERE)

    def test_5_standard_output_is_full(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            self.assertIn("No space left on device", self.run_command("version", stdout=full, code=5).stderr)
            self.assertIn("No space left on device", self.run_command("--help", stdout=full, code=5).stderr)

    def test_5_the_reader_is_gone(self):
        reading, writing = os.pipe()
        os.close(reading)
        try:
            self.assertIn("Broken pipe", self.run_command("version", stdout=writing, code=5).stderr)
        finally:
            os.close(writing)

    def test_5_standard_output_is_closed(self):
        done = subprocess.run(["/bin/sh", "-c", 'exec "$0" version >&-', BINARY], env=self.environment, capture_output=True, text=True,
                              timeout=TIMEOUT_S, check=False)
        self.assertEqual(done.returncode, 5, done.stderr)

    def test_6_locked(self):
        uri = self.demo(controller="RUNNING")
        self.hold_lock(1)
        for command in (["hpc", "stop"], ["hpc", "destroy", "--force"], ["vm", "pause", "controller"], ["hpc", "start", self.configuration()]):
            done = self.run_command("--lock-timeout", "0", "--state", self.state, "--connect", uri, *command, code=6)
            self.assertIn("state.json", done.stderr)
        self.run_command("--lock-timeout", "0", "--state", self.state, "--connect", uri, "hpc", "status", code=0)

    def test_7_conflict(self):
        # The operation lock's file is removed while a start waits; the next thing that it has to record is refused.
        process = self.start_command("--state", self.state, "--connect", "test:///default", "hpc", "start", self.configuration(), "--wait=60s")
        for line in process.stderr:
            if line.startswith("waiting for addresses"):
                break
        self.state.with_name(".state.json.lock").unlink()
        document = self.read_state()
        document["vms"][0]["state"] = "PAUSED"
        self.write_state(document, self.folder / "edited.json")
        os.rename(self.folder / "edited.json", self.state)
        _, errors = process.communicate(timeout=TIMEOUT_S)
        self.assertEqual(process.returncode, 7, errors)
        self.assertIn("state.json", errors)

    def test_8_corrupt(self):
        self.state.write_text("not a document", encoding="utf-8")
        os.utime(self.state, (0, 0))  # nobody is just copying it
        for command in (["hpc", "status"], ["hpc", "stop"], ["vm", "status", "controller"], ["plan", "clusters", self.configuration()]):
            done = self.run_command("--state", self.state, "--connect", "test:///default", *command, code=8)
            self.assertIn("state.json", done.stderr)
        self.assertEqual(self.state.read_text(encoding="utf-8"), "not a document")

    def test_10_drift(self):
        self.demo(controller="PAUSED")
        self.run_command("--state", self.state, "drift", code=10)
        self.run_command("--state", self.state, "refresh", code=0)
        self.run_command("--state", self.state, "drift", code=0)

    def test_8_of_a_newer_version(self):
        document = state_document([])
        document["aihow"]["format_version"] = 99
        self.write_state(document)
        before = self.state.read_bytes()
        self.run_command("--state", self.state, "--connect", "test:///default", "hpc", "status", code=8)
        self.assertEqual(self.state.read_bytes(), before)


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: MIT
"""What is shown, where, and in which shape."""
import json
import signal
import time
import unittest

from command import CommandTest, state_document, vm_document

NOWHERE = "qemu+unix:///system?socket=/nonexistent/libvirt-sock"


class Shapes(CommandTest):
    """-o json is an interface: its members are documented in docs/command.md."""

    def status(self, *more, uri, code=0):
        return json.loads(self.run_command("--state", self.state, "--connect", uri, *more, "-o", "json", code=code).stdout)

    def test_status(self):
        uri = self.demo(controller="RUNNING", **{"compute-01": "SHUTOFF"})
        self.check_golden("status.json", self.status("hpc", "status", uri=uri))

    def test_status_unreachable(self):
        self.write_state(state_document([vm_document("controller", "RUNNING", NOWHERE)]))
        document = self.status("hpc", "status", uri=NOWHERE, code=5)
        document["unreachable"][0]["why"] = "WHY"
        self.check_golden("status-unreachable.json", document)

    def test_vm_status(self):
        uri = self.demo(controller="RUNNING")
        self.check_golden("vm-status.json", self.status("vm", "status", "controller", uri=uri))

    def test_vm_action(self):
        uri = self.demo(controller="RUNNING")
        document = self.status("vm", "pause", "controller", uri=uri)
        self.assertEqual(document["state"], "PAUSED")
        self.check_golden("vm-pause.json", document)

    def test_stop(self):
        uri = self.demo(controller="RUNNING")
        document = self.status("hpc", "stop", uri=uri)
        self.assertEqual(document["vms"][0]["state"], "SHUTOFF")
        self.check_golden("stop.json", document)

    def test_destroy(self):
        uri = self.demo(controller="RUNNING")
        self.check_golden("destroy.json", self.status("hpc", "destroy", "--force", uri=uri))

    def test_plan(self):
        self.check_golden("plan.json", self.status("plan", "clusters", self.configuration(), uri=NOWHERE))

    def test_validate(self):
        path = self.configuration(extra="monitoring: {}")
        self.check_golden("validate.json", self.status("validate", path, uri=NOWHERE))

    def test_validate_refreshes(self):
        uri = self.demo(controller="SHUTOFF")
        self.check_golden("validate-refreshed.json", self.status("validate", self.configuration(), uri=uri))

    def test_validate_problems(self):
        self.check_golden("validate-problems.json", self.status("validate", self.configuration(memory="many"), uri=NOWHERE, code=1))


class Plan(CommandTest):
    def test_forms(self):
        path = self.configuration()
        base = ["--state", self.state, "plan", "clusters", path]
        self.assertIn("create  vm       compute-01", self.run_command(*base).stdout)
        self.assertIn("| create | vm | compute-01 |", self.run_command(*base, "-o", "markdown").stdout)
        self.assertIn("vm/compute-01\n", self.run_command(*base, "-o", "name").stdout)
        self.assertFalse(self.state.exists())

    def test_differences_are_listed(self):
        self.demo(controller="RUNNING")
        shown = self.run_command("--state", self.state, "plan", "clusters", self.configuration()).stdout
        self.assertIn("memory_gb", shown)

    def test_a_state_of_another_cluster_is_refused(self):
        self.demo(controller="RUNNING")
        done = self.run_command("--state", self.state, "plan", "clusters", self.configuration(cluster="other"), code=1)
        self.assertIn("'demo' (hpc)", done.stderr)
        self.assertIn("'other' (hpc)", done.stderr)


class Terminal(CommandTest):
    def base(self):
        return ["--state", self.state, "--connect", self.demo(controller="RUNNING", **{"compute-01": "RUNNING"})]

    def test_progress_only_on_a_terminal(self):
        base = self.base()
        shown = self.run_on_terminal(*base, "hpc", "stop")
        self.assertRegex(shown, r"\rstopping VMs  0 of 2  0:00\x1b\[K")
        self.assertRegex(shown, r"\r\x1b\[Kstopping VMs: 2 of 2 in 0:\d\d\r\n")
        self.base()
        done = self.run_command(*base, "hpc", "stop")
        self.assertNotIn("\r", done.stderr + done.stdout)
        self.assertNotIn("\033", done.stderr + done.stdout)
        self.assertIn("stopping VMs (2)\n", done.stderr)
        self.assertNotIn("stopping", done.stdout)

    def test_a_dumb_terminal_is_none(self):
        self.assertNotIn("\033", self.run_on_terminal(*self.base(), "hpc", "stop", env={"TERM": "dumb"}))

    def test_colours_only_where_wanted(self):
        base = [*self.base(), "hpc", "status"]
        self.assertIn("\033[32mRUNNING\033[0m", self.run_on_terminal(*base))
        for options, env in ((["--no-color"], {}), ([], {"NO_COLOR": "1"})):
            shown = self.run_on_terminal(*base, *options, env=env)
            self.assertNotIn("\033[3", shown)
            self.assertNotIn("\033[1m", shown)
        self.assertIn("\033[31merror:\033[0m", self.run_on_terminal("hcp", code=4))
        self.assertNotIn("\033[31m", self.run_on_terminal("hcp", "--no-color", code=4))

    def test_hostile_texts_are_escaped(self):
        uri = self.demo(controller="RUNNING")
        self.write_state(state_document([vm_document("controller", "RUNNING", NOWHERE, state_reason="x\033[2J\u202ey")]))
        for command in (["hpc", "status"], ["vm", "status", "controller"]):
            done = self.run_command("--state", self.state, "--connect", uri, *command, code=None)
            self.assertNotIn("\033", done.stdout + done.stderr)
            self.assertNotIn("\u202e", done.stdout + done.stderr)


class Interrupted(CommandTest):
    def waiting(self):
        """A command that waits for the operation lock."""
        uri = self.demo(controller="RUNNING")
        self.hold_lock(1)
        process = self.start_command("--log-file", "log", "--lock-timeout", "100s", "--state", self.state, "--connect", uri, "hpc", "stop")
        return process

    def when_caught(self, process, number):
        """Sends a signal as soon as the process catches it."""
        deadline = time.monotonic() + 30
        mask = 1 << (number - 1)
        while time.monotonic() < deadline:
            with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
                caught = next(int(line.split()[1], 16) for line in status if line.startswith("SigCgt"))
            if caught & mask:
                process.send_signal(number)
                return
            time.sleep(0.01)
        self.fail("the signal is never caught")

    def test_the_first_signal_ends_the_work_in_order(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.waiting()
            self.when_caught(process, number)
            _, errors = process.communicate(timeout=30)
            self.assertEqual(process.returncode, 1, errors)
            self.assertIn("error:", errors)
            self.doCleanups()
            self.setUp()

    def test_the_second_one_ends_it_at_once(self):
        import socket
        silent = socket.socket(socket.AF_UNIX)
        self.addCleanup(silent.close)
        silent.bind(str(self.folder / "s"))
        silent.listen(5)
        process = self.start_command("--timeout", "100s", "--state", self.state, "--connect", f"qemu+unix:///system?socket={self.folder}/s",
                                     "hpc", "status")
        silent.settimeout(30)
        silent.accept()
        self.when_caught(process, signal.SIGINT)
        deadline = time.monotonic() + 30
        while process.poll() is None and time.monotonic() < deadline:
            process.send_signal(signal.SIGINT)
            time.sleep(0.05)
        self.assertIn(process.returncode, (-signal.SIGINT, 1, 5))

    def test_a_signal_that_is_ignored_stays_ignored(self):
        process = self.start_command("--timeout", "2s", "--state", self.state, "--connect", "qemu+unix:///system?socket=/nonexistent/s", "hpc", "status",
                                     preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, 5)


if __name__ == "__main__":
    unittest.main()

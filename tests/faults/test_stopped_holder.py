# SPDX-License-Identifier: MIT
"""A command that is stopped while it holds a lock: others wait as long as they were told to, then say who holds it; readers answer; when it dies
the next one goes on at once; when it goes on, nothing is lost. strace stops it, at a call that it makes under the lock."""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import tempfile
import time
import unittest

from calls import GOLDEN, TIMEOUT_S, run, start, vms_of

BEFORE = ("compute-01", "bare")
AFTER = ("compute-01", "other")
MOVE = ("state", "mv", "bare", "other")
# Where it is stopped, and what stands then: before its document is in place, and after.
POINTS = {"fsync": BEFORE, "renameat2": AFTER}
FILES = {"state.json", "state.json.backup", "state.json.history", ".state.json.lock"}


class Traced:
    """A command under strace, in the folder's state; what it does is in a file outside of that."""

    def __init__(self, test, *words, inject=None):
        self.trace = test.scratch / f"trace-{len(list(test.scratch.iterdir()))}"
        self.process = start(test.folder, *words, trace=self.trace, inject=inject)
        test.addCleanup(self.end)
        self.pid = int(self.wait_for(r"^(\d+) +execve\(")[1])

    def wait_for(self, pattern):
        """Until the trace has such a line."""
        until = time.monotonic() + TIMEOUT_S
        while time.monotonic() < until:
            text = self.trace.read_text(encoding="utf-8", errors="replace") if self.trace.exists() else ""
            if found := re.search(pattern, text, re.MULTILINE):
                return found
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        raise AssertionError(f"no {pattern} in the trace: {self.process.poll()}")

    def go_on(self):
        os.kill(self.pid, signal.SIGCONT)

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        self.process.wait(TIMEOUT_S)

    def finish(self):
        out, errors = self.process.communicate(timeout=TIMEOUT_S)
        return self.process.returncode, out, errors

    def end(self):
        if self.process.poll() is None:
            self.kill()
        self.process.communicate()


class StoppedHolder(unittest.TestCase):
    def setUp(self):
        if shutil.which("strace") is None:
            raise unittest.SkipTest("needs strace")
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="aihow-stopped-"))
        self.addCleanup(shutil.rmtree, self.scratch, ignore_errors=True)
        self.folder = self.scratch / "output"
        self.folder.mkdir()
        self.new_state()

    def new_state(self):
        for path in self.folder.iterdir():
            path.unlink()
        shutil.copy(GOLDEN / "format-1.json", self.folder / "state.json")

    def command(self, *words, code=0):
        done = run(self.folder, *words)
        self.assertEqual(done.returncode, code, f"{words}: {done.stdout}{done.stderr}")
        return done

    def stopped(self, *words, at="renameat2"):
        traced = Traced(self, *words, inject=f"{at}:signal=STOP:when=1")
        traced.wait_for(rf"^{traced.pid} +--- stopped by SIGSTOP")
        return traced

    def assert_names(self, text, traced, what):
        self.assertIn(what, text)
        self.assertIn(f"pid {traced.pid} on {socket.gethostname()}", text)
        self.assertRegex(text, r"since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")

    def assert_sound(self, vms):
        self.assertEqual(vms_of(self.folder / "state.json"), vms)
        self.assertEqual({path.name for path in self.folder.iterdir()}, FILES)
        verdict = json.loads(self.command("state", "verify", "-o", "json").stdout)
        for document in verdict["documents"]:
            self.assertIn(document["verdict"], ("valid", "unsigned"))

    def test_others_are_told_who_holds_the_operation_lock_at_once_where_they_may_not_wait(self):
        holder = self.stopped(*MOVE)
        for words in (("state", "mv", "compute-01", "renamed"), ("state", "rm", "compute-01"), ("state", "repair")):
            self.assert_names(self.command("--lock-timeout", "0", *words, code=6).stderr, holder, "state mv")

    def test_others_wait_as_long_as_they_may(self):
        holder = self.stopped(*MOVE)
        began = time.monotonic()
        self.assert_names(self.command("--lock-timeout", "1", "state", "rm", "compute-01", code=6).stderr, holder, "state mv")
        self.assertGreaterEqual(time.monotonic() - began, 1)

    def test_others_are_told_who_holds_the_commit_lock(self):
        # A status takes this one only.
        holder = self.stopped("--connect", "test:///default", "hpc", "status")
        self.assertIn("nobody is at work", self.command("state", "lock").stdout)
        for timeout in ("0", "1"):
            for words in (("state", "mv", "bare", "other"), ("state", "verify")):
                self.assert_names(self.command("--lock-timeout", timeout, *words, code=6).stderr, holder, "ai-how hpc status")
        holder.kill()
        self.command("--lock-timeout", "0", *MOVE)
        self.assert_sound(AFTER)

    def test_state_lock_shows_the_holder(self):
        holder = self.stopped(*MOVE)
        self.assert_names(self.command("state", "lock").stdout, holder, "state mv")
        shown = json.loads(self.command("state", "lock", "-o", "json").stdout)
        self.assertIs(shown["held"], True)
        self.assertRegex(shown["holder"].pop("since"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
        self.assertEqual(shown["holder"], {"what": "state mv", "program": "ai-how state mv", "host": socket.gethostname(), "pid": holder.pid})

    def test_readers_answer_meanwhile(self):
        for point, vms in POINTS.items():
            with self.subTest(point):
                self.new_state()
                holder = self.stopped(*MOVE, at=point)
                shown = json.loads(self.command("--lock-timeout", "0", "state", "list", "-o", "json").stdout)
                self.assertEqual(tuple(vm["name"] for vm in shown["vms"]), vms)
                for name in vms:
                    self.assertIn(name, self.command("--lock-timeout", "0", "state", "show", name).stdout)
                holder.kill()

    def test_the_next_goes_on_at_once_when_it_is_killed(self):
        for point, vms in POINTS.items():
            with self.subTest(point):
                self.new_state()
                self.stopped(*MOVE, at=point).kill()
                self.assertEqual(vms_of(self.folder / "state.json"), vms)
                self.assertIn("nobody is at work", self.command("state", "lock").stdout)
                self.command("--lock-timeout", "0", "state", "mv", vms[1], "third")
                self.assert_sound(("compute-01", "third"))

    def test_both_succeed_when_it_goes_on(self):
        for point in POINTS:
            with self.subTest(point):
                self.new_state()
                holder = self.stopped(*MOVE, at=point)
                waiting = Traced(self, "--lock-timeout", "100", "state", "rm", "compute-01")
                waiting.wait_for(r"F_OFD_SETLK.*EAGAIN")
                holder.go_on()
                for traced in (holder, waiting):
                    code, out, errors = traced.finish()
                    self.assertEqual(code, 0, out + errors)
                self.assert_sound(("other",))


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: MIT
"""Many writers at one state: the program tests/faults/writers, started in a folder of the test's own, and its figures."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

WRITERS = pathlib.Path(os.environ["AIHOW_BUILD"]) / "tests" / "faults" / "writers" / "writers"
TIMEOUT_S = 600  # none comes near it
LONG = os.environ.get("AIHOW_TEST_LONG") == "1"


class Crowd(unittest.TestCase):
    """Each test has a folder, in memory where there is such a place, and no process that outlives it."""

    maxDiff = None

    def setUp(self):
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        scratch = pathlib.Path(tempfile.mkdtemp(prefix="aihow-crowd-", dir=memory))
        self.addCleanup(shutil.rmtree, scratch, ignore_errors=True)
        self.errors = scratch / "errors.txt"
        self.folder = scratch / "output"  # with nothing in it but the state's own files
        self.folder.mkdir()
        self.state = self.folder / "state.json"

    def start(self, *words):
        """The program; it ends at SIGTERM, where nothing else ends it."""
        with open(self.errors, "w", encoding="utf-8") as errors:
            program = subprocess.Popen([str(word) for word in (WRITERS, self.state, *words)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                       stderr=errors, text=True)
        self.addCleanup(program.wait)
        self.addCleanup(program.stdout.close)
        self.addCleanup(program.kill)
        return program

    def finish(self, program):
        """Its figures, printed too. Everything that it checks held."""
        out, _ = program.communicate(timeout=TIMEOUT_S)
        self.assertEqual(program.returncode, 0, self.errors.read_text(encoding="utf-8")[:4000])
        print(f"{self._testMethodName}: {out.strip()}", flush=True)
        return json.loads(out)

    def stop(self, program):
        program.terminate()
        return self.finish(program)

    def run_writers(self, *words):
        return self.finish(self.start(*words))

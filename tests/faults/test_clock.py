# SPDX-License-Identifier: MIT
"""The clock is set back or forward between changes (libfaketime, for the command alone: files keep the time of the system): revisions order things,
time never does."""
import json
import os
import shutil
import unittest

from calls import Sweep, run, vms_of

CLOCKS = ("now", "1971-01-01 00:00:00", "2099-12-31 23:59:59", "+30y", "-30y", "now")


class Clock(Sweep):
    @classmethod
    def setUpClass(cls):
        if shutil.which("faketime") is None:
            raise unittest.SkipTest("needs faketime")
        super().setUpClass()

    def run_at(self, clock, folder, *words):
        before = () if clock == "now" else ("faketime", "-f", clock if clock[0] in "+-" else "@" + clock)
        # As where somebody sets a clock: neither do files change their times, nor does the clock that waits are measured with.
        environment = {**os.environ, "NO_FAKE_STAT": "1", "DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        return run(folder, *words, before=before, env=environment)

    def test_changes_follow_one_another_whatever_the_clock_says(self):
        folder = self.copy("update")
        name, revisions = "bare", []
        for number, clock in enumerate(CLOCKS * 2):
            done = self.run_at(clock, folder, "state", "mv", name, f"vm-{number}")
            self.assertEqual((done.returncode, done.stderr), (0, ""), clock)
            name = f"vm-{number}"
            state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
            revisions.append(state["aihow"]["revision"])
            self.assertIn(name, vms_of(folder / "state.json"))
        self.assertEqual(revisions, list(range(revisions[0], revisions[0] + len(revisions))))
        recorded = [json.loads(line)["revision"] for line in (folder / "state.json.history").read_text(encoding="utf-8").splitlines()]
        self.assertEqual(recorded[-len(revisions):], revisions)
        restored = self.run_at("-30y", folder, "state", "restore")
        self.assertEqual(restored.returncode, 0, restored.stderr)
        self.assertEqual(json.loads((folder / "state.json").read_text(encoding="utf-8"))["aihow"]["revision"], revisions[-1] + 1)

    def test_a_broken_state_is_not_waited_for_beyond_its_patience(self):
        for clock in CLOCKS:
            folder = self.copy("update")
            (folder / "state.json").write_text("{", encoding="utf-8")
            done = self.run_at(clock, folder, "state", "list", "-o", "name")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("answers for it", done.stderr, clock)
            mended = self.run_at(clock, folder, "state", "repair")
            self.assertEqual(mended.returncode, 0, mended.stderr)
            self.assertEqual(len(list(folder.glob("state.json.corrupt-*"))), 1, clock)


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: MIT
"""Many at once, with and without random deaths: no acknowledged change is lost, no revision is made twice, no lock and no file stays, readers see
whole states. The program tests/faults/writers holds its ledger against state and history; its figures are printed."""
import unittest

from crowd import LONG, Crowd

WRITERS = 16
CHANGES = 1000  # of each
KILLS = 10_000


class ManyWriters(Crowd):
    def check(self, figures):
        self.assertEqual(figures["done"], WRITERS * CHANGES)
        self.assertEqual(figures["refused"] + figures["conflicts"] + figures["cut_short"] + figures["jumps"], 0)
        # One that made the state, and two that the program makes at its end.
        self.assertEqual(figures["revision"], 1 + WRITERS * CHANGES + 2)
        self.assertEqual(figures["records"], figures["revision"])
        self.assertGreater(figures["reads"], 0)

    def test_processes(self):
        self.check(self.run_writers("--processes", WRITERS, "--changes", CHANGES))

    def test_threads_of_one_manager(self):
        self.check(self.run_writers("--threads", WRITERS, "--changes", CHANGES))

    def test_processes_that_are_killed_at_random(self):
        figures = self.run_writers("--processes", WRITERS, "--kills", KILLS * (5 if LONG else 1), "--kill-every-ms", 3)
        self.assertGreaterEqual(figures["kills"], KILLS)
        self.assertGreater(figures["kills_of_holders"], 0)
        self.assertGreater(figures["landed"], 0, "no death came between the commit and its acknowledgement")
        self.assertGreater(figures["notices"]["interrupted"], 0, "no death came in the middle of a commit")


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: MIT
"""People at the file beside 16 writers and two readers: what they put there is what follows is based on, what they did not touch is not lost, no
revision is made twice, no reader sees anything torn, no lock is broken. What the program tests/faults/writers holds against its ledger is told in
tests/faults/writers/options.hpp (Hands)."""
import unittest

from crowd import LONG, Crowd
from hands import MARK, Hand

TIMES = 5 if LONG else 1
COPIES = 800 * TIMES
COPIES_BESIDE_DEATHS = 400 * TIMES
ROUNDS = 80 * TIMES  # of each kind of edit
CLEANUPS = 600 * TIMES
REMOVALS = 200 * TIMES


class Hands(Crowd):
    def begin(self, hands, *words):
        program = self.start("--processes", 16, "--hands", hands, *words)
        hand = Hand(self.folder)
        hand.wait("changes", lambda: hand.history.exists() and hand.revision() > 20)
        self.lock = (self.folder / ".state.json.lock").stat().st_ino
        return program, hand

    def end(self, program):
        figures = self.stop(program)
        self.assertEqual((self.folder / ".state.json.lock").stat().st_ino, self.lock)
        self.assertEqual(sorted(path.name for path in self.folder.glob("*corrupt*")), [])
        self.assertGreater(figures["reads"], 0)
        return figures

    def test_the_backup_is_copied_over_the_state_again_and_again(self):
        program, hand = self.begin("edit")
        backup = self.folder / "state.json.backup"
        copies = unclear = 0
        while copies < COPIES:
            has_hit = hand.copy_over(backup.read_bytes())
            copies += has_hit
            unclear += not has_hit
            hand.wait_for_changes()
        figures = self.end(program)
        # Each copy was the base of what followed it, and nothing else was taken back.
        self.assertGreaterEqual(figures["jumps"], copies)
        self.assertLessEqual(figures["jumps"], copies + unclear)
        self.assertLess(unclear, COPIES / 20)
        print(f"copies: {copies}, and {unclear} in the moment of an exchange", flush=True)
        self.assertGreater(figures["notices"]["older"], 0)
        self.assertEqual(figures["records"], figures["revision"])

    def test_the_backup_is_copied_over_the_state_while_writers_die(self):
        program, hand = self.begin("edit", "--kills", 1_000_000, "--kill-every-ms", 5)
        copies = 0
        while copies < COPIES_BESIDE_DEATHS:
            copies += hand.shell("cp state.json.backup state.json")
            hand.wait_for_changes()
        figures = self.end(program)
        self.assertLessEqual(figures["jumps"], copies)
        self.assertGreater(figures["jumps"], copies / 2)
        self.assertGreater(figures["kills"], 0)
        self.assertEqual(figures["records"], figures["revision"])

    def test_edits_and_older_copies_are_what_follows_is_based_on(self):
        program, hand = self.begin("edit")
        expected = [None]
        older = hand.state.read_bytes()
        mark_of_older = None

        def put(how, content, mark):
            has_hit = how(content)
            hand.wait_for_changes()
            if has_hit or hand.document().get(MARK) == mark:
                expected.append(mark)

        for number in range(ROUNDS):
            for how in (hand.rename_over, hand.write_in_place, hand.copy_over):
                mark = f"{how.__name__} {number}"
                put(how, hand.marked(mark), mark)
            put(hand.copy_over, older, mark_of_older)
            mark_of_older = f"older {number}"
            older = hand.marked(mark_of_older)
            put(hand.rename_over, older, mark_of_older)
        figures = self.end(program)
        self.assertEqual(hand.marks(), expected)
        self.assertGreater(len(expected), ROUNDS * 5 * 0.95)
        self.assertGreater(figures["notices"]["edited"], 0)
        self.assertGreater(figures["notices"]["older"], 0)
        print(f"edits and copies made, and found in the history in their order: {len(expected) - 1} of {ROUNDS * 5}", flush=True)

    def test_the_clean_up_of_other_tools_loses_no_change(self):
        program, hand = self.begin("clean")
        for number in range(10):  # those that it keeps
            (self.folder / f"state.json.2999010{number}").touch()
        hand.shell("touch -d 2999-01-01 state.json.2999*")
        for _ in range(CLEANUPS):
            before = hand.revision()
            hand.shell("ls -t state.json.* | tail -n +11 | xargs rm")
            hand.wait("changes", lambda: hand.revision() > before + 2)
        figures = self.end(program)
        self.assertEqual(figures["refused"], 0)
        self.assertEqual(figures["revision"], 1 + figures["done"] + 2)
        self.assertLess(figures["records"], figures["revision"], "the history was never cleaned up")

    def test_all_files_are_removed_again_and_again(self):
        program, hand = self.begin("remove")
        lineages = set()
        for _ in range(REMOVALS):
            hand.shell("rm state.json*")
            hand.wait("a new state", lambda: hand.revision() > 20)
            lineages.add(hand.document()["aihow"]["lineage"])
        self.end(program)
        self.assertEqual(len(lineages), REMOVALS, "a state that was removed came back")


if __name__ == "__main__":
    unittest.main()

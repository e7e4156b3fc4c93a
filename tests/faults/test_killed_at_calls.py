# SPDX-License-Identifier: MIT
"""SIGKILL at every system call of every command that changes the state: the old or the new state, whole; one that was acknowledged is there; the
next command works, with nothing left behind."""
import os
import shutil
import unittest

from calls import CHANGES, Sweep, run, vms_of

LEAST = 1600  # so many points there are at least; how many calls the loader makes is not ours to say
LEAST_OF_UPDATE = 105


class Killed(Sweep):
    def check(self, name, point):
        change = CHANGES[name]
        folder = self.copy(name)
        done = run(folder, *change.words, inject=point.inject("signal=KILL"))
        stands = vms_of(folder / "state.json")
        allowed = [change.after, change.before]
        self.assertIn(stands, allowed, f"{point}: {done.stderr}")
        if done.stdout:
            self.assertEqual(stands, change.after, f"{point}: acknowledged, and not there")
        if name == "overwrite":
            self.assertIsNotNone(vms_of(folder / "copy.json"), f"{point}: the older copy is gone, or the newer one not whole")
        self.assert_sound(name, folder, str(point))
        shutil.rmtree(folder)

    def check_damaged(self, point, damage):
        """What somebody does by hand to the state after a kill is no hindrance to the next command."""
        folder = self.copy("update")
        run(folder, *CHANGES["update"].words, inject=point.inject("signal=KILL"))
        damage(folder)
        answer = vms_of(folder / "state.json") or vms_of(folder / "state.json.backup")
        following = run(folder, "--lock-timeout", "2", "state", "rm", answer[-1])
        self.assertEqual(following.returncode, 0, f"{point}: {following.stderr}")
        self.assertEqual(vms_of(folder / "state.json"), answer[:-1], str(point))
        shutil.rmtree(folder)

    def test_every_call_and_then_the_backup_copied_back(self):
        self.sweep_damage(lambda folder: shutil.copy(folder / "state.json.backup", folder / "state.json"))

    def test_every_call_and_then_a_state_cut_off(self):
        self.sweep_damage(lambda folder: os.truncate(folder / "state.json", 0))

    def sweep_damage(self, damage):
        points = self.points("update", begin="state.json")
        self.each([(point, damage) for point in points], self.check_damaged)
        print(f"system calls killed at, found and covered: {len(points)}", flush=True)
        self.assertGreaterEqual(len(points), LEAST_OF_UPDATE)

    def test_every_call(self):
        tasks = [(name, point) for name in CHANGES for point in self.points(name)]
        found = {name: sum(1 for task in tasks if task[0] == name) for name in CHANGES}
        self.each(tasks, self.check)
        print(f"system calls killed at, found and covered: {found}, {len(tasks)} in all", flush=True)
        self.assertGreaterEqual(len(tasks), LEAST)


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: MIT
"""A power cut at every system call of every command that changes the state, on ext4 and XFS: what was acknowledged is there, what is there is whole,
the backup too, and the next command works. The command is killed at a call, and at once its file system loses all that is in memory only: the journal
is flushed before, or lost as well."""
import functools
import itertools
import json
import os
import queue
import shutil
import signal
import unittest

from calls import CHANGES, COPIES, VMS, Sweep, contents, run, vms_of
from file_systems import FLUSHED, LOST, file_system, need, own_mounts

FILE_SYSTEMS = ("ext4", "xfs")
JOURNALS = {FLUSHED: "its journal flushed", LOST: "its journal lost"}
LONG = os.environ.get("AIHOW_TEST_LONG") == "1"
LEAST = 750  # calls, each of which is cut at on each file system
LEAST_EDITED = 370
RENAMED = ("compute-01", "renamed")  # in the backup that every change begins with
EDITED = ("edited", "bare")
AFTER_EDIT = {"update": ("edited", "other"), "remove": ("edited",), "restore": RENAMED}


def edit(folder):
    """As an editor saves that syncs nothing; what it wrote."""
    document = json.loads((folder / "state.json").read_text(encoding="utf-8"))
    document["vms"][0]["name"] = EDITED[0]
    new = folder / "state.json.new"
    new.write_text(json.dumps(document, indent=2), encoding="utf-8")
    new.rename(folder / "state.json")
    return (folder / "state.json").read_bytes()


class PowerCuts(Sweep):
    @classmethod
    def setUpClass(cls):
        need("mkfs.ext4", "mkfs.xfs")
        super().setUpClass()
        cls.enterClassContext(own_mounts())
        cls.free = {}
        for kind in FILE_SYSTEMS:
            cls.free[kind] = queue.SimpleQueue()
            for number in range(cls.workers):
                cls.free[kind].put(cls.enterClassContext(file_system(kind, cls.work / f"{kind}-{number}")))

    def on_its_own(self, check, kind, *task):
        """A file system serves one check at a time: its power goes for all that is on it."""
        disk = self.free[kind].get()
        try:
            folder = disk.copy(self.work / task[1])
            check(disk, folder, *task)
            shutil.rmtree(folder)
        finally:
            self.free[kind].put(disk)

    def run_and_cut(self, disk, folder, journal, name, point):
        """Whether the command was acknowledged. Without a point it ends by itself."""
        done = run(folder, *CHANGES[name].words, inject=point and point.inject("signal=KILL"))
        disk.cut_power(journal)
        self.assertEqual(done.returncode, -signal.SIGKILL if point else 0, f"{point} was not reached: {done.stderr}")
        return done.returncode == 0 or done.stdout != ""

    def check(self, disk, folder, journal, name, point):
        change = CHANGES[name]
        before = contents(folder)
        acknowledged = self.run_and_cut(disk, folder, journal, name, point)
        what = f"{disk.kind}, {JOURNALS[journal]}{', acknowledged' if acknowledged else ''}"
        now = contents(folder)
        lands = name not in COPIES and vms_of(folder / "state.json") == change.after
        if not lands:
            self.assertTrue(now.get("state.json") == before.get("state.json"), f"{what}: the state is neither the old nor the new one")
        self.assertTrue(lands or not acknowledged or name in COPIES, f"{what}: the new state is not there")
        if name in COPIES:
            copies = (before["state.json"],) if acknowledged else (before["state.json"], before.get("copy.json"))
            self.assertTrue(now.get("copy.json") in copies, f"{what}: the copy is neither the old nor the new one")
        # The displaced state becomes the backup: at once, or by the next command where the cut comes between.
        moves = lands and change.before is not None
        backups = ([before["state.json"]] if moves else []) + ([] if moves and acknowledged else [before.get("state.json.backup")])
        self.assertTrue(now.get("state.json.backup") in backups, f"{what}: the backup is not what it should be")
        self.assert_sound(name, folder, what)

    def check_edited(self, disk, folder, journal, name, point):
        edited = edit(folder)
        acknowledged = self.run_and_cut(disk, folder, journal, name, point)
        what = f"{disk.kind}, {JOURNALS[journal]}"
        state, backup = vms_of(folder / "state.json"), vms_of(folder / "state.json.backup")
        if acknowledged:
            self.assertEqual(state, AFTER_EDIT[name], f"{what}: acknowledged, and not there")
            self.assertTrue((folder / "state.json.backup").read_bytes() == edited, f"{what}: the edit is not the backup")
        # The cut may break the editor's own file, as long as no commit made it durable.
        answer = state or backup
        self.assertIn(answer, (VMS, EDITED, RENAMED, AFTER_EDIT[name]), what)
        following = run(folder, "state", "rm", answer[-1])
        self.assertEqual(following.returncode, 0, f"{what}: {following.stderr}")
        self.assertEqual(vms_of(folder / "state.json"), answer[:-1], what)
        self.assertIsNotNone(vms_of(folder / "state.json.backup"), what)
        left = {file for file in self.left(CHANGES[name], folder) if not file.startswith("state.json.corrupt-") and file != "state.json.new"}
        self.assertEqual(left, set(), what)

    def sweep(self, check, points, least):
        """Every point, and the command that ends by itself, on each file system; the journal is flushed and lost in turns, or at each (LONG)."""
        # A new file's system is only asked for where no tick of the clock has come between two looks at its times: that is chance.
        points = {name: [point for point in calls if point.call != "fstatfs"] for name, calls in points.items()}
        found = {name: len(calls) for name, calls in points.items()}
        tasks = []
        for name, calls in points.items():
            for number, point in enumerate((*calls, None)):
                for kind, journal in itertools.product(FILE_SYSTEMS, JOURNALS):
                    turn = (number + FILE_SYSTEMS.index(kind) + journal) % 2 == 0
                    if LONG or turn or point is None:
                        tasks.append((kind, journal, name, point))
        self.each(tasks, functools.partial(self.on_its_own, check))
        how = "in turns (AIHOW_TEST_LONG=1: both)" if not LONG else "both"
        print(f"system calls found, and cut at on {' and '.join(FILE_SYSTEMS)}: {found}, {sum(found.values())} in all; journal flushed, lost: {how}; "
              f"{len(tasks)} power cuts", flush=True)
        self.assertGreaterEqual(len(tasks), len(FILE_SYSTEMS) * (sum(found.values()) + len(found)))
        self.assertGreaterEqual(sum(found.values()), least)

    def test_every_call(self):
        self.sweep(self.check, {name: self.points(name, begin="state.json") for name in CHANGES}, LEAST)

    def test_every_call_after_an_edit_that_was_not_synced(self):
        points = {name: self.points(name, begin="state.json", first=edit) for name in AFTER_EDIT}
        self.sweep(self.check_edited, points, LEAST_EDITED)


if __name__ == "__main__":
    unittest.main()

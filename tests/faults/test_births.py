# SPDX-License-Identifier: MIT
"""Files and directories that a change makes are for their owner alone from the first instant, whatever the umask: shown by the calls that make them."""
import os
import re
import shutil
import unittest

from calls import CHANGES, Sweep, run

MAKES = "open,openat,openat2,creat,mkdir,mkdirat,mknod,mknodat,chmod,fchmod,fchmodat"
OPENED = re.compile(r"open(?:at)?\(.*(?:O_CREAT|O_TMPFILE)[^,)]*(?:, 0(\d+))?\)")
DIRECTORY = re.compile(r"mkdir(?:at)?\(.*, 0(\d+)\)")
CHANGED = re.compile(r"chmod(?:at)?\(.*, 0(\d+)")
UMASKS = (0o000, 0o022, 0o777)
LEAST = 80


class Births(Sweep):
    def made_by(self, folder, words, umask, **how):
        """(what, mode) of each call that makes a file or a directory, or sets a mode."""
        trace = self.work / f"{folder.name}.trace"
        done = run(folder, *words, before=("strace", "-f", "-o", trace, "-e", f"trace={MAKES}"), umask=umask, **how)
        self.assertEqual(done.returncode, 0, done.stderr)
        out = []
        for line in trace.read_text(encoding="utf-8", errors="replace").splitlines():
            for what, pattern in (("file", OPENED), ("directory", DIRECTORY), ("change", CHANGED)):
                if made := pattern.search(line):
                    out.append((what, int(made[1], 8), line))
        return out

    def test_every_change(self):
        calls = 0
        for name, change in CHANGES.items():
            for umask in UMASKS:
                with self.subTest(change=name, umask=oct(umask)):
                    folder = self.copy(name)
                    for file in folder.iterdir():
                        file.chmod(0o600)
                    made = self.made_by(folder, change.words, umask)
                    calls += len(made)
                    self.assertIn("file", {what for what, _, _ in made})
                    for what, mode, line in made:
                        self.assertEqual(mode, 0o700 if what == "directory" else 0o600, line)
                    for file in folder.iterdir():
                        self.assertEqual(oct(file.stat().st_mode & 0o7777), oct(0o600), file.name)
        print(f"calls that made something or set a mode: {calls}", flush=True)
        self.assertGreaterEqual(calls, LEAST)

    def test_a_directory_that_is_missing(self):
        for umask in UMASKS:
            with self.subTest(umask=oct(umask)):
                folder = self.copy("import")
                deep = folder / "a" / "b"
                made = self.made_by(deep, ("state", "import", folder / "old.json"), umask, cwd=folder)
                self.assertEqual([mode for what, mode, _ in made if what == "directory"], [0o700, 0o700])
                for directory in (deep, deep.parent):
                    self.assertEqual(oct(directory.stat().st_mode & 0o7777), oct(0o700))

    def test_what_an_owner_lets_others_read_is_never_more_than_that(self):
        folder = self.copy("update")
        os.chmod(folder / "state.json", 0o640)
        for what, mode, line in self.made_by(folder, CHANGES["update"].words, 0):
            self.assertIn(mode, (0o600, 0o640) if what == "change" else (0o600,), line)
        self.assertEqual(oct((folder / "state.json").stat().st_mode & 0o7777), oct(0o640))
        shutil.rmtree(folder)


if __name__ == "__main__":
    unittest.main()

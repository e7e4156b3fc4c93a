# SPDX-License-Identifier: MIT
"""Commands that change the state where they may not, or where there is no room: an error with path, reason and remedy, the right exit code, and
nothing has changed. When the room is back, the command works."""
import contextlib
import os
import pathlib
import shutil
import tempfile
import unittest

from calls import BINARY, CHANGES, COPIES, Sweep, run, vms_of
from file_systems import command, file_system, mounted, need, own_mounts

NOBODY = {"user": 65534, "group": 65534, "extra_groups": []}
LOCK = ".state.json.lock"  # stays, and names its last holder
NO_SPACE = "No space left on device: free some space, or inodes"
IMMUTABLE = "Operation not permitted: check the owner, and whether the file is immutable (lsattr)"
SYSTEM, PERMISSION = 5, 3  # exit codes


def everything(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != LOCK}


def target(name):
    """The file that a change replaces."""
    return "copy.json" if name in COPIES else "state.json"


class NoRoom(Sweep):
    @classmethod
    def setUpClass(cls):
        need("chattr", "prlimit", "mkfs.ext4")
        super().setUpClass()
        cls.enterClassContext(own_mounts())
        cls.work.chmod(0o755)

    @contextlib.contextmanager
    def prepared(self, name, kind):
        """A change's files on a file system of their own."""
        work = pathlib.Path(tempfile.mkdtemp(dir=self.work))
        work.chmod(0o755)
        small = mounted(work / "disk", "-t", "tmpfs", "-o", "size=1m,nr_inodes=64,mode=755", "tmpfs")
        with small if kind == "tmpfs" else file_system(kind, work / "disk"):
            yield pathlib.Path(shutil.copytree(self.work / name, work / "disk" / "state"))

    def check(self, name, hinder, kind, code, reason):
        """`hinder`: a context manager of a folder, that gives what the command is run with."""
        with self.prepared(name, kind) as folder:
            before = everything(folder)
            with hinder(folder, name) as how:
                done = run(folder, *CHANGES[name].words, **how)
            what = f"exit {done.returncode}: {done.stdout}{done.stderr}"
            self.assertEqual((done.returncode, done.stdout), (code, ""), what)
            self.assertRegex(done.stderr, r"(?m)^error: (/.*/\.?state\.json|copy\.json)[^ ]*: cannot ", what)
            self.assertIn(reason, done.stderr, what)
            now = everything(folder)
            self.assertEqual(set(now), set(before), what)
            self.assertEqual([file for file in now if now[file] != before[file]], [], what)
            self.assert_sound(name, folder, what)

    def every_change(self, *task, names=tuple(CHANGES), least=len(CHANGES)):
        self.each([(name, *task) for name in names], self.check)
        print(f"{self.id().rpartition('.')[2]}: {len(names)} changes", flush=True)
        self.assertGreaterEqual(len(names), least)

    def test_full_disk(self):
        @contextlib.contextmanager
        def fill(folder, _):
            filler = folder.parent / "filler"
            with open(filler, "wb", buffering=0) as file, contextlib.suppress(OSError):
                while True:
                    file.write(bytes(4096))
            yield {}
            filler.unlink()

        self.every_change(fill, "tmpfs", SYSTEM, NO_SPACE)

    def test_no_inodes_left(self):
        @contextlib.contextmanager
        def use_up(folder, _):
            files = []
            with contextlib.suppress(OSError):
                while True:
                    files.append(folder.parent / f"filler-{len(files)}")
                    files[-1].touch()
            yield {}
            for file in files[:-1]:
                file.unlink()

        self.every_change(use_up, "tmpfs", SYSTEM, NO_SPACE)

    def test_file_size_limit(self):
        @contextlib.contextmanager
        def limit(*_):
            yield {"before": ("prlimit", "--fsize=100")}

        self.every_change(limit, "tmpfs", SYSTEM, "File too large: raise the file size limit (ulimit -f)")

    def test_read_only_mount(self):
        @contextlib.contextmanager
        def mount_read_only(folder, _):
            with mounted(folder, "--bind", folder):
                command("mount", "-o", "remount,bind,ro", folder)
                yield {}

        self.every_change(mount_read_only, "tmpfs", SYSTEM, "Read-only file system: the file system is mounted read-only: remount it")

    def test_log_file_on_a_read_only_mount(self):
        name = next(iter(CHANGES))
        with self.prepared(name, "tmpfs") as folder, mounted(folder, "--bind", folder):
            before = everything(folder)
            command("mount", "-o", "remount,bind,ro", folder)
            done = run(folder, "--log-file", "log", *CHANGES[name].words)
            self.assertEqual((done.returncode, done.stdout), (SYSTEM, ""), done.stderr)
            self.assertIn("log: cannot open the log file: Read-only file system; name another one with --log-file", done.stderr)
            self.assertEqual(everything(folder), before)

    def test_immutable_file(self):
        @contextlib.contextmanager
        def make_immutable(folder, name):
            command("chattr", "+i", folder / target(name))
            try:
                yield {}
            finally:
                command("chattr", "-i", folder / target(name))

        names = [name for name in CHANGES if (self.work / name / target(name)).exists()]
        self.every_change(make_immutable, "ext4", PERMISSION, IMMUTABLE, names=names, least=5)

    def test_immutable_folder(self):
        @contextlib.contextmanager
        def make_immutable(folder, _):
            command("chattr", "+i", folder)
            try:
                yield {}
            finally:
                command("chattr", "-i", folder)

        self.every_change(make_immutable, "ext4", PERMISSION, IMMUTABLE)

    def test_no_permission(self):
        binary = shutil.copy(BINARY, self.work)  # where another user may run it
        self.addCleanup(os.unlink, binary)

        @contextlib.contextmanager
        def as_another_user(*_):
            yield {"binary": binary, **NOBODY}

        self.every_change(as_another_user, "tmpfs", PERMISSION, "Permission denied: check owner and mode of the file and of its directory")

    def test_unwritable_standard_output(self):
        """The state may have changed by then, but the exit code is no success."""
        for name, change in CHANGES.items():
            with self.subTest(name), self.prepared(name, "tmpfs") as folder, open("/dev/full", "w", encoding="utf-8") as full:
                before = everything(folder)
                done = run(folder, *change.words, stdout=full)
                self.assertEqual(done.returncode, SYSTEM, done.stderr)
                self.assertIn("error: cannot write to standard output: No space left on device", done.stderr)
                if vms_of(folder / "state.json") != change.after:
                    self.assertEqual(everything(folder), before)
                if name in COPIES:
                    self.assertEqual(vms_of(folder / "copy.json"), change.after)
                self.assert_sound(name, folder, done.stderr)
        print(f"{self.id().rpartition('.')[2]}: {len(CHANGES)} changes", flush=True)


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: MIT
"""A device that refuses what is written to it, under ext4 without a journal: an fsync fails once, and a second one would claim that all is well.
For every command that changes the state, and each of its fsyncs: the device begins to fail just before it, for good or for this one. The command says
so, asks no descriptor a second time, and the old state stands; where only the directory could not be made durable, that is said."""
import collections
import contextlib
import errno
import functools
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import unittest

from calls import CHANGES, COPIES, Sweep, contents, finish, start, vms_of
from file_systems import KINDS, TIMEOUT_S, FileSystem, need, own_mounts, unmount

KIND = "ext4 without journal"
LEAST = 18  # one less is an fsync that was forgotten


@contextlib.contextmanager
def failing_device(work):
    """A file that is a device of its own, and the name of another one: while that exists, writes to the device fail."""
    folder, ready, broken = work / "device", work / "ready", work / "broken"
    folder.mkdir()
    server = ["nbdfuse", "-P", ready, folder / "disk", "--command", "nbdkit", "-s", "--exit-with-parent", "--filter=error", "memory",
              str(KINDS[KIND].size), "error-pwrite-rate=100%", f"error-file={broken}"]
    # It ends when its file is unmounted, and nbdkit with it.
    with subprocess.Popen(server, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(ready.exists, process)
            yield folder / "disk", broken
            unmount(folder)
        except BaseException:
            process.kill()
            raise


def wait_for(condition, process):
    deadline = time.monotonic() + TIMEOUT_S
    while not (found := condition()):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{process.args[0]} did not do what it should: exit {process.returncode}")
        time.sleep(0.005)
    return found


@contextlib.contextmanager
def failing_disk(work):
    """A file system on such a device."""
    with failing_device(work) as (device, broken):
        disk = FileSystem(KIND, device, work / "disk")
        try:
            yield disk, broken
        finally:
            broken.unlink(missing_ok=True)
            unmount(disk.folder)


def stopped_process(trace, times):
    """The traced process, once it has been stopped so many times."""
    text = trace.read_text(encoding="utf-8", errors="replace") if trace.exists() else ""
    return int(text.partition(" ")[0]) if text.count("--- SIGSTOP {") >= times else None


def fsyncs(trace):
    """Descriptor and result of each, in order. A descriptor that was closed is another one; so is a directory in which names were exchanged."""
    main = "".join(line for line in trace.splitlines(True) if line.startswith(trace.partition(" ")[0] + " "))
    whole = re.sub(r" <unfinished \.\.\.>\n\d+ +<\.\.\. \w+ resumed>", "", main)
    generation = collections.Counter()
    out = []
    for name, fd, result in re.findall(r"^\d+ +(fsync|close|renameat2)\((\d+).*\) += (0|-1 \w+)", whole, re.MULTILINE):
        if name == "fsync":
            out.append(((fd, generation[fd]), result))
        else:
            generation[fd] += 1
    return out


class FailingDevice(Sweep):
    @classmethod
    def setUpClass(cls):
        need("mkfs.ext4", "nbdkit", "nbdfuse")
        if not os.path.exists("/dev/fuse"):
            raise unittest.SkipTest("needs /dev/fuse")
        super().setUpClass()
        cls.enterClassContext(own_mounts())

    def work_folder(self):
        return pathlib.Path(tempfile.mkdtemp(dir=self.work))

    def run_and_break(self, folder, name, points, broken, trace):
        """The command is stopped before an fsync, and when it goes on, the device fails; for one fsync only where it is stopped behind that too."""
        with start(folder, *CHANGES[name].words, trace=trace, inject=[point.inject("signal=STOP") for point in points]) as process:
            try:
                for times, switch in enumerate((broken.touch, broken.unlink)[: len(points)], 1):
                    stopped = wait_for(functools.partial(stopped_process, trace, times), process)
                    switch()
                    os.kill(stopped, signal.SIGCONT)
            except BaseException:
                for pid in re.findall(r"^\d+", trace.read_text(encoding="utf-8", errors="replace"))[:1]:
                    os.kill(int(pid), signal.SIGKILL)
                raise
            return finish(process)

    def check(self, name, number, *points):
        change = CHANGES[name]
        work = self.work_folder()
        trace = work / "trace"
        with failing_disk(work) as (disk, broken):
            folder = disk.copy(self.work / name)
            before = contents(folder)
            done = self.run_and_break(folder, name, points, broken, trace)
            broken.unlink(missing_ok=True)
            results = fsyncs(trace.read_text(encoding="utf-8", errors="replace"))
            what = f"exit {done.returncode}: {done.stdout}{done.stderr}{results}"
            failed = [fd for fd, result in results if result == "-1 EIO"]
            for fd in failed:
                self.assertEqual([other for other, _ in results].count(fd), 1, f"asked again: {what}")
            changed = contents(folder) != before
            # A history is shortened once the change is durable.
            last = 1 if name == "shorten" else 0
            disk.again(check=changed)
            now = contents(folder)
            if len(points) == 1:  # it fails for good
                self.assertTrue(failed, f"no fsync failed: {what}")
                self.assertEqual(done.returncode, 0 if number < last else 5, what)
            if done.returncode == 0:
                self.assertEqual(vms_of(folder / "state.json"), change.after, f"acknowledged, and not there: {what}")
                if name in ("update", "remove", "restore"):
                    self.assertTrue(now["state.json.backup"] == before["state.json"], f"acknowledged, and no backup: {what}")
                if number < last:
                    self.assertIn("could not be shortened", done.stderr, what)
                if name in COPIES:
                    self.assertEqual(now["copy.json"], before["state.json"], f"acknowledged, and not there: {what}")
            else:
                self.assertEqual((done.returncode, done.stdout), (5, ""), what)
                self.assertRegex(done.stderr, "error: (.*/state.json|copy.json)[^ ]*: ", what)
                self.assertRegex(done.stderr, "Input/output error: the device fails: look at|could not be made durable: .*load it and look", what)
                if changed:  # the exchange comes before the last fsync
                    self.assertEqual(number, last, f"the old state does not stand: {what}")
                    self.assertIn(vms_of(folder / "state.json"), (change.before, change.after), what)
                else:
                    self.assertTrue(now == before, f"the old state does not stand: {what}")
            # On the device the directory may name a backup whose blocks are free by now: e2fsck removes it, and there is nothing to restore.
            if name != "restore" or "state.json.backup" in now:
                self.assert_sound(name, folder, what)

    def fsync_points(self):
        """Change, how many fsyncs are still to come, the call before the fsync, and the fsync."""
        for name in CHANGES:
            calls = self.points(name, begin="state.json")
            pairs = [pair for pair in zip(calls, calls[1:]) if pair[1].call == "fsync"]
            for number, pair in enumerate(pairs, 1):
                yield name, len(pairs) - number, *pair

    def sweep(self, tasks):
        self.each(tasks, self.check)
        found = {name: sum(1 for task in tasks if task[0] == name) for name in CHANGES}
        print(f"fsyncs found, and covered by a device that fails: {found}, {len(tasks)} in all", flush=True)
        self.assertGreaterEqual(len(tasks), LEAST)

    def test_from_each_fsync_on(self):
        self.sweep([(name, number, before) for name, number, before, _ in self.fsync_points()])

    def test_at_each_fsync_alone(self):
        self.sweep(list(self.fsync_points()))

    def test_a_second_fsync_would_lie(self):
        """What the others rest on: the device is in order again, the second fsync succeeds, and what was written is lost."""
        with failing_disk(self.work_folder()) as (disk, broken):
            file = disk.folder / "file"
            file.touch()
            disk.again()
            results = []
            with open(file, "r+b", buffering=0) as writer:
                writer.write(b"written" * 1000)
                broken.touch()
                for _ in range(2):
                    try:
                        os.fsync(writer)
                        results.append(0)
                    except OSError as error:
                        results.append(error.errno)
                    broken.unlink(missing_ok=True)
            self.assertEqual(results, [errno.EIO, 0])
            disk.again()
            self.assertNotIn(b"written", file.read_bytes())


if __name__ == "__main__":
    unittest.main()

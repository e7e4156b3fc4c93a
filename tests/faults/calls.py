# SPDX-License-Identifier: MIT
"""Commands that change the state, and every system call that they make: found by a recorded run, then each of them hurt by strace."""
import collections
import concurrent.futures
import dataclasses
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import unittest

BINARY = os.environ["AIHOW_BIN"]
GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "golden"
TIMEOUT_S = 120
# What changed less than 20 ms ago is read once more: older files make the same calls in every run.
SETTLED_S = 0.03
CALL = re.compile(r"^(\d+) +(\w+)\(")


def start(folder, *words, trace=None, inject=None, before=(), binary=BINARY, **how):
    """The command, with its state in the folder. `inject`: strace's expression, or several; `before`: what starts it; `how`: as for Popen."""
    command = [*before, binary, "--state", folder / "state.json", *words]
    if trace or inject:
        time.sleep(SETTLED_S)
        injections = [inject] if isinstance(inject, str) else inject or []
        command = ["strace", "-f", "-o", trace or "/dev/null", *(word for one in injections for word in ("-e", f"inject={one}")), *command]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("AI_HOW_", "LIBVIRT_"))}
    how = {"cwd": folder, "env": environment, "stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | how
    return subprocess.Popen([str(word) for word in command], **how)


def run(folder, *words, **how):
    with start(folder, *words, **how) as process:
        return finish(process)


def finish(process):
    """What came of it, once it has ended."""
    try:
        output, errors = process.communicate(timeout=TIMEOUT_S)
    finally:
        if process.poll() is None:
            process.kill()
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


@dataclasses.dataclass(frozen=True)
class Point:
    """The `number`-th of the calls of that name."""
    call: str
    number: int

    def inject(self, how):
        return f"{self.call}:{how}:when={self.number}"


@dataclasses.dataclass(frozen=True)
class Change:
    """A command that changes the state, and what that leads from and to: names of VMs, None where no valid state stands."""
    words: tuple
    before: tuple
    after: tuple
    makes: tuple = ()  # files beside the state's own that it makes


VMS = ("compute-01", "bare")
CHANGES = {
    "update": Change(("state", "mv", "bare", "other"), VMS, ("compute-01", "other")),
    "remove": Change(("state", "rm", "bare"), VMS, ("compute-01",)),
    "restore": Change(("state", "restore"), VMS, ("compute-01", "renamed")),
    "undo": Change(("state", "undo"), VMS, ("compute-01", "renamed")),
    "shorten": Change(("--state", "file:state.json?history.max_revisions=2", "state", "mv", "bare", "other"), VMS, ("compute-01", "other")),
    "backup": Change(("state", "backup", "copy.json"), VMS, VMS, ("copy.json",)),
    "overwrite": Change(("state", "backup", "copy.json"), VMS, VMS, ("copy.json",)),  # an older copy stands there
    "repair": Change(("state", "repair"), None, ("compute-01", "renamed"), ("state.json.corrupt-*",)),
    "import": Change(("state", "import", "old.json"), None, ("lab-controller", "lab-compute-01", "lab-compute-02")),
}
COPIES = ("backup", "overwrite")
STATE_FILES = {"state.json", "state.json.backup", "state.json.history", ".state.json.lock", "old.json"}


def prepare(folder, name):
    """The files that a change begins with."""
    shutil.copy(GOLDEN / "layout-2.json", folder / "old.json")
    if name == "import":
        return
    shutil.copy(GOLDEN / "format-1.json", folder / "state.json")
    for old, new in (("bare", "renamed"), ("renamed", "bare")):
        done = run(folder, "state", "mv", old, new)
        assert done.returncode == 0, done.stderr
    if name == "overwrite":
        shutil.copy(GOLDEN / "format-1.json", folder / "copy.json")
        (folder / "copy.json").chmod(0o644)
    if name == "repair":
        (folder / "state.json").write_text("{", encoding="utf-8")
        os.utime(folder / "state.json", (0, 0))


def vms_of(path):
    """The names in a document; None where there is none that is whole."""
    try:
        return tuple(vm["name"] for vm in json.loads(path.read_text(encoding="utf-8"))["vms"])
    except (FileNotFoundError, ValueError):
        return None


def contents(folder):
    """The documents of a folder, byte for byte."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name in ("state.json", "state.json.backup", "copy.json")}


class Sweep(unittest.TestCase):
    """Runs a check at every point of every change, on all processors."""

    longMessage = True
    workers = 2 * os.cpu_count()  # half of them wait

    @classmethod
    def setUpClass(cls):
        if shutil.which("strace") is None:
            raise unittest.SkipTest("needs strace")
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        cls.work = pathlib.Path(tempfile.mkdtemp(prefix="aihow-faults-", dir=memory))
        cls.addClassCleanup(shutil.rmtree, cls.work, ignore_errors=True)
        for name in CHANGES:
            (cls.work / name).mkdir()
            prepare(cls.work / name, name)

    def copy(self, name):
        folder = pathlib.Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.work))
        shutil.copytree(self.work / name, folder, dirs_exist_ok=True)
        return folder

    def points(self, name, begin=None, first=None):
        """Every call of a whole run; from the first that mentions `begin` on. Those of its main thread: the other one only waits for signals.
        `first`: what is done to the folder before."""
        folder = self.copy(name)
        if first:
            first(folder)
        trace = self.work / f"{name}.trace"
        done = run(folder, *CHANGES[name].words, trace=trace)
        self.assertEqual(done.returncode, 0, done.stderr)
        out = []
        counts = collections.Counter()  # strace too counts each thread's calls on their own
        begun = begin is None
        main_thread = None
        for line in trace.read_text(encoding="utf-8", errors="replace").splitlines():
            call = CALL.match(line)
            main_thread = main_thread or call and call[1]
            if not call or call[1] != main_thread:
                continue
            counts[call[2]] += 1
            begun = begun or begin in line and call[2] != "execve"
            if begun and call[2] not in ("execve", "exit_group", "futex"):  # whether it waits for the other thread is chance
                out.append(Point(call[2], counts[call[2]]))
        shutil.rmtree(folder)
        return out

    def each(self, tasks, check):
        """check(*task) for every task; every failure is told, with its task."""
        failures = []
        with concurrent.futures.ThreadPoolExecutor(self.workers) as pool:
            for task, done in [(task, pool.submit(check, *task)) for task in tasks]:
                try:
                    done.result()
                except AssertionError as error:
                    failures.append(f"{task}: {error}")
        if failures:
            self.fail(f"{len(failures)} of {len(tasks)}:\n" + "\n".join(failures[:40]))

    @staticmethod
    def left(change, folder):
        names = {path.name for path in folder.iterdir()} - STATE_FILES
        return {file for file in names if not any(pathlib.PurePath(file).match(made) for made in change.makes)}

    def assert_past(self, folder, what):
        """What stands is in the history, and the oldest revision that it has can be shown."""
        done = run(folder, "state", "history", "-o", "json")
        self.assertEqual(done.returncode, 0, f"{what}: history: {done.stderr}")
        past = json.loads(done.stdout)
        if past["newest_kept"]:
            for revision in (past["oldest_kept"], past["newest_kept"]):
                shown = run(folder, "state", "show", "--at", revision)
                self.assertEqual(shown.returncode, 0, f"{what}: {shown.stderr}")

    def assert_sound(self, name, folder, what):
        """After a plain run of the command, and of one that writes where that has nothing to write, nothing is left behind, and what stands is whole."""
        change = CHANGES[name]
        again = run(folder, *change.words)
        # What had landed already is not there to be changed once more.
        landed_before = {"update": 2, "shorten": 2, "remove": 2, "import": 1}.get(name)
        self.assertIn(again.returncode, {0, landed_before} - {None}, f"{what}: the command again: {again.stderr}")
        if self.left(change, folder):
            mended = run(folder, "state", "repair")
            self.assertEqual(mended.returncode, 0, f"{what}: repair: {mended.stderr}")
        if name == "undo":  # each one goes a step further back: where the first had landed, to what the history begins with
            self.assertIn(vms_of(folder / "state.json"), (change.after, VMS), what)
        elif name != "restore":  # each one exchanges state and backup
            self.assertEqual(vms_of(folder / "state.json"), change.after, what)
        self.assertEqual(self.left(change, folder), set(), what)
        self.assert_past(folder, what)
        verdict = run(folder, "state", "verify", "-o", "json")
        self.assertEqual(verdict.returncode, 0, f"{what}: {verdict.stdout}")
        for document in json.loads(verdict.stdout)["documents"]:
            self.assertIn(document["verdict"], ("valid", "absent", "unsigned", "edited"), what)

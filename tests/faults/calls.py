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
import unittest

BINARY = os.environ["AIHOW_BIN"]
GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "golden"
TIMEOUT_S = 120
CALL = re.compile(r"^\d+ +(\w+)\(")


def run(folder, *words, trace=None, inject=None):
    """The command, with its state in the folder. `inject`: strace's expression."""
    command = [BINARY, "--state", folder / "state.json", *words]
    if trace or inject:
        command = ["strace", "-f", "-o", trace or "/dev/null", *(["-e", f"inject={inject}"] if inject else []), *command]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("AI_HOW_", "LIBVIRT_"))}
    return subprocess.run([str(word) for word in command], cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=TIMEOUT_S, check=False)


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


class Sweep(unittest.TestCase):
    """Runs a check at every point of every change, on all processors."""

    longMessage = True

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

    def points(self, name, begin=None):
        """Every call of a whole run; from the first that mentions `begin` on."""
        folder = self.copy(name)
        trace = self.work / f"{name}.trace"
        done = run(folder, *CHANGES[name].words, trace=trace)
        self.assertEqual(done.returncode, 0, done.stderr)
        out = []
        counts = collections.Counter()
        begun = begin is None
        for line in trace.read_text(encoding="utf-8", errors="replace").splitlines():
            call = CALL.match(line)
            if not call:
                continue
            counts[call[1]] += 1
            begun = begun or begin in line
            if begun and call[1] not in ("execve", "exit_group"):
                out.append(Point(call[1], counts[call[1]]))
        shutil.rmtree(folder)
        return out

    def each(self, tasks, check):
        """check(*task) for every task; every failure is told, with its task."""
        failures = []
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for task, done in [(task, pool.submit(check, *task)) for task in tasks]:
                try:
                    done.result()
                except AssertionError as error:
                    failures.append(f"{task}: {error}")
        self.assertEqual(failures, [], f"{len(failures)} of {len(tasks)}:\n" + "\n".join(failures[:40]))

    @staticmethod
    def left(change, folder):
        names = {path.name for path in folder.iterdir()} - STATE_FILES
        return {file for file in names if not any(pathlib.PurePath(file).match(made) for made in change.makes)}

    def assert_sound(self, name, folder, what):
        """After a plain run of the command, and of one that writes where that has nothing to write, nothing is left behind, and what stands is whole."""
        change = CHANGES[name]
        again = run(folder, *change.words)
        # What had landed already is not there to be changed once more.
        landed_before = {"update": 2, "remove": 2, "import": 1}.get(name)
        self.assertIn(again.returncode, {0, landed_before} - {None}, f"{what}: the command again: {again.stderr}")
        if self.left(change, folder):
            mended = run(folder, "state", "repair")
            self.assertEqual(mended.returncode, 0, f"{what}: repair: {mended.stderr}")
        if name != "restore":  # each one exchanges state and backup
            self.assertEqual(vms_of(folder / "state.json"), change.after, what)
        self.assertEqual(self.left(change, folder), set(), what)
        verdict = run(folder, "state", "verify", "-o", "json")
        self.assertEqual(verdict.returncode, 0, f"{what}: {verdict.stdout}")
        for document in json.loads(verdict.stdout)["documents"]:
            self.assertIn(document["verdict"], ("valid", "absent", "unsigned", "edited"), what)

# SPDX-License-Identifier: MIT
"""docs/tour.md and docs/troubleshooting.md: every command of every console block, in order, prints what the page shows and ends with the
exit code that it names ("# exit 5"; else 0). Real machines in the private libvirt.

In the page: "…" stands for any text, on a line of its own for any number of lines. Times, UUIDs, leases, process numbers and the
checksums are any of their kind. A ```yaml block is saved as the file that its first line names. `ai-how watch` runs until it has printed what
is shown, while the next block runs. "<!-- run: … -->" is done before the block that follows, "<!-- killed at: … -->" kills its first command
at that line of its log. AIHOW_ACCEPT=1 writes what is printed into the page.
"""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import unittest

import libvirtd
from aihow import KILL_AT_LINE
from build_info import AIHOW, BUILD, GUEST_IMAGE, SOURCE
from cluster import ClusterTest

ACCEPT = os.environ.get("AIHOW_ACCEPT") == "1"
MASKS = (
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?", "TIME"),
    (r"\d{8}T\d{6}(\.\d+)?Z?", "TIME"),
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID"),
    (r"192\.168\.211\.(?!(0|10)\b)\d+", "LEASE"),
    (r"pid \d+ on [^\s,]+", "PROCESS"),
    (r"\b(valid|edited|unsigned) +\d+", r"\1 REVISION"),
    (r"\w+@[\w.-]+", "WHO"),
    (r"[Rr]evision \d+", "REVISION"),
    (r"^\s*\d+ +TIME", "REVISION TIME"),
    # Of two who look at once one is the first to write it.
    (r"; not recorded$", ""),
    (r"\s+", " "),
)


def masked(line):
    for pattern, word in MASKS:
        line = re.sub(pattern, word, line)
    return line.strip()


def fits(shown, printed):
    """Whether lines are what the page shows."""
    pattern = ""
    for line in shown:
        if line.strip() == "…":
            pattern += r"(?:.*\n)*"
        else:
            # What stands for any text stays apart from the words beside it.
            pattern += re.escape(masked(line)).replace("…", ".*") + r"\n"
    return re.fullmatch(pattern, "".join(masked(line) + "\n" for line in printed)) is not None


def commands(block):
    """[command, its lines] of a console block."""
    found = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append([line[2:], []])
        else:
            found[-1][1].append(line)
    return found


class Pages(ClusterTest):
    def setUp(self):
        self.cluster(name="lab")  # its cleanup removes what a page that fails leaves
        self.addCleanup(lambda: libvirtd.answers() or libvirtd.start())
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="aihow-page-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.home = self.folder / "lab"
        programs = self.folder / "bin"
        for made in (self.home, programs):
            made.mkdir()
        self.folder.chmod(0o755)
        (programs / "ai-how").symlink_to(AIHOW)
        shutil.copy(GUEST_IMAGE, self.home / "guest.qcow2")
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith(("AI_HOW_", "LIBVIRT_"))}
        self.environment |= {"PATH": f"{programs}:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1",
                             "LAYOUT_2": str(SOURCE / "tests" / "golden" / "layout-2.json"),
                             "PYTHONPATH": str(SOURCE / "capi" / "python"), "AIHOW_LIBRARY": str(BUILD / "capi" / "libaihow.so"),
                             "LIBVIRTD_PID": str(libvirtd.FOLDER / "libvirtd.pid"),
                             "LIBVIRTD": f"libvirtd --daemon --config {libvirtd.FOLDER}/libvirtd.conf --pid-file {libvirtd.FOLDER}/libvirtd.pid"}
        self.addCleanup(subprocess.run, ["umount", "-q", self.home / "full", self.home / "readonly"], check=False, capture_output=True)

    def shell(self, command, **more):
        return subprocess.Popen(["bash", "-c", command], cwd=self.home, env=self.environment | more, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True)

    def check(self, command, shown, process, printed=""):
        printed = (printed + process.communicate(timeout=300)[0]).replace(str(self.home), "/home/ann/lab").splitlines()
        ended = process.returncode if process.returncode >= 0 else 128 - process.returncode
        code = int(found[1]) if (found := re.search(r"# exit (\d+)$", command)) else 0
        if not ACCEPT:
            with self.subTest(command):
                self.assertTrue(fits(shown, printed), "\n".join(["the page shows", *shown, "and this was printed:", *printed]))
                self.assertEqual(ended, code)
        elif not fits(shown, printed) or code != ended:
            printed = [line if len(line) <= 160 else line[:line.rindex(" ", 0, 156)] + " …" for line in printed]
            shown[:] = [*printed, f"and the exit code was {ended}"] if code != ended else printed

    def run_page(self, name):
        path = SOURCE / "docs" / name
        parts = re.split(r"(^```\w+\n.*?^```|^<!-- [^\n]* -->$)", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        watch, killed, ran = None, {}, 0
        for number, part in enumerate(parts):
            if run := re.fullmatch(r"<!-- run: (.*) -->", part):
                done = self.shell(run[1])
                self.assertEqual((done.communicate(timeout=300)[0], done.returncode), ("", 0), run[1])
            elif kill := re.fullmatch(r"<!-- killed at: (.*) -->", part):
                log = self.home / "ai-how.log"
                log.touch()
                killed = {"LD_PRELOAD": str(KILL_AT_LINE), "AIHOW_TEST_LOG": str(log), "AIHOW_TEST_KILL_AT": "1", "AIHOW_TEST_KILL_ON": kill[1]}
            elif part.startswith("```yaml"):
                text = part[len("```yaml\n"):-3]
                (self.home / re.match(r"# (\S+)", text)[1]).write_text(text, encoding="utf-8")
            elif part.startswith("```console"):
                block = commands(part[len("```console\n"):-3])
                for command, shown in block:
                    ran += 1
                    if command == "ai-how watch":
                        process = self.shell("exec ai-how watch")
                        watch = (command, shown, process, process.stdout.readline(), number, block)
                        self.addCleanup(lambda it: it.poll() is None and it.kill(), process)
                        break
                    self.check(command, shown, self.shell(command, **killed))
                    killed = {}
                if watch and watch[4] != number:
                    command, shown, process, printed, at, old = watch
                    watchdog = threading.Timer(120, process.kill)
                    watchdog.start()
                    printed += "".join(process.stdout.readline() for _ in shown[1:])
                    watchdog.cancel()
                    process.send_signal(signal.SIGINT)
                    self.check(command, shown, process, printed)
                    parts[at] = self.text(old)
                    watch = None
                parts[number] = self.text(block)
        if ACCEPT:
            path.write_text("".join(parts), encoding="utf-8")
        self.assertEqual(self.virsh_names(), [], "the page leaves machines")
        return ran

    def text(self, block):
        return "```console\n" + "".join(f"$ {command}\n" + "".join(f"{line}\n" for line in shown) for command, shown in block) + "```"

    def virsh_names(self):
        return subprocess.run(["virsh", "-q", "list", "--all", "--name"], capture_output=True, text=True, check=True).stdout.split()

    def test_the_tour(self):
        self.assertGreater(self.run_page("tour.md"), 15)

    def test_troubleshooting(self):
        self.assertGreater(self.run_page("troubleshooting.md"), 30)


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: MIT
"""The daemon of the private libvirt that a test runs in (see private-libvirt): stopping, killing and starting it."""
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

FOLDER = pathlib.Path(os.environ.get("LIBVIRT_PRIVATE_DIR", "/nonexistent"))
SOCKET = "/run/libvirt/libvirt-sock"


def available():
    return FOLDER.is_dir()


def pid():
    return int((FOLDER / "libvirtd.pid").read_text())


def _until(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(0.05)


def answers():
    return subprocess.run(["virsh", "-q", "-c", "qemu:///system", "version"], capture_output=True, timeout=60).returncode == 0


def _is_gone(process):
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def stop(how=signal.SIGTERM):
    """Ends the daemon; guests, dnsmasq and networks stay."""
    process = pid()
    os.kill(process, how)
    _until(lambda: _is_gone(process), "libvirtd ends")


def start():
    (FOLDER / "libvirtd.pid").unlink(missing_ok=True)
    subprocess.run(["libvirtd", "--daemon", "--config", FOLDER / "libvirtd.conf", "--pid-file", FOLDER / "libvirtd.pid"], check=True,
                   stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    _until(answers, "libvirtd answers")


@contextlib.contextmanager
def down(how=signal.SIGTERM):
    stop(how)
    try:
        yield
    finally:
        start()


class HeldDisks:
    """Within it nobody in the private libvirt gets a disk made before release(): qemu-img waits."""

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="held-disks-", dir=FOLDER))
        self.program = shutil.which("qemu-img")
        real = shutil.copy(self.program, self.folder / "real")
        waiting = self.folder / "waiting"
        waiting.write_text(f'#!/bin/sh\n[ "$1" != create ] || until [ -e {self.folder}/released ]; do sleep 0.02; done\nexec {real} "$@"\n')
        waiting.chmod(0o755)
        subprocess.run(["mount", "--bind", waiting, self.program], check=True)
        return self

    def release(self):
        (self.folder / "released").touch()

    def __exit__(self, *_):
        self.release()
        subprocess.run(["umount", "--lazy", self.program], check=True)
        # The folder goes with the private libvirt: one that still waits looks into it.


class TestDriver:
    """libvirt's test driver inside the private daemon: its default host is one for all connections while one of them is open, so it
    outlives a command that is killed. Nothing runs there, and nothing is slow."""

    uri = f"test+unix:///default?socket={SOCKET}"

    def __enter__(self):
        self.keeper = subprocess.Popen(["virsh", "-q", "-c", self.uri], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.keeper.stdin.write("hostname\n")
        self.keeper.stdin.flush()
        self.keeper.stdout.readline()
        return self

    def __exit__(self, *_):
        self.keeper.stdin.close()
        self.keeper.wait(timeout=60)
        self.keeper.stdout.close()

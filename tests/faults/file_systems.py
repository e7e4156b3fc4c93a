# SPDX-License-Identifier: MIT
"""File systems of a test's own: made on images, mounted, cut off from power. Nobody else sees the mounts, and they end with the test's process,
however it ends; so do their loop devices."""
import contextlib
import ctypes
import dataclasses
import fcntl
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile
import time
import unittest

TIMEOUT_S = 60
MIB = 1024 * 1024
CLONE_NEWNS = 0x20000
GOING_DOWN = 0x8004587D  # XFS_IOC_GOINGDOWN, which ext4 knows too
# What becomes of the journal that is still in memory.
FLUSHED, LOST = 1, 2


@dataclasses.dataclass(frozen=True)
class Kind:
    make: tuple
    size: int
    options: str


EXT4 = ("mkfs.ext4", "-q", "-F", "-b", "4096", "-E", "lazy_itable_init=0,lazy_journal_init=0")
KINDS = {
    # Without the help for those who forget an fsync before a rename, and with no commit by itself in between.
    "ext4": Kind((*EXT4, "-J", "size=4"), 64 * MIB, "noauto_da_alloc,commit=600"),
    "xfs": Kind(("mkfs.xfs", "-q", "-f"), 320 * MIB, "defaults"),
    "ext4 without journal": Kind((*EXT4, "-O", "^has_journal"), 32 * MIB, "errors=continue"),
}


def command(*words, check=True):
    done = subprocess.run([str(word) for word in words], env=dict(os.environ, LC_ALL="C"), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=TIMEOUT_S, check=False)
    if check and done.returncode != 0:
        raise RuntimeError(f"{words}: exit {done.returncode}: {done.stdout}{done.stderr}")
    return done


def need(*programs):
    """Skips the test where something is missing."""
    if os.geteuid() != 0 or not os.path.exists("/dev/loop-control"):
        raise unittest.SkipTest("needs root and loop devices")
    for program in programs:
        if shutil.which(program) is None:
            raise unittest.SkipTest(f"needs {program}")


@contextlib.contextmanager
def own_mounts():
    """What is mounted meanwhile is seen by this thread and what it starts alone. A process with namespaces of its own, started by somebody else in
    between, would hold it on otherwise."""
    libc = ctypes.CDLL(None, use_errno=True)
    folder = os.getcwd()
    before = os.open("/proc/thread-self/ns/mnt", os.O_RDONLY | os.O_CLOEXEC)
    try:
        if libc.unshare(CLONE_NEWNS) != 0:
            raise unittest.SkipTest("needs root and loop devices")
        try:
            command("mount", "--make-rprivate", "/")
            yield
        finally:
            deadline = time.monotonic() + TIMEOUT_S
            while libc.setns(before, CLONE_NEWNS) != 0:  # a thread that is just ending shares this one's folder for a moment
                if time.monotonic() > deadline:
                    raise OSError(ctypes.get_errno(), "cannot go back to the mounts of before")
                time.sleep(0.005)
            os.chdir(folder)
    finally:
        os.close(before)


def unmount(folder):
    """A command that another thread is just starting holds what this thread has open, until it runs: so long the folder is busy."""
    deadline = time.monotonic() + TIMEOUT_S
    while (done := command("umount", folder, check=False)).returncode != 0:
        if "busy" not in done.stderr or time.monotonic() > deadline:
            raise RuntimeError(f"umount {folder}: {done.stderr}")
        time.sleep(0.005)


@contextlib.contextmanager
def mounted(folder, *words):
    """`words`: what mount is told besides the folder, which is made."""
    folder.mkdir(exist_ok=True)
    command("mount", *words, folder)
    try:
        yield folder
    finally:
        unmount(folder)


def fill_image(kind, image):
    """Makes a file system in a file, which is there or is made."""
    if not image.exists():
        image.touch()
        os.truncate(image, KINDS[kind].size)
    command(*KINDS[kind].make, image)


class FileSystem:
    """One on a loop device."""

    def __init__(self, kind, image, folder):
        self.kind, self.image, self.folder = kind, image, folder
        folder.mkdir(exist_ok=True)
        fill_image(kind, image)
        self.mount()

    def mount(self):
        command("mount", "-o", f"loop,{KINDS[self.kind].options}", self.image, self.folder)

    def again(self, check=False):
        """Unmounted, and mounted again: nothing is answered from memory. `check`: with e2fsck in between, as at a boot."""
        unmount(self.folder)
        if check:
            done = command("e2fsck", "-f", "-y", self.image, check=False)
            if done.returncode not in (0, 1):
                raise RuntimeError(f"e2fsck: exit {done.returncode}: {done.stdout}{done.stderr}")
        self.mount()

    def cut_power(self, journal):
        """What is not on the device by now is lost; then the power comes back."""
        folder = os.open(self.folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.ioctl(folder, GOING_DOWN, struct.pack("I", journal))
        finally:
            os.close(folder)
        self.again()

    def copy(self, source):
        """A folder with the files of another one, as durable as can be."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        shutil.copytree(source, folder, dirs_exist_ok=True)
        command("sync", "--file-system", folder)
        return folder


@contextlib.contextmanager
def file_system(kind, folder):
    made = FileSystem(kind, folder.with_suffix(".img"), folder)
    try:
        yield made
    finally:
        unmount(folder)
        made.image.unlink()

# SPDX-License-Identifier: MIT
"""An installed tree that was moved elsewhere, and running what is built against it."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from build_info import BUILD

STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]


def run(*command, **options):
    """A command to its end, however that is."""
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300, **options)


def said(*command, **options):
    """What a command says on standard output; it must succeed."""
    done = run(*command, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout[-2000:]}{done.stderr[:4000]}")
    return done.stdout


class InstalledTest(unittest.TestCase):
    """`prefix`, `libdir` and `doc` (pages and examples) of the tree, and the `environment` in which it is found. `work` is a folder that the tests of a class share."""

    @classmethod
    def setUpClass(cls):
        cls.work = pathlib.Path(tempfile.mkdtemp(prefix="aihow-installed-"))
        cls.addClassCleanup(shutil.rmtree, cls.work)
        said("meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", cls.work / "staged")
        (staged,) = [path.parent.parent.parent for path in (cls.work / "staged").rglob("include/aihow/aihow.h")]
        cls.prefix = cls.work / "elsewhere"
        shutil.copytree(staged, cls.prefix, symlinks=True)
        shutil.rmtree(cls.work / "staged")
        (pkgconfig,) = cls.prefix.rglob("pkgconfig")
        cls.libdir = pkgconfig.parent
        cls.doc = cls.prefix / "share" / "doc" / "aihow"
        cls.environment = dict(os.environ, PKG_CONFIG_PATH=str(pkgconfig), LD_LIBRARY_PATH=str(cls.libdir))

    def flags(self, package):
        return said("pkg-config", "--cflags", "--libs", package, env=self.environment).split()

# SPDX-License-Identifier: MIT
"""The C interface stays what it was: held against a baseline by libabigail, and a program that was built long ago still runs.

A change on purpose (before the first release, or members and functions that were added) is accepted with AIHOW_ACCEPT=1, which writes the baseline
anew.
"""
import os
import pathlib
import platform
import re
import tempfile
import unittest

from build_info import BUILD, SOURCE
from installed import run

GOLDEN = SOURCE / "tests" / "golden"
BASELINE = GOLDEN / "libaihow.so.0.abi"
OLD_PROGRAM = GOLDEN / "list-vms-0.1"
LIBRARY = BUILD / "capi" / "libaihow.so.0"
LIBVIRT_LIBRARY = BUILD / "capi" / "libvirt" / "libaihow-libvirt.so.0"
HEADERS = SOURCE / "capi" / "include"
# Only what the headers say, and no path, so that the description is the same on every machine.
DESCRIBE = ["abidw", "--exported-interfaces-only", "--headers-dir", HEADERS, "--drop-private-types", "--drop-undefined-syms", "--no-corpus-path", "--no-comp-dir-path", "--short-locs", "--no-show-locs", "--no-elf-needed", "--type-id-style", "hash"]


def describe(library, out):
    done = run(*DESCRIBE, "--out-file", out, library.resolve())
    if done.returncode != 0:
        raise AssertionError(f"abidw: {done.stderr[:2000]}")


class Abi(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="aihow-abi-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_functions_and_structures_are_the_baselines(self):
        for library in (LIBRARY, LIBVIRT_LIBRARY):
            baseline, now = GOLDEN / f"{library.name}.abi", self.folder / "now.abi"
            describe(library, now)
            if os.environ.get("AIHOW_ACCEPT") == "1":
                baseline.write_bytes(now.read_bytes())
            with self.subTest(library.name):
                done = run("abidiff", "--no-added-syms", baseline, now)
                self.assertEqual(done.returncode, 0, done.stdout[-4000:])

    def test_a_member_that_is_put_in_between_is_seen(self):
        """The check itself: a structure whose members moved is a difference."""
        text = BASELINE.read_text(encoding="utf-8")
        moved = re.sub(r"(<data-member access='public' layout-offset-in-bits=')\d+('[^>]*>\s*<var-decl name='memory_gb')", r"\g<1>4096\2", text)
        self.assertNotEqual(moved, text)
        other = self.folder / "moved.abi"
        other.write_text(moved, encoding="utf-8")
        self.assertNotEqual(run("abidiff", "--no-added-syms", BASELINE, other).returncode, 0)

    def test_a_function_that_is_gone_is_seen(self):
        text = BASELINE.read_text(encoding="utf-8")
        other = self.folder / "gone.abi"
        other.write_text("".join(line for line in text.splitlines(True) if "elf-symbol name='aihow_state_move'" not in line), encoding="utf-8")
        self.assertNotEqual(run("abidiff", "--no-added-syms", BASELINE, other).returncode, 0)

    def test_the_baseline_names_no_path(self):
        text = BASELINE.read_text(encoding="utf-8") + (GOLDEN / f"{LIBVIRT_LIBRARY.name}.abi").read_text(encoding="utf-8")
        self.assertEqual(re.findall(r"(?:path|comp-dir)='/[^']*'", text), [])
        self.assertNotIn(str(SOURCE), text)

    def test_the_library_is_named_and_versioned(self):
        dynamic = run("readelf", "--dynamic", LIBRARY).stdout
        self.assertRegex(dynamic, r"SONAME.*\[libaihow\.so\.0\]")
        self.assertIn("AIHOW_0.1", run("readelf", "--version-info", LIBRARY).stdout)

    def test_a_program_that_was_built_with_0_1_still_runs(self):
        if platform.machine() != "x86_64":
            return  # it is a program for that machine
        state = self.folder / "state.json"
        state.write_bytes((GOLDEN / "format-1.json").read_bytes())
        done = run(OLD_PROGRAM, state, env={**os.environ, "LD_LIBRARY_PATH": str(LIBRARY.parent)})
        self.assertEqual((done.returncode, done.stdout), (0, "my-cluster (hpc) is stopped, revision 42\ncompute-01 SHUTOFF 192.168.100.20\nbare UNDEFINED -\n"), done.stderr)
        # It is the old one: it asks for the versions of then, and for no other library of ours.
        needed = re.findall(r"NEEDED.*\[(.*)\]", run("readelf", "--dynamic", OLD_PROGRAM).stdout)
        self.assertEqual(needed, ["libaihow.so.0", "libc.so.6"])


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: MIT
"""Imports the package ai_how of the source tree over the library that was built. Import this first."""
import os
import pathlib
import sys
import tempfile
import unittest

from build_info import BUILD, SOURCE

PACKAGE = SOURCE / "capi" / "python"
LIBRARY = BUILD / "capi" / "libaihow.so.0"

sys.path.insert(0, str(PACKAGE))
os.environ.setdefault("AIHOW_LIBRARY", str(LIBRARY))
os.environ.setdefault("AIHOW_LIBVIRT_LIBRARY", str(BUILD / "capi" / "libvirt" / "libaihow-libvirt.so.0"))


class Case(unittest.TestCase):
    """A test with an empty folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="aihow-python-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.state = self.folder / "state.json"

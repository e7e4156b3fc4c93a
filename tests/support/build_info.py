# SPDX-License-Identifier: MIT
"""Where the tests find what is tested: set by tests/run, with defaults for running one file by hand."""
import os
import pathlib

SOURCE = pathlib.Path(os.environ.get("AIHOW_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("AIHOW_BUILD", SOURCE / "build-test" / "gcc"))
AIHOW = pathlib.Path(os.environ.get("AIHOW_BIN", BUILD / "tools" / "ai-how"))
GUEST_IMAGE = pathlib.Path(os.environ.get("AIHOW_GUEST_IMAGE", SOURCE / "build-test" / "guest.qcow2"))
SUPPORT = SOURCE / "tests" / "support"
LONG = os.environ.get("AIHOW_TEST_LONG") == "1"

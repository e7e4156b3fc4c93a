# SPDX-License-Identifier: MIT
"""The package itself: what importing it costs, where it finds the library, its wheel, and the Python that it is written in."""
import ast
import base64
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import unittest
import zipfile

from build_info import SOURCE
from python_package import LIBRARY, PACKAGE, Case

MAKE_WHEEL = PACKAGE / "make-wheel"
SHOW = "from ai_how.state import library_version; import ai_how; print(library_version(), ai_how.__file__)"


def python(code, *, path=PACKAGE, **environment):
    """Runs Python that finds the package in a folder, and no library but by the named variables."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("AIHOW") and name != "LD_LIBRARY_PATH"}
    return subprocess.run([sys.executable, "-c", code], env={**plain, "PYTHONPATH": str(path), "PYTHONDONTWRITEBYTECODE": "1", **environment}, capture_output=True, text=True)


class Import(unittest.TestCase):
    def test_it_brings_only_ctypes_enum_and_datetime_with_it(self):
        listed = "import sys, ctypes, enum, datetime, errno, os; before = set(sys.modules); import ai_how.state; print(*sorted(set(sys.modules) - before))"
        done = python(listed)
        self.assertEqual([name for name in done.stdout.split() if not name.startswith("ai_how") and name not in ("_datetime", "__future__")], [], done.stderr)

    def test_what_a_reader_does_not_need_is_imported_when_it_is_asked_for(self):
        listed = "import sys, ai_how.state as state; before = {*sys.modules}; state.Locked, state.Cancel; print(*sorted({*sys.modules} - before))"
        imported = python(listed).stdout.split()
        self.assertTrue({"ai_how.state._errors", "ai_how.state._values"} <= {*imported}, imported)

    def test_every_name_of_it_can_be_asked_for_and_no_other(self):
        from ai_how import state

        self.assertEqual([name for name in state.__all__ if getattr(state, name, None) is None], [])
        self.assertTrue({*state.__all__} <= {*dir(state)})
        with self.assertRaisesRegex(AttributeError, "no attribute 'nonsense'"):
            state.nonsense

    def test_it_needs_the_library_only_when_it_is_used(self):
        done = python("from ai_how.state import VMInfo, VMState; print(VMInfo('a', 1, 1, VMState.RUNNING).name)", AIHOW_LIBRARY="/nowhere/libaihow.so.0")
        self.assertEqual(done.stdout, "a\n", done.stderr)

    def test_every_module_of_it_is_installed(self):
        listed = (PACKAGE / "meson.build").read_text(encoding="utf-8")
        for path in (PACKAGE / "ai_how").rglob("*.py"):
            self.assertIn(f"'{path.relative_to(PACKAGE).as_posix()}'", listed)

    def test_it_is_python_3_9(self):
        for path in PACKAGE.rglob("*.py"):
            ast.parse(path.read_text(encoding="utf-8"), str(path), feature_version=(3, 9))

    def test_all_that_is_public_has_a_docstring(self):
        from ai_how import state

        for name in state.__all__:
            self.assertTrue(getattr(state, name).__doc__, name)
            for member, value in vars(getattr(state, name)).items():
                if callable(value) and not member.startswith("_") and isinstance(getattr(state, name), type) and name == "ClusterStateManager":
                    self.assertTrue(value.__doc__, f"{name}.{member}")


class Library(Case):
    def test_it_is_found_where_the_variable_says(self):
        self.assertRegex(python(SHOW, AIHOW_LIBRARY=str(LIBRARY)).stdout, r"^0\.1\.0 ")

    def test_it_is_found_beside_the_package(self):
        shutil.copytree(PACKAGE / "ai_how", self.folder / "ai_how")
        shutil.copy(LIBRARY, self.folder / "ai_how" / "libaihow.so.0")
        done = python(SHOW, path=self.folder)
        self.assertEqual(done.stdout, f"0.1.0 {self.folder / 'ai_how' / '__init__.py'}\n", done.stderr)

    def test_it_is_found_by_the_loader(self):
        self.assertRegex(python(SHOW, LD_LIBRARY_PATH=str(LIBRARY.parent)).stdout, r"^0\.1\.0 ")

    def test_one_that_cannot_be_loaded_is_an_import_error_that_says_what_to_do(self):
        done = python(SHOW, AIHOW_LIBRARY=str(self.folder / "absent.so"))
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stderr, r"ImportError: libaihow cannot be loaded from .*absent\.so.*AIHOW_LIBRARY")


class Wheel(Case):
    def make(self, *options):
        done = subprocess.run([sys.executable, str(MAKE_WHEEL), *options, str(self.folder)], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return pathlib.Path(done.stdout.strip())

    def test_it_has_the_package_and_says_so(self):
        wheel = self.make()
        self.assertEqual(wheel.name, "ai_how-0.1.0-py3-none-any.whl")
        with zipfile.ZipFile(wheel) as archive:
            names = archive.namelist()
            record = archive.read("ai_how-0.1.0.dist-info/RECORD").decode().splitlines()
            self.assertEqual(len(record), len(names))
            for line in record[:-1]:
                name, digest, size = line.rsplit(",", 2)
                data = archive.read(name)
                self.assertEqual((digest, int(size)), ("sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode(), len(data)))
        sources = {path.relative_to(PACKAGE).as_posix() for path in (PACKAGE / "ai_how").rglob("*") if path.suffix == ".py" or path.name == "py.typed"}
        self.assertEqual({name for name in names if name.startswith("ai_how/")}, sources)

    def test_the_same_sources_make_the_same_bytes(self):
        first = self.make().read_bytes()
        self.assertEqual(self.make().read_bytes(), first)

    def test_it_runs_where_it_was_unpacked_with_the_library_in_it(self):
        wheel = self.make("--library", str(LIBRARY))
        self.assertRegex(wheel.name, r"-py3-none-linux_\w+\.whl$")
        target = self.folder / "site"
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(target)
        self.assertTrue(python(SHOW, path=target).stdout.startswith("0.1.0 " + str(target)))

    def test_pip_installs_it(self):
        if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True).returncode != 0:
            return  # what pip would do is checked by the others
        wheel = self.make("--library", str(LIBRARY))
        target = self.folder / "site"
        done = subprocess.run([sys.executable, "-m", "pip", "install", "--no-index", "--no-deps", "--quiet", "--disable-pip-version-check", "--root-user-action=ignore", "--target", str(target), str(wheel)], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(python(SHOW, path=target).stdout.startswith("0.1.0 " + str(target)))


if __name__ == "__main__":
    unittest.main()

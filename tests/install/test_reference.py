# SPDX-License-Identifier: MIT
"""The API reference is made without a warning, and has what the headers have."""
import pathlib
import re
import shutil
import tempfile
import unittest

from build_info import SOURCE
from installed import run, said

HEADER = "capi/include/aihow/base.h"


class Reference(unittest.TestCase):
    """Made of a copy of the tree, in which headers may be spoilt."""

    @classmethod
    def setUpClass(cls):
        cls.work = pathlib.Path(tempfile.mkdtemp(prefix="aihow-reference-"))
        cls.addClassCleanup(shutil.rmtree, cls.work)
        cls.tree, cls.build = cls.work / "tree", cls.work / "build"
        for name in ("lib", "capi", "docs", "examples"):
            shutil.copytree(SOURCE / name, cls.tree / name)
        for name in ("meson.build", "meson_options.txt", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE"):
            shutil.copy(SOURCE / name, cls.tree)
        said("meson", "setup", cls.build, cls.tree, "-Ddocs=enabled", "-Dtests=disabled", "-Dtools=disabled", "-Dpython=disabled")

    def html(self):
        said("ninja", "-C", self.build, "docs/html")
        return self.build / "docs" / "html"

    def spoil(self, header, old, new):
        path = self.tree / header
        before = path.read_text(encoding="utf-8")
        self.addCleanup(path.write_text, before, encoding="utf-8")
        self.assertIn(old, before)
        path.write_text(before.replace(old, new, 1), encoding="utf-8")

    def failure(self):
        done = run("ninja", "-C", self.build, "docs/html")
        self.assertNotEqual(done.returncode, 0)
        return done.stdout

    def test_every_function_of_the_c_interface_is_in_it(self):
        shown = "".join(page.read_text(encoding="utf-8") for page in self.html().glob("*_8h.html"))
        described = set(re.findall(r'<td class="memname">[^<]*?(?:<a [^>]*>[^<]*</a>[^<]*?)*\b(aihow_\w+) *</td>', shown))
        for file in ("capi/aihow.map", "capi/libvirt/aihow-libvirt.map"):
            exported = set(re.findall(r"^ +(aihow_\w+);$", (SOURCE / file).read_text(encoding="utf-8"), re.MULTILINE))
            self.assertGreater(len(exported), 3)
            self.assertEqual(exported - described, set())

    def test_comments_of_both_languages_are_in_it(self):
        html = self.html()
        for page, sentence in (
            ("base_8h.html", "The version of the library that runs, as AIHOW_VERSION"),
            ("structaihow__store__table.html", "as a person would write it, for messages; copied"),
            ("aihow_8h.html", "No exception, abort, signal or exit leaves a function"),
            ("classaihow_1_1state_1_1ClusterStateManager.html", "Gives a VM of the state another name."),
            ("namespaceaihow_1_1state.html", "an allocation failed; state as before"),
            ("index.html", "the front door"),
        ):
            self.assertIn(sentence, (html / page).read_text(encoding="utf-8"), page)

    def test_every_public_header_has_a_page(self):
        pages = {path.name for path in self.html().glob("*_8h*.html")}
        for path in [*SOURCE.glob("lib/include/aihow/*/*.hpp"), *SOURCE.glob("capi/include/aihow/*.h")]:
            self.assertTrue(any(page.endswith(path.name.replace("_", "__").replace(".", "_8") + ".html") for page in pages), path)

    def test_it_names_no_path_of_the_machine(self):
        for page in self.html().rglob("*.*"):
            self.assertNotIn(str(self.work).encode(), page.read_bytes(), page)

    def test_it_is_installed(self):
        self.html()
        said("meson", "install", "-C", self.build, "--no-rebuild", "--quiet", "--tags", "doc", "--destdir", self.work / "staged")
        self.assertEqual(len(list((self.work / "staged").rglob("share/doc/aihow/html/index.html"))), 1)

    def test_a_reference_to_what_is_not_there_fails_the_build(self):
        self.spoil(HEADER, "Frees an error; NULL is fine.", "Frees an error; see @ref aihow_no_such_thing.")
        self.assertRegex(self.failure(), rf"{HEADER}:\d+: error: unable to resolve reference to 'aihow_no_such_thing'")

    def test_a_description_of_a_parameter_that_is_not_there_fails_the_build(self):
        self.spoil("lib/include/aihow/state/manager.hpp", "/// Writes a copy of the newest", "/// @param nothing that it has\n  /// Writes a copy of the newest")
        self.assertRegex(self.failure(), r"manager\.hpp:\d+: error: argument 'nothing'")


if __name__ == "__main__":
    unittest.main()

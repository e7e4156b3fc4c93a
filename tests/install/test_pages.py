# SPDX-License-Identifier: MIT
"""docs/embedding.md, docs/stores.md, docs/durability.md and the page of examples/embed (in a copy of that folder), on an installed tree: every
block with a file's name in its first line is saved under that name, every command of every console block prints what the page shows and ends with
the exit code that it names ("# exit 1"; else 0).

In the page "…" stands for any text, on a line of its own for any number of lines; times, and who it was, are any. AIHOW_ACCEPT=1 writes what is
printed into the page.
"""
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from build_info import SOURCE
from installed import InstalledTest

ACCEPT = os.environ.get("AIHOW_ACCEPT") == "1"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"(?://|#) ([\w.-]+)\n")
MASKS = ((r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME"), (r"\w+@[\w.-]+", "WHO"), (r"\s+", " "))


def masked(line):
    for pattern, word in MASKS:
        line = re.sub(pattern, word, line)
    return line.strip()


def fits(shown, printed):
    pattern = "".join(r"(?:.*\n)*" if line == "…" else re.escape(masked(line)).replace("…", ".*") + r"\n" for line in shown)
    return re.fullmatch(pattern, "".join(f"{masked(line)}\n" for line in printed)) is not None


class Pages(InstalledTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="aihow-page-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        (package,) = self.prefix.rglob("ai_how")
        self.shell = self.environment | {"CMAKE_PREFIX_PATH": str(self.prefix), "PYTHONPATH": str(package.parent),
                                         "PATH": f"{self.prefix / 'bin'}:{os.environ['PATH']}", "LIBAIHOW": str(SOURCE), "LC_ALL": "C.UTF-8"}

    def run_console(self, block):
        """The block as it is printed now."""
        out = []
        for part in re.split(r"^(?=\$ )", block, flags=re.MULTILINE)[1:]:
            command, *shown = part.splitlines()
            done = subprocess.run(["bash", "-c", command[2:]], cwd=self.folder, env=self.shell, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, timeout=600, check=False)
            printed = done.stdout.replace(self.folder, "/home/ann/lab").splitlines()
            ended = done.returncode if done.returncode >= 0 else 128 - done.returncode
            code = int(found[1]) if (found := re.search(r"# exit (\d+)$", command)) else 0
            if not ACCEPT:
                with self.subTest(command):
                    self.assertTrue(fits(shown, printed), "\n".join(["the page shows", *shown, "and this was printed:", *printed]))
                    self.assertEqual(ended, code)
            elif code != ended:
                printed.append(f"and the exit code was {ended}")
            out += [command, *(shown if fits(shown, printed) else printed)]
        return "".join(f"{line}\n" for line in out)

    def run_page(self, name):
        """Runs it; the number of its blocks."""
        path = SOURCE / name
        text = path.read_text(encoding="utf-8")
        parts, at, blocks = [], 0, 0
        for block in BLOCK.finditer(text):
            blocks += 1
            body = block[2]
            if block[1] == "console":
                body = self.run_console(body)
            else:
                named = NAMED.match(body)
                self.assertIsNotNone(named, f"{name}: a block that nothing runs:\n{body}")
                with open(os.path.join(self.folder, named[1]), "w", encoding="utf-8") as file:
                    file.write(body)
            parts += [text[at:block.start(2)], body]
            at = block.end(2)
        if ACCEPT:
            path.write_text("".join(parts) + text[at:], encoding="utf-8")
        return blocks

    def test_the_examples(self):
        shutil.copytree(self.doc / "examples" / "embed", self.folder, dirs_exist_ok=True)
        self.assertGreater(self.run_page("examples/embed/README.md"), 2)

    def test_embedding(self):
        self.assertGreater(self.run_page("docs/embedding.md"), 6)

    def test_stores(self):
        self.assertGreater(self.run_page("docs/stores.md"), 4)

    def test_durability(self):
        self.assertGreater(self.run_page("docs/durability.md"), 2)


if __name__ == "__main__":
    unittest.main()

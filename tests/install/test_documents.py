# SPDX-License-Identifier: MIT
"""The pages and examples that are installed are all that there are, and each link between them leads somewhere there."""
import re
import unittest
from urllib.parse import unquote

from build_info import SOURCE
from installed import InstalledTest

LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
# Does not run without the source tree.
LEFT_OUT = {"examples/quickstart/run"}


def anchors(text):
    """What a heading is called in a link: as GitHub and most others do."""
    titles = re.findall(r"^#+ +(.*)$", FENCED.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


class Documents(InstalledTest):
    def pages(self):
        return sorted(self.doc.rglob("*.md"))

    def test_every_page_and_every_example_is_installed(self):
        there = {str(path.relative_to(self.doc)) for path in self.doc.rglob("*") if path.is_file()}
        wanted = {"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE"}
        for path in [*SOURCE.glob("docs/*.md"), *SOURCE.glob("examples/**/*")]:
            if path.is_file() and "__pycache__" not in path.parts:
                wanted.add(str(path.relative_to(SOURCE)))
        self.assertEqual({path for path in there if not path.startswith("html/")}, wanted - LEFT_OUT)

    def test_each_link_leads_to_an_installed_file(self):
        seen = 0
        for page in self.pages():
            for target in LINK.findall(CODE.sub("", FENCED.sub("", page.read_text(encoding="utf-8")))):
                if re.match(r"[a-z]+:", target):
                    continue
                seen += 1
                path, _, anchor = unquote(target).partition("#")
                to = (page.parent / path).resolve() if path else page
                with self.subTest(page=page.name, link=target):
                    self.assertTrue(to.is_relative_to(self.doc.resolve()) and to.exists())
                    if anchor:
                        self.assertIn(anchor, anchors(to.read_text(encoding="utf-8")))
        self.assertGreater(seen, 50)


if __name__ == "__main__":
    unittest.main()

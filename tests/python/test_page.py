# SPDX-License-Identifier: MIT
"""The programs of docs/python.md do what the page says, one after another."""
import builtins
import contextlib
import io
import os
import re
import unittest

from build_info import SOURCE
from python_package import Case

PAGE = (SOURCE / "docs" / "python.md").read_text(encoding="utf-8")


class Page(Case):
    def test_its_programs_run_in_their_order(self):
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder)
        programs = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
        self.assertEqual(len(programs), 8)
        names = {}
        said = []
        for text in programs:
            with self.subTest(text), contextlib.redirect_stdout(io.StringIO()) as out:
                exec(compile(text, "docs/python.md", "exec"), names)
            said.append(out.getvalue())
        self.assertEqual(said[0], "compute-01: VMState.RUNNING\n")
        self.assertEqual(names["mgr"].records()[4].data["operation"], "drain")
        self.assertRegex(said[4], "^[0-9]+ remove_vm .*\\n")
        self.assertIn("  vm compute-01: state RUNNING -> PAUSED\n", said[4])
        self.assertRegex(said[4], "\nrevision 6 again, as revision 8: VMState.PAUSED\n$")
        self.assertEqual(said[5], "7 remove_vm\n8 undo\n")
        self.assertIn("compute-01 state PAUSED RUNNING\n", said[6])
        self.assertEqual(said[7], "connected rack\n")

    def test_its_errors_are_what_it_says(self):
        from ai_how import state

        rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| ([^|]*)\|", PAGE, re.MULTILINE)
        named = set()
        for left, right in rows:
            errors = [getattr(state, name) for name in re.findall(r"`(\w+)`", left)]
            named.update(error.__name__ for error in errors)
            kinds = [getattr(builtins, name) for name in re.findall(r"`(\w+)`", right)] if right.strip() else []
            if len(kinds) == 1:
                for error in errors:
                    self.assertTrue(issubclass(error, kinds[0]), error)
        every = {name for name in state.__all__ if isinstance(getattr(state, name), type) and issubclass(getattr(state, name), state.StateError)}
        self.assertEqual(every - {"StateError"}, named)


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: MIT
"""run_python.py [--results FILE] FOLDER|FILE|FILE::PATTERN …: runs unittest files (test_*.py) one by one, a line and a time for each test.

FILE::PATTERN runs only the tests whose name holds PATTERN. The counts are written to FILE as JSON.
"""
import argparse
import importlib.util
import json
import pathlib
import signal
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True


class Result(unittest.TestResult):
    """One line for each test as it ends. Subtests count with the test that they belong to."""

    def __init__(self):
        super().__init__()
        self.bad = []
        self.counts = {"passed": 0, "failed": 0, "skipped": 0}

    def startTest(self, test):
        super().startTest(test)
        self.started = time.monotonic()
        self.problems = []
        self.reason = None

    def _problem(self, test, error):
        text = self._exc_info_to_string(error, test)
        self.problems.append(text)
        print(f"--- {test.id()}\n{text}", flush=True)

    def addError(self, test, err):
        if isinstance(test, unittest.TestCase):
            self._problem(test, err)
        else:  # setUpClass, setUpModule: no test of theirs runs
            print(f"--- {test}\n{self._exc_info_to_string(err, test)}", flush=True)
            self.counts["failed"] += 1
            self.bad.append(str(test))

    addFailure = _problem

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self._problem(subtest, err)

    def addSkip(self, test, reason):
        if isinstance(test, unittest.TestCase):
            self.reason = reason
        else:
            print(f"{test}: skipped ({reason})", flush=True)
            self.counts["skipped"] += 1

    def addUnexpectedSuccess(self, test):
        self.problems.append("passed, which was not expected")

    def stopTest(self, test):
        super().stopTest(test)
        outcome = "failed" if self.problems else "skipped" if self.reason else "passed"
        self.counts[outcome] += 1
        if self.problems:
            self.bad.append(test.id())
        note = f" ({self.reason})" if outcome == "skipped" else ""
        word = {"passed": "ok", "failed": "FAILED", "skipped": "skipped"}[outcome]
        print(f"{test.id()}: {word}{note} {time.monotonic() - self.started:.1f} s", flush=True)


def load(path, pattern):
    name = path.stem
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    sys.path.insert(0, str(path.parent))
    spec.loader.exec_module(module)
    loader = unittest.TestLoader()
    if pattern:
        loader.testNamePatterns = [f"*{pattern}*"]
    return loader.loadTestsFromModule(module)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=pathlib.Path)
    parser.add_argument("what", nargs="+")
    options = parser.parse_args()
    # A shell starts what it puts into the background with SIGINT ignored, and programs leave it so: tests of it need it as it is.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    suite = unittest.TestSuite()
    for what in options.what:
        path, _, pattern = what.partition("::")
        path = pathlib.Path(path).resolve()
        files = sorted(path.glob("test_*.py")) if path.is_dir() else [path]
        if not files:
            print(f"no test_*.py in {path}")
        for file in files:
            suite.addTest(load(file, pattern))
    result = Result()
    suite.run(result)
    if options.results:
        options.results.write_text(json.dumps(result.counts), encoding="utf-8")
    print(", ".join(f"{number} {outcome}" for outcome, number in result.counts.items()))
    for name in result.bad:
        print(f"failed: {name}")
    return 1 if result.bad or not any(result.counts.values()) else 0


if __name__ == "__main__":
    sys.exit(main())

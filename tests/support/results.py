# SPDX-License-Identifier: MIT
"""Counts of test cases: out of meson's logs, and their sum over all runners.

results.py meson TESTLOG.json    the counts of a `meson test` run, as JSON
results.py sum FOLDER            adds FOLDER/*.json, prints `N passed, N failed[, N skipped]`, exits 1 on a failure (or, under CI=true, a skip)
results.py has-failure FILE.json    exits 0 where it counts a failure
results.py names|programs BUILD SUITE    the tests of a suite, and their programs as ninja targets
"""
import collections
import json
import os
import pathlib
import re
import subprocess
import sys

OUTCOMES = ("passed", "failed", "skipped")
ALL_PASSED = re.compile(r"All tests passed \(.* in (\d+) test cases?\)")
SOME_FAILED = re.compile(r"^test cases: +(\d+)(.*)$", re.MULTILINE)


def count_output(result, output):
    """The cases of one test program: what Catch2's own summary says, else the program as one case."""
    counts = collections.Counter()
    if found := ALL_PASSED.search(output):
        counts["passed"] = int(found[1])
    elif found := SOME_FAILED.search(output):
        for outcome in OUTCOMES:
            if number := re.search(rf"(\d+) {outcome}\b(?! as expected)", found[2]):
                counts[outcome] = int(number[1])
        if expected := re.search(r"(\d+) failed as expected", found[2]):
            counts["passed"] += int(expected[1])
    good = result in ("OK", "EXPECTEDFAIL")
    if result == "SKIP":
        counts["skipped"] += 1
    elif good and not counts:
        counts["passed"] = 1
    elif not good and not counts["failed"]:
        counts["failed"] = 1  # killed, timed out, or failed without a summary
    return counts


def count_meson(log):
    counts = collections.Counter()
    for line in pathlib.Path(log).read_text(encoding="utf-8", errors="replace").splitlines():
        test = json.loads(line)
        counts += count_output(test["result"], test.get("stdout", ""))
    return counts


def add_up(folder):
    counts = collections.Counter()
    for path in sorted(pathlib.Path(folder).glob("*.json")):
        counts += collections.Counter(json.loads(path.read_text(encoding="utf-8")))
    return counts


def of_suite(build, suite):
    """Meson's tests of one suite. A suite is named PROJECT:SUITE."""
    listed = json.loads(subprocess.run(["meson", "introspect", "--tests", build], check=True, capture_output=True, text=True).stdout)
    return [test for test in listed if any(name.partition(":")[2] == suite for name in test["suite"])]


def main(arguments):
    if arguments[:1] == ["meson"]:
        print(json.dumps(count_meson(arguments[1])))
    elif arguments[:1] == ["has-failure"]:
        path = pathlib.Path(arguments[1])
        return 0 if path.exists() and json.loads(path.read_text(encoding="utf-8")).get("failed") else 1
    elif arguments[:1] == ["names"]:
        print("\n".join(test["name"] for test in of_suite(*arguments[1:3])))
    elif arguments[:1] == ["programs"]:
        print("\n".join(sorted({os.path.relpath(test["cmd"][0], arguments[1]) for test in of_suite(*arguments[1:3])})))
    elif arguments[:1] == ["sum"]:
        counts = add_up(arguments[1])
        skipped = counts["skipped"]
        print(f"{counts['passed']} passed, {counts['failed']} failed" + (f", {skipped} skipped" if skipped else ""))
        return 1 if counts["failed"] or (skipped and os.environ.get("CI") == "true") or not counts["passed"] else 0
    else:
        print(__doc__, file=sys.stderr)
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

# SPDX-License-Identifier: MIT
"""Each public header compiles alone, as the first and only include; the C++ ones need neither Boost nor fmt nor libvirt."""
import concurrent.futures
import functools
import os
import pathlib
import subprocess
import unittest

from build_info import SOURCE

CPP_INCLUDE = SOURCE / "lib" / "include"
C_INCLUDE = SOURCE / "capi" / "include"
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror"]


def compile_alone(compiler, include, header, *flags):
    """Compiles a file that includes only this header; returns every file that was read for it."""
    source = f"#include <{header.relative_to(include)}>\n"
    language = "c++" if compiler in ("g++", "clang++") else "c"
    command = [compiler, "-x", language, *flags, *STRICT, f"-I{include}", "-fsyntax-only", "-MD", "-MF", "/dev/stdout", "-"]
    done = subprocess.run(command, input=source, capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        raise AssertionError(f"{compiler}: {header} does not compile alone:\n{done.stderr[:4000]}")
    return [pathlib.Path(word) for word in done.stdout.replace("\\\n", " ").split()[1:]]


class CppHeaders(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """All of them at once, as many as there are processors; each test then looks at its own."""
        pool = concurrent.futures.ThreadPoolExecutor(os.cpu_count())
        cls.addClassCleanup(pool.shutdown)
        cls.compiled = {
            (compiler, header): pool.submit(compile_alone, compiler, CPP_INCLUDE, header, "-std=c++20")
            for header in cpp_headers()
            for compiler in ("g++", "clang++")
        }

    def check(self, header):
        for compiler in ("g++", "clang++"):
            read = self.compiled[compiler, header].result()
            # libvirt's own folder in /usr/include, not ours of that name.
            strangers = [path for path in read if set(path.parts) & {"boost", "fmt"} or path.match("/usr/include/libvirt/*")]
            self.assertEqual(strangers, [])


class CHeaders(unittest.TestCase):
    def check(self, header):
        for compiler in ("gcc", "clang"):
            compile_alone(compiler, C_INCLUDE, header, "-std=c11", "-Wstrict-prototypes")
        for compiler in ("g++", "clang++"):
            for standard in ("c++11", "c++20"):
                compile_alone(compiler, C_INCLUDE, header, f"-std={standard}")


def cpp_headers():
    return sorted(CPP_INCLUDE.rglob("*.hpp"))


def add_tests():
    for case, include, headers in ((CppHeaders, CPP_INCLUDE, cpp_headers()), (CHeaders, C_INCLUDE, sorted(C_INCLUDE.rglob("*.h")))):
        for header in headers:
            name = "_".join(header.relative_to(include).with_suffix("").parts)
            setattr(case, f"test_{name}", functools.partialmethod(case.check, header))


add_tests()

if __name__ == "__main__":
    unittest.main()

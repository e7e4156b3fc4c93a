#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""plain_comments.py HEADER: the header as Doxygen is to read it, line by line the same. What stands at its top tells of the file, the plain
comments of C tell of what follows them, or stands before them on their line; and names are without `v0`, as callers write them."""
import re
import sys

path = sys.argv[1]
name = path[path.index("/include/") + len("/include/"):]
with open(path, encoding="utf-8") as file:
    text = file.read()


def c_comment(found):
    body = found[1]
    if body.lstrip().startswith(("SPDX", "----")):
        return found[0]
    before = text[text.rfind("\n", 0, found.start()) + 1:found.start()].strip()
    if before:
        return f"/**< {body}*/"
    # Only the top of a header stands before its guard.
    if "#ifndef" not in text[:found.start()]:
        return f"/** @file {name} {body}*/"
    return f"/** {body}*/"


def cpp_top(found):
    return found[1] + re.sub("^// ", "/// ", found[2], flags=re.MULTILINE).replace("/// ", f"/// @file {name} ", 1)


if path.endswith(".h"):
    text = re.sub(r"/\*(.*?)\*/", c_comment, text, flags=re.DOTALL)
else:
    text = re.sub(r"\A(// SPDX[^\n]*\n)((?:// [^\n]*\n)+)", cpp_top, text)
    text = text.replace("::inline v0 {", " {")
sys.stdout.write(text)

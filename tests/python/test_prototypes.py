# SPDX-License-Identifier: MIT
"""The package's prototypes and structures are the headers'."""
import ctypes
import re
import subprocess
import unittest

from build_info import SOURCE
import python_package  # noqa: F401

from ai_how.state import _abi, _history, _models, _more_structures, _values, _watch, events, libvirt, observers, stores
from ai_how.state._errors import by_code

INCLUDE = SOURCE / "capi" / "include"
HEADERS = "\n".join(path.read_text(encoding="utf-8") for path in sorted((INCLUDE / "aihow").glob("*.h")))
TEXT = re.sub(r"/\*.*?\*/", " ", HEADERS, flags=re.DOTALL)

SCALARS = {"int32_t": "i", "uint32_t": "u", "int64_t": "q", "uint64_t": "Q", "size_t": "z", "void": "v"}
OPAQUE = set(re.findall(r"^typedef struct (aihow_\w+) \1;", TEXT, re.MULTILINE))


def letter(declaration):
    """The letter of a parameter or result, as the package's table has it."""
    words = declaration.replace("*", " * ").split()
    if words[-1] not in ("*",) and len(words) > 1 and words[-1] not in SCALARS:
        words = words[:-1]  # the parameter's name
    kind = " ".join(words)
    if kind in ("const char *",):
        return "s"
    if kind in SCALARS:
        return SCALARS[kind]
    plain = kind.replace("const ", "")
    if plain.count("*") == 1 and plain.split()[0] in OPAQUE:
        return "h"
    return "p"


def functions():
    out = {}
    for result, name, arguments in re.findall(r"^AIHOW_API ([\w ]+[ *]+)(aihow_\w+)\(([^)]*)\);", TEXT, re.MULTILINE | re.DOTALL):
        parameters = [] if arguments.strip() == "void" else [part.strip() for part in arguments.split(",")]
        out[name] = letter(result.strip()) + "".join(letter(" ".join(part.split())) for part in parameters)
    return out


def structures():
    out = {}
    for name, body in re.findall(r"^typedef struct (aihow_\w+) \{(.*?)^\} \1;", TEXT, re.MULTILINE | re.DOTALL):
        members = []
        for member in (part.strip() for part in body.split(";")):
            if not member:
                continue
            pointer = re.search(r"\(\*(\w+)\)", member)
            array = re.search(r"(\w+)\[(\d+)\]$", member)
            members.append(pointer.group(1) if pointer else array.group(1) if array else re.search(r"(\w+)$", member).group(1))
        out[name] = members
    return out

# What Python has no use for: a function that is added to the headers is used, or its reason stands here.
NOT_USED = {
    "VMState, allows() and their tables are Python's own": "aihow_action_name aihow_lifecycle_count aihow_lifecycle_get aihow_lifecycle_targets aihow_vm_state_name aihow_vm_state_parse",
    "the exceptions say it": "aihow_error_code aihow_error_set aihow_status_text",
    "datetime and text": "aihow_time_format aihow_time_instant aihow_time_now aihow_time_parse aihow_uuid_format aihow_uuid_parse aihow_version",
    "networks, volumes, pools and members of others come as JSON":
        "aihow_state_get_network aihow_state_get_volume aihow_state_get_pool aihow_state_set_network aihow_state_set_volume aihow_state_set_pool "
        "aihow_state_insert_network aihow_state_insert_volume aihow_state_insert_pool aihow_state_get_unknown aihow_state_set_unknown aihow_state_unknown_count",
    "== compares, ClusterState.from_json() reads bytes": "aihow_state_equal aihow_inspection_of_bytes",
    "a Cancel keeps its own": "aihow_cancel_share",
    "History.oldest_kept says it": "aihow_records_oldest_kept",
}


class Prototypes(unittest.TestCase):
    def test_each_function_has_the_headers_types(self):
        declared = functions()
        self.assertGreater(len(declared), 60)
        for name, signature in {**_abi.FUNCTIONS, **libvirt.FUNCTIONS}.items():
            with self.subTest(name):
                self.assertEqual(signature, declared.get(name))

    def test_each_function_of_the_table_is_used(self):
        sources = "".join(path.read_text(encoding="utf-8") for path in (SOURCE / "capi" / "python" / "ai_how").rglob("*.py"))
        used = set(re.findall(r"\blib\.(aihow_\w+)", sources))
        self.assertEqual({*_abi.FUNCTIONS, *libvirt.FUNCTIONS}, used)

    def test_a_function_that_is_not_used_has_its_reason(self):
        left_out = " ".join(NOT_USED.values()).split()
        self.assertEqual(len(left_out), len(set(left_out)))
        self.assertEqual({*functions()} - {*_abi.FUNCTIONS, *libvirt.FUNCTIONS}, set(left_out))

    def test_each_structure_has_the_headers_members_at_their_places(self):
        declared = structures()
        checks = []
        for name, structure in {**_abi.STRUCTURES, **_more_structures.STRUCTURES, **_history.STRUCTURES, **_watch.STRUCTURES, **events.STRUCTURES, **libvirt.STRUCTURES, **observers.STRUCTURES, **stores.STRUCTURES}.items():
            with self.subTest(name):
                self.assertEqual([field[0] for field in structure._fields_], declared[name])
            checks.append(f"_Static_assert(sizeof({name}) == {ctypes.sizeof(structure)}, \"{name}\");")
            for field in structure._fields_:
                place = getattr(structure, field[0])
                checks.append(f"_Static_assert(offsetof({name}, {field[0]}) == {place.offset}, \"{name}.{field[0]}\");")
                checks.append(f"_Static_assert(sizeof((({name}*)0)->{field[0]}) == {place.size}, \"{name}.{field[0]}\");")
        program = "#include <aihow/aihow-libvirt.h>\n" + "\n".join(checks)
        done = subprocess.run(["cc", "-x", "c", "-std=c11", f"-I{INCLUDE}", "-fsyntax-only", "-"], input=program, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_numbers_are_the_headers(self):
        values = {}
        for body in re.findall(r"^enum \{(.*?)\};", TEXT, re.MULTILINE | re.DOTALL):
            values.update((name, int(number)) for name, number in re.findall(r"(AIHOW_\w+) = (-?\d+)", body))
        self.assertEqual({name[15:]: number for name, number in values.items() if name.startswith("AIHOW_VM_STATE_")}, {s.name: s.value for s in _models.VMState})
        self.assertEqual({number for name, number in values.items() if name.startswith("AIHOW_E_")}, set(by_code))
        for name in ("KIND_VM", "KIND_NETWORK", "KIND_VOLUME", "KIND_POOL", "TIME_NONE", "TIME_UTC", "TIME_LOCAL"):
            self.assertEqual(getattr(_abi, name), values[f"AIHOW_{name}"])
        self.assertEqual({name[14:].lower(): n for name, n in values.items() if name.startswith("AIHOW_PENDING_") and n}, {w: n for w, n in _models._PENDING_NUMBERS.items() if w})
        self.assertEqual({int(n): w for n, w in _values.KINDS.items()}, {n: name[11:].lower() for name, n in values.items() if name.startswith("AIHOW_KIND_")})
        types = {n: name[13:].lower() for name, n in values.items() if name.startswith("AIHOW_RECORD_")}
        self.assertEqual(tuple(types[n] for n in sorted(types)), _history._TYPES)
        told = {n: name[12:].lower() for name, n in values.items() if name.startswith("AIHOW_WATCH_")}
        self.assertEqual(tuple(told[n] for n in sorted(told)), _watch._EVENTS)
        for name in ("CONNECTED", "LOST", "VM", "OTHER"):
            self.assertEqual(getattr(events, f"_{name}"), values[f"AIHOW_WORLD_{name}"])
        verdicts = {n: name[14:].lower() for name, n in values.items() if name.startswith("AIHOW_VERDICT_")}
        self.assertEqual(tuple(verdicts[n] for n in sorted(verdicts)), _values._VERDICTS)


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: MIT
"""The JSON Schema of the document says what the reader says: each document here is judged by both. What follows from the format's tables is
compared in tests/unit/schema; this is about what the schema means."""
import copy
import json
import os
import pathlib
import unittest

import jsonschema

from command import GOLDEN, CommandTest

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
SCHEMA = json.loads((SOURCE / "lib" / "schema" / "state.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
LISTS = {"vm": "vms", "network": "networks", "volume": "volumes", "pool": "pools"}
REMOVED = object()

LONG = "x" * 64
UUID = "0123abcd-89ef-4abc-8def-0123456789ab"
# Where, what is put there, and whether the document is valid then.
CASES = [
    ("/cluster_name", "a", True), ("/cluster_name", LONG, True), ("/cluster_name", "9.a_b-c", True),
    ("/cluster_name", "", False), ("/cluster_name", LONG + "x", False), ("/cluster_name", "-a", False), ("/cluster_name", "a b", False),
    ("/cluster_name", "\u00e4", False),
    ("/cluster_type", "cloud", True), ("/cluster_type", "grid", False), ("/status", "partial", True), ("/status", "fine", False),
    ("/created_at", "2025-10-21T14:32:15", True), ("/created_at", "2025-10-21T14:32:15.1Z", True), ("/created_at", "2025-10-21T14:32:15.123456789+05:30", True),
    ("/created_at", "0001-01-01T00:00:00", True), ("/created_at", "9999-12-31T23:59:59.999999Z", True),
    ("/created_at", "0000-01-01T00:00:00", False), ("/created_at", "2025-13-01T00:00:00", False), ("/created_at", "2025-00-01T00:00:00", False),
    ("/created_at", "2025-01-32T00:00:00", False), ("/created_at", "2025-10-21 14:32:15", False), ("/created_at", "2025-10-21T24:00:00", False),
    ("/created_at", "2025-10-21T14:60:15", False), ("/created_at", "2025-10-21T14:32:60", False), ("/created_at", "2025-10-21T14:32:15.", False),
    ("/created_at", "2025-10-21T14:32:15.1234567890", False), ("/created_at", "2025-10-21T14:32:15z", False), ("/created_at", "2025-10-21T14:32:15+24:00", False),
    ("/created_at", "2025-02-28T00:00:00", True), ("/created_at", "2025-02-29T00:00:00", False), ("/created_at", "2024-02-29T00:00:00", True),
    ("/created_at", "2000-02-29T00:00:00", True), ("/created_at", "1900-02-29T00:00:00", False), ("/created_at", "0400-02-29T00:00:00", True),
    ("/created_at", "2025-04-30T00:00:00", True), ("/created_at", "2025-04-31T00:00:00", False), ("/created_at", "2025-02-30T00:00:00", False),
    ("/created_at", "2025-10-21T14:32:15Z\n", False), ("/cluster_name", "abc\n", False), ("/vms/0/domain_uuid", UUID + "\n", False),
    ("/networks/0/bridge", "b\n", False), ("/vms/0/ip_address", "192.168.100.1\n", False), ("/volumes/0/format", "raw\n", False),
    ("/created_at", "2025-10-21", False), ("/created_at", "", False), ("/created_at", None, False),
    ("/vms", [], True), ("/vms", REMOVED, True), ("/vms", [1], False), ("/networks", REMOVED, True), ("/volumes", [], True), ("/pools", REMOVED, True),
    ("/vms/0/name", "controller.lab", True), ("/vms/0/name", "con troller", False),
    ("/vms/0/cpu_cores", 1, True), ("/vms/0/cpu_cores", 4096, True), ("/vms/0/cpu_cores", 0, False), ("/vms/0/cpu_cores", 4097, False),
    ("/vms/0/cpu_cores", -1, False), ("/vms/0/cpu_cores", 1.5, False), ("/vms/0/cpu_cores", True, False), ("/vms/0/cpu_cores", 2 ** 70, False),
    ("/vms/0/memory_gb", 16777216, True), ("/vms/0/memory_gb", 16777217, False), ("/vms/0/memory_gb", 0, False),
    ("/vms/0/gpu_count", 0, True), ("/vms/0/gpu_count", 1024, True), ("/vms/0/gpu_count", 1025, False), ("/vms/0/gpu_count", -1, False),
    ("/vms/0/state", "DYING", True), ("/vms/0/state", "running", False), ("/vms/0/state", "", False),
    ("/vms/0/ip_address", None, True), ("/vms/0/ip_address", "192.168.100.255", True),
    ("/vms/0/ip_address", "", False), ("/vms/0/ip_address", "192.168.100", False), ("/vms/0/ip_address", "192.168.100.256", False),
    ("/vms/0/ip_address", "192.168.100.1.", False), ("/vms/0/ip_address", "192.168.100.01", False), ("/vms/0/ip_address", "controller", False),
    ("/vms/0/volumes", [], True), ("/vms/0/volumes", ["/a", "/b..c/..d"], True), ("/vms/0/volumes", ["a"], False), ("/vms/0/volumes", ["/a/../b"], False),
    ("/vms/0/volumes", ["/a/.."], False), ("/vms/0/volumes", ["/a\u0007"], False), ("/vms/0/volumes", [""], False), ("/vms/0/volumes", [1], False),
    ("/vms/0/volumes", ["/" + "x" * 4095], True), ("/vms/0/volumes", ["/" + "x" * 4096], False),
    ("/vms/0/role", "", True), ("/vms/0/role", "x" * 4096, True), ("/vms/0/role", "x" * 4097, False), ("/vms/0/role", "a\tb", False),
    ("/vms/0/state_reason", "\u00e4\u4e2d", True), ("/vms/0/state_reason", "a\n", False), ("/vms/0/state_reason", "\u0085", False),
    ("/vms/0/hypervisor", "\u007f", False), ("/vms/0/domain_name", "a b", True),
    ("/vms/0/auto_start", True, True), ("/vms/0/auto_start", "no", False),
    ("/vms/0/domain_uuid", UUID.upper(), True), ("/vms/0/domain_uuid", UUID[:-1], False), ("/vms/0/domain_uuid", UUID.replace("-", ""), False),
    ("/vms/0/domain_uuid", "g" + UUID[1:], False), ("/vms/0/domain_uuid", None, False),
    ("/vms/0/pending", "delete", True), ("/vms/0/pending", "remove", False), ("/vms/0/unreachable_since", "never", False),
    ("/networks/0/missing_since", "2025-10-21T14:32:15Z", True), ("/networks/0/missing_since", "never", False),
    ("/networks/0/inactive_since", None, False), ("/volumes/0/missing_since", "2025-10-21", False), ("/volumes/0/inactive_since", "later", True),
    ("/pools/0/missing_since", 1, False), ("/pools/0/inactive_since", "2025-10-21T14:32:15Z", True),
    ("/vms/0/something", {"else": [None]}, True),
    ("/networks/0/name", "my net", True), ("/networks/0/name", "x" * 255, True), ("/networks/0/name", "x" * 256, False), ("/networks/0/name", "a/b", False),
    ("/networks/0/name", "..", False), ("/networks/0/name", ".", False), ("/networks/0/name", "...", True), ("/networks/0/name", "", False),
    ("/networks/0/subnet", "0.0.0.0/0", True), ("/networks/0/subnet", "192.168.100.0", False), ("/networks/0/subnet", "192.168.100.0/33", False),
    ("/networks/0/subnet", "192.168.100.0/024", False), ("/networks/0/subnet", "192.168.100/24", False), ("/networks/0/subnet", "/24", False),
    ("/networks/0/bridge", "b", True), ("/networks/0/bridge", "x" * 15, True), ("/networks/0/bridge", "x" * 16, False), ("/networks/0/bridge", "a:b", False),
    ("/networks/0/bridge", "a/b", False), ("/networks/0/bridge", "..", False), ("/networks/0/bridge", "a b", False), ("/networks/0/bridge", "", False),
    ("/networks/0/active_ips", [], True), ("/networks/0/active_ips", ["x"], False), ("/networks/0/active_ips", "192.168.100.10", False),
    ("/volumes/0/size_gb", 0, True), ("/volumes/0/size_gb", 1073741824, True), ("/volumes/0/size_gb", 1073741825, False), ("/volumes/0/size_gb", -1, False),
    ("/volumes/0/format", "raw", True), ("/volumes/0/format", "", False), ("/volumes/0/format", "q cow", False), ("/volumes/0/format", LONG + "x", False),
    ("/volumes/0/pool", "", True), ("/volumes/0/pool", "a/b", False), ("/volumes/0/backing_file", "", True), ("/volumes/0/backing_file", "base.qcow2", False),
    ("/pools/0/owned", False, True), ("/pools/0/owned", 1, False), ("/pools/0/path", "relative", False),
    ("/aihow", REMOVED, True), ("/aihow/format_version", 0, False), ("/aihow/format_version", 2, False), ("/aihow/revision", 0, True),
    ("/aihow/revision", 2 ** 64 - 1, True), ("/aihow/revision", 2 ** 64, False), ("/aihow/revision", -1, False),
    ("/aihow/lineage", "00000000-0000-0000-0000-000000000000", False), ("/aihow/lineage", "x", False), ("/aihow/checksum", REMOVED, True),
    ("/aihow/checksum", "md5", True), ("/aihow/checksum", 5, False),
]
SIX = [("/vms/0/ip_address", "fd00::10", True), ("/vms/0/ip_address", "fd00:0:0:0:0:0:1.2.3.4", True), ("/vms/0/ip_address", "fd00", False),
       ("/vms/0/ip_address", "fd00::g", False), ("/networks/0/subnet", "fd00::/128", True), ("/networks/0/subnet", "fd00::/129", False),
       ("/networks/0/subnet", "fd00::/064", False), ("/networks/0/subnet", "fd00::", False), ("/networks/0/subnet", "1::2::3/64", False),
       ("/networks/0/subnet", ":/64", False), ("/networks/0/subnet", "::1.2.3.4/64", True)]
SIX += [("/vms/0/ip_address", text, True) for text in (
    "::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1:2:3:4:5:6:1.2.3.4", "::1.2.3.4", "1::6:1.2.3.4", "1:2:3:4:5::1.2.3.4",
    "ABCD:ef01::")]
SIX += [("/vms/0/ip_address", text, False) for text in (
    ":", ":::", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7", "1:2:3:4::5:6:7:8", "1::2::3", "1:::2", ":1", "1:", "12345::", "::1.2.3", "::1.2.3.256", "1:2:3:4:5:6:7:1.2.3.4",
    "1:2:3:4:5:6::1.2.3.4", "::1.2.3.4:5", "1:2:3:4:5:6:7:8::", "fd00::1\n")]


def changed(document, pointer, value):
    out = copy.deepcopy(document)
    *way, last = [int(step) if step.isdigit() else step for step in pointer[1:].split("/")]
    at = out
    for step in way:
        at = at[step]
    if value is REMOVED:
        del at[last]
    else:
        at[last] = value
    return out


class Schema(CommandTest):
    def setUp(self):
        super().setUp()
        self.whole = json.loads((GOLDEN.parent / "format-1.json").read_text(encoding="utf-8"))
        # Rules between members are no schema's: one VM, whose address may be any of the network.
        del self.whole["vms"][1:]
        self.whole["networks"][0]["active_ips"] = []

    def judged(self, document):
        """Whether reader and rules take it."""
        path = self.folder / "document.json"
        path.write_text(json.dumps(document, indent=2), encoding="utf-8")
        os.utime(path, (0, 0))
        done = self.run_command("state", "verify", path, "-o", "name", code=None)
        self.assertIn(done.returncode, (0, 8), done.stderr)
        return done.returncode == 0

    def check(self, document, valid, what):
        errors = [f"{error.json_path}: {error.message[:200]}" for error in VALIDATOR.iter_errors(document)]
        self.assertEqual(self.judged(document), valid, f"the reader, of {what}")
        self.assertEqual(not errors, valid, f"the schema, of {what}: {errors}")

    def test_is_a_schema(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)
        self.assertEqual(SCHEMA["$schema"], "https://json-schema.org/draft/2020-12/schema")

    def test_golden_documents(self):
        names = ["format-1.json", "format-1-unsigned.json", "reference-sample.json", "layout-2-imported.json"]
        for name in names:
            VALIDATOR.validate(json.loads((GOLDEN.parent / name).read_text(encoding="utf-8")))
        self.assertFalse(VALIDATOR.is_valid(json.loads((GOLDEN.parent / "layout-2.json").read_text(encoding="utf-8"))))

    def test_what_is_written(self):
        self.run_command("--state", self.state, "state", "import", GOLDEN.parent / "layout-2.json")
        VALIDATOR.validate(self.read_state())

    def test_cases(self):
        self.check(self.whole, True, "the whole")
        for pointer, value, valid in CASES:
            document = changed(self.whole, pointer, value)
            if pointer == "/networks/0/subnet":
                document["vms"][0]["ip_address"] = None
            self.check(document, valid, (pointer, value))

    def test_version_6(self):
        whole = changed(changed(self.whole, "/networks/0/subnet", "fd00::/64"), "/vms/0/ip_address", None)
        for pointer, value, valid in SIX:
            document = changed(whole, pointer, value)
            if pointer == "/vms/0/ip_address":
                document["networks"] = []  # where it lies is no schema's
            self.check(document, valid, (pointer, value))

    def places(self):
        yield "", SCHEMA
        yield "/aihow", SCHEMA["$defs"]["aihow"]
        for name, members in LISTS.items():
            yield f"/{members}/0", SCHEMA["$defs"][name]

    def test_every_member_has_its_type(self):
        """Of each member: a value of every other type is refused by both."""
        samples = {"string": "\u0000", "integer": -1, "number": 1.5, "boolean": True, "null": None, "array": [[]], "object": {}}
        for place, definition in self.places():
            for name, schema in definition["properties"].items():
                known = schema.get("type", "string" if "enum" in schema else "object")
                own = known if isinstance(known, list) else [known]
                for kind, sample in samples.items():
                    if kind not in own:
                        self.check(changed(self.whole, f"{place}/{name}", sample), False, (place, name, kind))

    def test_every_member_is_required_or_not(self):
        for place, definition in self.places():
            for name in definition["properties"]:
                pointer = f"{place}/{name}"
                document = changed(self.whole, pointer, None)
                self.check(changed(document, pointer, REMOVED), name not in definition["required"], f"no {pointer}")

    def test_documents_that_are_no_object(self):
        for document in ([], None, "x", 1):
            self.check(document, False, document)


if __name__ == "__main__":
    unittest.main()

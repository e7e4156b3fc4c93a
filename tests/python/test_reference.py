# SPDX-License-Identifier: MIT
"""Every Python example of the reference page runs as it is printed."""
import contextlib
import dataclasses
import enum
import io
import os
import re
import textwrap

from build_info import SOURCE
from python_package import Case

from ai_how import state as package
from ai_how.state import ClusterStateManager, VMInfo, VMState

PAGE = (SOURCE / "tests" / "golden" / "reference-page.md").read_text(encoding="utf-8")


def examples():
    """The Python blocks of the page, in order. A fence of the page ends with a word now and then."""
    blocks = re.findall(r"^ *```python\n(.*?)^ *```", PAGE, re.MULTILINE | re.DOTALL)
    return [textwrap.dedent(text) for text in blocks]


DEFINITIONS = [text for text in examples() if re.match(r"(@dataclass\n)?class ", text)]
EXAMPLES = [text for text in examples() if text not in DEFINITIONS]


def defined(text):
    """What a block of the page defines, as the page's own words have it."""
    from datetime import datetime

    names = {"Enum": enum.Enum, "dataclass": dataclasses.dataclass, "field": dataclasses.field, "datetime": datetime, "VMState": VMState, "VMInfo": VMInfo}
    before = set(names)
    code = compile("from __future__ import annotations\n" + text, "the reference", "exec")
    exec(code, names)
    (name,) = [name for name in re.findall(r"^class (\w+)", text, re.MULTILINE)]
    assert name in before or name in names
    return names[name]


class Reference(Case):
    def setUp(self):
        super().setUp()
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder)

    def names(self):
        """What an example may count on: that the ones before it were run."""
        mgr = ClusterStateManager("state.json")
        mgr.ensure_state("my-cluster", "hpc")
        mgr.add_vm(VMInfo("controller", 8, 32, VMState.RUNNING, ip_address="192.168.100.10"))
        mgr.add_vm(VMInfo("compute-01", 16, 64, VMState.RUNNING, ip_address="192.168.100.20"))
        return {"mgr": mgr, "state": mgr.get_state(), "vm": mgr.get_vm("compute-01"), "VMState": VMState}

    def run_example(self, text, names):
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(text, "the reference", "exec"), names)
        return said.getvalue()

    def test_the_page_has_as_many_examples_as_are_known(self):
        self.assertEqual((len(DEFINITIONS), len(EXAMPLES)), (3, 16))

    def test_each_runs_in_its_order_from_an_empty_folder_on(self):
        names = {"vm": VMInfo("compute-01", 16, 64, VMState.RUNNING)}
        for text in EXAMPLES:
            with self.subTest(text):
                self.run_example(text, names)

    def test_each_runs_by_itself_and_says_what_it_should(self):
        said = {
            "# Check multiple states": "VM is running\nVM is active\n",
            "vm = VMInfo(": "compute-01: VMState.RUNNING (192.168.100.20)\n",
            "state = mgr.get_state()\nif state:": "Cluster: my-cluster\n",
            "vms = mgr.get_all_vms()": "controller: VMState.RUNNING\ncompute-01: VMState.RUNNING\n",
            'vm = mgr.get_vm("compute-01")': "IP: 192.168.100.20\n",
            'print(f"Status:': "Status: running\nVMs: 2\n",
            'state.status == "running"': "Cluster is running\n",
            "running_vms = sum(": "Running VMs: 2\n",
            "target_ip": "Found VM: compute-01\n",
        }
        seen = set()
        for text in EXAMPLES:
            with self.subTest(text):
                for file in self.folder.iterdir():
                    file.unlink()
                names = self.names()
                if "mgr.add_vm(vm)" in text:
                    names["mgr"].remove_vm("compute-01")
                spoken = self.run_example(text, names)
                for words, expected in said.items():
                    if words in text and "mgr.add_vm" not in text:
                        self.assertEqual(spoken, expected)
                        seen.add(words)
        self.assertEqual(seen, set(said))

    def test_what_examples_change_is_in_the_file(self):
        names = self.names()
        for text in EXAMPLES:
            if text.startswith("from ai_how.state import VMState\n\nmgr.update_vm_state") or text.startswith("mgr.remove_vm"):
                self.run_example(text, names)
                vm = ClusterStateManager("state.json").get_vm("compute-01")
                self.assertEqual(vm and vm.state, VMState.PAUSED if "update" in text else None)

    def test_the_enumeration_is_the_pages(self):
        page = defined(DEFINITIONS[0])
        self.assertEqual([(each.name, each.value) for each in page], [(each.name, each.value) for each in VMState])
        self.assertTrue(issubclass(VMState, enum.Enum))

    def test_the_models_have_the_pages_members_and_defaults(self):
        for text in DEFINITIONS[1:]:
            page = defined(text)
            ours = getattr(package, page.__name__)
            with self.subTest(page.__name__):
                fields = dataclasses.fields(page)
                self.assertEqual(list(ours.__match_args__)[: len(fields)], [field.name for field in fields])
                needed = [field.name for field in fields if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING]
                values = dict(zip(needed, ("x", 2, 3, VMState.PAUSED)))
                theirs, own = page(**values), ours(**values)
                for field in fields:
                    if field.name in ("created_at", "last_seen", "last_modified"):
                        self.assertLess(abs((getattr(theirs, field.name) - getattr(own, field.name)).total_seconds()), 60)
                    else:
                        self.assertEqual(getattr(theirs, field.name), getattr(own, field.name))
                with self.assertRaises(TypeError):
                    ours(**{name: values[name] for name in needed[:-1]})
                # By position too, as far as the page's own members go.
                self.assertEqual(getattr(ours(*values.values()), needed[-1]), values[needed[-1]])

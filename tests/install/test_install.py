# SPDX-License-Identifier: MIT
"""An installed tree, copied to another place, is whole: programs compile against it, run with it, and the command works."""
import json
import os
import pathlib
import re
import shutil
import tempfile
import unittest

from build_info import BUILD, SOURCE
from demo import domain_xml, vm_uuid, write_node_file
from installed import STRICT, InstalledTest, said

CONSUMERS = pathlib.Path(__file__).resolve().parent / "consumers"


def unmarked(name):
    return f"<domain type='test'><name>{name}</name><memory unit='GiB'>1</memory><os><type>hvm</type></os></domain>"


class InstalledTree(InstalledTest):
    def compiled(self, compiler, source, *flags):
        program = self.work / pathlib.Path(source).name.replace(".", "-")
        said(*compiler, CONSUMERS / source, *STRICT, "-o", program, *flags)
        return program

    def test_a_cpp_program_keeps_a_state_with_the_library(self):
        program = self.compiled(["g++", "-std=c++20"], "manager.cpp", *self.flags("aihow-state"))
        state = self.work / "state.json"
        self.assertEqual(said(program, state), "RUNNING\n")
        self.assertIn('"cluster_name": "consumer"', state.read_text(encoding="utf-8"))

    def test_the_programs_of_the_library_page_do_what_it_says(self):
        page = (SOURCE / "docs" / "library.md").read_text(encoding="utf-8")
        for language, name, compiler, package, output in (
            ("cpp", "page.cpp", ["g++", "-std=c++20"], "aihow-state", "partial"),
            ("c", "page.c", ["gcc", "-std=c11"], "aihow", "RUNNING may be paused: yes"),
        ):
            (program,) = re.findall(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
            source = self.work / name
            source.write_text(program, encoding="utf-8")
            program = self.compiled(compiler, source, *self.flags(package))
            with tempfile.TemporaryDirectory() as empty:
                self.assertEqual(said(program, env=self.environment, cwd=empty), output + "\n")

    def test_the_program_of_the_c_page_does_what_it_says(self):
        (program,) = re.findall(r"^```c\n(.*?)^```", (SOURCE / "docs" / "c.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
        source = self.work / "lab.c"
        source.write_text(program, encoding="utf-8")
        for compiler in ("gcc", "clang"):
            program = self.compiled([compiler, "-std=c11"], source, *self.flags("aihow"))
            with tempfile.TemporaryDirectory() as empty:
                self.assertEqual(said(program, env=self.environment, cwd=empty), "controller has 9 cores and is RUNNING\n")

    def test_the_program_of_the_readme_does_what_it_shows(self):
        (program,) = re.findall(r"^```cpp\n(.*?)^```", (SOURCE / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
        source = self.work / "readme.cpp"
        source.write_text(program, encoding="utf-8")
        program = self.compiled(["g++", "-std=c++20"], source, *self.flags("aihow-state"))
        with tempfile.TemporaryDirectory() as folder:
            state = pathlib.Path(folder) / "output" / "state.json"
            state.parent.mkdir()
            shutil.copy(SOURCE / "tests" / "golden" / "format-1.json", state)
            before = json.loads(state.read_text(encoding="utf-8"))["vms"]
            self.assertEqual(said(program, cwd=folder), "".join(f"{vm['name']} {vm['state']}\n" for vm in before))
            after = json.loads(state.read_text(encoding="utf-8"))["vms"]
            self.assertEqual(after, [before[0] | {"state_reason": "drained"}, *before[1:]])

    def test_a_cpp_program_asks_libvirt_with_the_observer(self):
        program = self.compiled(["g++", "-std=c++20"], "observer.cpp", *self.flags("aihow-libvirt"))
        with tempfile.TemporaryDirectory() as folder:
            state = pathlib.Path(folder) / "state.json"
            uri = write_node_file(pathlib.Path(folder) / "node.xml", domain_xml("controller"), domain_xml("compute-01", run_state="3"))
            self.assertEqual(sorted(said(program, state, uri).splitlines()), ["compute-01 PAUSED", "controller RUNNING"])
            self.assertEqual(json.loads(state.read_text(encoding="utf-8"))["cluster_name"], "demo")

    def test_a_c_program_asks_libvirt_with_the_observer(self):
        program = self.compiled(["gcc", "-std=c11"], "observer.c", *self.flags("aihow-libvirt-c"))
        with tempfile.TemporaryDirectory() as folder:
            state = pathlib.Path(folder) / "state.json"
            uri = write_node_file(pathlib.Path(folder) / "node.xml", domain_xml("controller"), domain_xml("compute-01", run_state="3"))
            self.assertEqual(said(program, state, uri, env=self.environment).splitlines(), ["compute-01 PAUSED", "controller RUNNING", "1 committed", "unreachable test:///nowhere.xml"])

    def test_a_c_program_finds_a_cluster_makes_its_state_again_and_watches_it(self):
        program = self.compiled(["gcc", "-std=c11"], "world.c", *self.flags("aihow-libvirt-c"))
        with tempfile.TemporaryDirectory() as folder:
            state = pathlib.Path(folder) / "state.json"
            uri = write_node_file(pathlib.Path(folder) / "node.xml", domain_xml("controller"), domain_xml("compute-01", run_state="3"), unmarked("somebody-elses"),
                                  domain_xml("compute-02").replace(vm_uuid("compute-02"), vm_uuid("compute-03"), 1))
            told = said(program, state, uri, env=self.environment).splitlines()
            self.assertEqual(told, ["found demo hpc 2 0", "compute-01 PAUSED", "controller RUNNING", "2 seen, 0 differ",
                                    *["controller is demo-controller, 2 cores, of 1"] * 2, "connected 1"])
            self.assertEqual(json.loads(state.read_text(encoding="utf-8"))["aihow"]["lineage"], "11111111-2222-4333-8444-555555555555")

    def test_a_program_that_uses_the_model_links_nothing(self):
        program = self.compiled(["g++", "-std=c++20"], "model.cpp", f"-I{self.prefix / 'include'}")
        said(program)

    def test_a_c_program_runs_with_the_shared_library(self):
        program = self.compiled(["gcc", "-std=c11"], "lifecycle.c", *self.flags("aihow"))
        self.assertEqual(said(program, env=self.environment), "RUNNING\n")

    def test_the_python_package_finds_the_library_that_was_installed_with_it(self):
        (package,) = self.prefix.rglob("ai_how")
        plain = {name: value for name, value in os.environ.items() if name not in ("AIHOW_LIBRARY", "LD_LIBRARY_PATH")}
        shown = said("python3", "-c", "import ai_how.state as s; print(s.library_version(), s._abi.lib._library._name)", env=dict(plain, PYTHONPATH=str(package.parent)))
        self.assertEqual(shown.split(), ["0.1.0", str(self.libdir / "libaihow.so.0")])

    def test_the_command_runs_from_where_it_was_copied(self):
        self.assertRegex(said(self.prefix / "bin" / "ai-how", "--version"), r"\b0\.1\.0\b")

    def test_the_command_keeps_a_cluster_from_where_it_was_copied(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            said("qemu-img", "create", "-q", "-f", "qcow2", folder / "base.qcow2", "64M")
            node = {"cpu_cores": 2, "memory_gb": 4, "disk_gb": 1, "ip": "DHCP"}
            cluster = {"name": "demo", "base_image_path": str(folder / "base.qcow2"), "network": {"subnet": "192.168.177.0/24", "bridge": "virbr-demo"},
                       "controller": node, "compute_nodes": [node]}
            config = folder / "cluster.yaml"  # JSON is YAML
            config.write_text(json.dumps({"version": "1.0", "metadata": {"name": "demo"}, "clusters": {"hpc": cluster}}), encoding="utf-8")
            uri = write_node_file(folder / "node.xml", domain_xml("controller", run_state="5"))

            def hpc(*words):
                return json.loads(said(self.prefix / "bin" / "ai-how", "--state", folder / "state.json", "--connect", uri, "hpc", *words, "-o", "json"))

            def states(document):
                return {vm["name"]: vm["state"] for vm in document["vms"]}

            self.assertEqual(states(hpc("start", config)), {"controller": "RUNNING", "compute-01": "RUNNING"})
            # The next command's hypervisor begins anew, as the file says.
            self.assertEqual(states(hpc("status")), {"controller": "SHUTOFF", "compute-01": "UNDEFINED"})
            self.assertTrue(hpc("destroy", "--force")["destroyed"])
            self.assertFalse((folder / "state.json").exists())

    def test_the_schema_of_the_document_is_there_and_judges_a_file(self):
        schema = self.prefix / "share" / "aihow" / "state.schema.json"
        self.assertEqual(schema.read_bytes(), (SOURCE / "lib" / "schema" / "state.schema.json").read_bytes())
        golden = SOURCE / "tests" / "golden"
        said("python3", "-W", "ignore", "-m", "jsonschema", "-i", golden / "format-1.json", schema)
        with self.assertRaises(AssertionError):
            said("python3", "-W", "ignore", "-m", "jsonschema", "-i", golden / "layout-2.json", schema)

    def test_pkg_config_gives_no_path_of_the_build_machine(self):
        for package in ("aihow", "aihow-libvirt-c", "aihow-state", "aihow-libvirt"):
            for flag in self.flags(package):
                self.assertNotIn(str(SOURCE), flag)
                self.assertNotIn("staged", flag)

    def test_pkg_config_gives_libraries_by_their_names(self):
        for package in ("aihow", "aihow-libvirt-c", "aihow-state", "aihow-libvirt"):
            self.assertEqual([flag for flag in self.flags(package) if not flag.startswith("-")], [])

    def test_no_installed_file_names_the_source_folder(self):
        for path in self.prefix.rglob("*"):
            if path.is_file() and path.suffix in (".pc", ".h", ".hpp", ".ipp", ".cmake", ".py"):
                self.assertNotIn(str(SOURCE), path.read_text(encoding="utf-8"), path)


class SharedLibrary(unittest.TestCase):
    """What libaihow.so shows to the world."""

    @classmethod
    def setUpClass(cls):
        cls.library = BUILD / "capi" / "libaihow.so"
        cls.symbols = said("nm", "--dynamic", "--defined-only", cls.library).splitlines()
        cls.exported = {line.split()[-1].partition("@@")[0] for line in cls.symbols if line.split()[1] not in "Aa"}

    def test_it_exports_what_the_header_declares_and_nothing_else(self):
        headers = [path.read_text(encoding="utf-8") for path in (SOURCE / "capi" / "include" / "aihow").glob("*.h") if path.name != "aihow-libvirt.h"]
        declared = {name for header in headers for name in re.findall(r"^AIHOW_API .*?\b(aihow_\w+)\(", header, re.MULTILINE)}
        self.assertEqual(self.exported, declared)
        listed = re.findall(r"^    (aihow_\w+);$", (SOURCE / "capi" / "aihow.map").read_text(encoding="utf-8"), re.MULTILINE)
        self.assertEqual(sorted(listed), listed)
        self.assertEqual(set(listed), declared)

    def test_every_symbol_has_its_version(self):
        for line in self.symbols:
            if line.split()[1] not in "Aa":
                self.assertTrue(line.endswith("@@AIHOW_0.1"), line)

    def test_it_has_no_unique_symbols(self):
        self.assertEqual([line for line in self.symbols if line.split()[1] == "u"], [])

    def test_it_loads_without_libvirt(self):
        needed = re.findall(r"NEEDED.*\[(.*)\]", said("readelf", "--dynamic", self.library))
        self.assertEqual([name for name in needed if "virt" in name], [])


class LibvirtLibrary(unittest.TestCase):
    """What libaihow-libvirt.so shows to the world, and what it stands on."""

    library = BUILD / "capi" / "libvirt" / "libaihow-libvirt.so"

    def test_it_exports_what_its_header_declares_and_nothing_else(self):
        header = (SOURCE / "capi" / "include" / "aihow" / "aihow-libvirt.h").read_text(encoding="utf-8")
        declared = set(re.findall(r"^AIHOW_API .*?\b(aihow_\w+)\(", header, re.MULTILINE))
        exported = {line.split()[-1] for line in said("nm", "--dynamic", "--defined-only", self.library).splitlines() if line.split()[1] not in "Aa"}
        self.assertEqual(exported, {f"{name}@@AIHOW_LIBVIRT_0.1" for name in declared})

    def test_of_libaihow_it_uses_the_c_interface_alone_and_it_loads_without_libvirt(self):
        dynamic = said("readelf", "--dynamic", self.library)
        self.assertRegex(dynamic, r"SONAME.*\[libaihow-libvirt\.so\.0\]")
        needed = re.findall(r"NEEDED.*\[(.*)\]", dynamic)
        self.assertIn("libaihow.so.0", needed)
        self.assertEqual([name for name in needed if name.startswith("libvirt")], [])
        undefined = [line.split()[-1] for line in said("nm", "--dynamic", "--undefined-only", self.library).splitlines()]
        self.assertEqual([name for name in undefined if "aihow" in name and not name.startswith("aihow_")], [])
        self.assertIn("aihow_observer_new@AIHOW_0.1", undefined)


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: MIT
"""The programs in examples/embed, as they are installed, built against an installed tree that was moved elsewhere, with both compilers, do what they
say."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

from build_info import SOURCE
from installed import STRICT, InstalledTest, run, said


def node_headers():
    """Where node_api.h lies; None: there is no Node, or not what is needed to build for it."""
    node = shutil.which("node")
    folder = pathlib.Path(node).resolve().parent.parent / "include" / "node" if node else None
    return folder if folder and (folder / "node_api.h").exists() else None


NODE_HEADERS = node_headers()


class Examples(InstalledTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.examples = cls.doc / "examples" / "embed"

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="aihow-examples-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.state = self.folder / "state.json"

    def built(self, source, compiler, *flags):
        program = self.folder / f"{pathlib.Path(source).stem}-{compiler[0]}"
        said(*compiler, self.examples / source, *STRICT, "-o", program, *flags)
        return program

    def test_c_lists_the_vms(self):
        shutil.copy(SOURCE / "tests" / "golden" / "format-1.json", self.state)
        for compiler in (["gcc", "-std=c11"], ["clang", "-std=c11"]):
            program = self.built("list_vms.c", compiler, *self.flags("aihow"))
            shown = said(program, self.state, env=self.environment)
            self.assertEqual(shown, "my-cluster (hpc) is stopped, revision 42\ncompute-01 SHUTOFF 192.168.100.20\nbare UNDEFINED -\n")
            self.assertEqual(said(program, self.folder / "absent.json", env=self.environment), "there is no state\n")
            failed = run(program, "nonsense:x", env=self.environment)
            self.assertEqual(failed.returncode, 1)
            self.assertIn("unknown scheme", failed.stderr)

    def test_c_follows_what_other_programs_change(self):
        shutil.copy(SOURCE / "tests" / "golden" / "format-1.json", self.state)
        said(self.prefix / "bin" / "ai-how", "--state", self.state, "state", "mv", "bare", "plain")
        for compiler in (["gcc", "-std=c11"], ["clang", "-std=c11"]):
            program = self.built("follow.c", compiler, *self.flags("aihow"))
            shown = said(program, self.state, "42", "1", env=self.environment)
            self.assertRegex(shown, r"^#43 rename_vm by .*: cluster.last_modified is .*; plain is new; bare is gone;\n$")
            self.assertEqual(said(program, self.state, "7", "1", env=self.environment), "what changed after #7 is not known any more\n")
            self.assertEqual(said(program, self.folder / "absent.json", "0", "1", env=self.environment), "")
            self.assertIn("unknown scheme", run(program, "nonsense:x", "0", "1", env=self.environment).stderr)

    def test_cmake_finds_it_by_its_config_file(self):
        project = self.folder / "project"
        project.mkdir()
        (project / "CMakeLists.txt").write_text(f"""cmake_minimum_required(VERSION 3.18)
project(embedder C)
find_package(aihow 0.1 REQUIRED CONFIG)
add_executable(list_vms "{self.examples}/list_vms.c")
target_link_libraries(list_vms PRIVATE aihow::aihow)
""", encoding="utf-8")
        said("cmake", "-S", project, "-B", project / "build", f"-DCMAKE_PREFIX_PATH={self.prefix}")
        said("cmake", "--build", project / "build")
        self.assertEqual(said(project / "build" / "list_vms", self.folder / "absent.json"), "there is no state\n")
        text = (project / "CMakeLists.txt").read_text(encoding="utf-8")
        (project / "CMakeLists.txt").write_text(text.replace("aihow 0.1", "aihow 0.2"), encoding="utf-8")
        self.assertIn("0.2", run("cmake", "-S", project, "-B", project / "newer", f"-DCMAKE_PREFIX_PATH={self.prefix}").stderr)

    def test_cmake_links_the_cpp_library_by_pkg_configs_target(self):
        project = self.folder / "project"
        project.mkdir()
        (project / "CMakeLists.txt").write_text(f"""cmake_minimum_required(VERSION 3.18)
project(embedder CXX)
set(CMAKE_CXX_STANDARD 20)
find_package(PkgConfig REQUIRED)
pkg_check_modules(AIHOW REQUIRED IMPORTED_TARGET aihow-state)
add_executable(orchestrator "{self.examples}/orchestrator.cpp")
target_link_libraries(orchestrator PRIVATE PkgConfig::AIHOW)
""", encoding="utf-8")
        said("cmake", "-S", project, "-B", project / "build", f"-DCMAKE_PREFIX_PATH={self.prefix}")
        said("cmake", "--build", project / "build")
        self.assertTrue(said(project / "build" / "orchestrator", self.state).endswith("partial\n"))

    def test_meson_builds_it_as_a_subproject(self):
        project = self.folder / "project"
        (project / "subprojects").mkdir(parents=True)
        (project / "subprojects" / "libaihow").symlink_to(SOURCE)
        (project / "meson.build").write_text("project('embedder', 'c', default_options: ['c_std=c11'])\n"
            "libaihow = subproject('libaihow', default_options: ['tests=disabled', 'tools=disabled', 'libvirt=disabled', 'python=disabled'])\n"
            "executable('list_vms', 'list_vms.c', dependencies: dependency('aihow'))\n", encoding="utf-8")
        shutil.copy(self.examples / "list_vms.c", project)
        said("meson", "setup", project / "build", project)
        targets = said("ninja", "-C", project / "build", "-t", "query", "list_vms")
        self.assertIn("libaihow.so", targets)  # it would be built for it; that takes minutes, and is what every other test stands on

    def test_cpp_keeps_its_state_in_a_store_of_its_own(self):
        for compiler in (["g++", "-std=c++20"], ["clang++", "-std=c++20"]):
            for file in self.folder.glob("*state.json*"):
                file.unlink()
            program = self.built("orchestrator.cpp", compiler, *self.flags("aihow-state"))
            shown = said(program, self.state).splitlines()
            self.assertEqual(shown, ["revision 1: cluster", "revision 2: cluster vm node-1 vm node-2", "revision 3: cluster vm node-1", "partial"])
            self.assertEqual(json.loads(self.state.read_text(encoding="utf-8"))["vms"][0]["state"], "RUNNING")
            self.assertEqual(run(program, self.state).returncode, 1)  # the nodes are there already

    def test_cpp_uses_the_headers_alone(self):
        for compiler in (["g++", "-std=c++20"], ["clang++", "-std=c++20"]):
            program = self.built("header_only.cpp", compiler, f"-I{self.prefix / 'include'}")
            shown = said(program).splitlines()
            self.assertEqual(shown[1:], ["merged: 16 cores, RUNNING, 0 conflicts", "conflict: vm controller (declared)"])
            self.assertRegex(shown[0], r"^PAUSED may become: RUNNING .*DYING")

    def test_python_reacts_to_what_it_sees(self):
        (package,) = self.prefix.rglob("ai_how")
        environment = dict(os.environ, PYTHONPATH=str(package.parent))
        environment.pop("AIHOW_LIBRARY", None)
        make = "import sys; from ai_how.state import *; m = ClusterStateManager(sys.argv[1]); m.ensure_state('lab', 'hpc'); m.add_vm(VMInfo('controller', 1, 1, VMState.SHUTOFF))"
        rack = self.folder / "rack.json"
        react = [sys.executable, self.examples / "react.py", self.state, rack]
        self.assertIn("there is no state", run(*react, env=environment).stderr)
        said(sys.executable, "-c", make, self.state, env=environment)

        def world(text):
            (self.folder / "new").write_text(text, encoding="utf-8")
            os.replace(self.folder / "new", rack)

        world('{"controller": "SHUTOFF"}')
        with subprocess.Popen(react, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
            self.addCleanup(lambda: program.poll() is None and program.kill())
            self.assertEqual(program.stdout.readline(), "rack: connected\n")
            world('{"controller": "RUNNING"}')
            self.assertRegex(program.stdout.readline(), r"^controller: SHUTOFF -> RUNNING, revision 3$")
            world('{"controller": "CRASHED"}')
            self.assertRegex(program.stdout.readline(), r"^controller: RUNNING -> CRASHED, revision 4$")
            self.assertEqual(program.stdout.readline(), "controller is switched on again\n")
            self.assertRegex(program.stdout.readline(), r"^controller: CRASHED -> RUNNING, revision 5$")
            rack.unlink()
            self.assertRegex(program.stdout.readline(), r"^rack: lost .*rack\.json")
            program.send_signal(signal.SIGINT)
            self.assertEqual((program.wait(60), program.stderr.read()), (0, ""))

    def test_python_finds_libvirts_library_too(self):
        (package,) = self.prefix.rglob("ai_how")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AIHOW")}
        program = "from ai_how.state import libvirt; print(libvirt.find_clusters('test:///default'))"
        self.assertEqual(said(sys.executable, "-c", program, env={**environment, "PYTHONPATH": str(package.parent)}), "[]\n")

    if shutil.which("rustc"):

        def test_rust_lists_the_vms(self):
            shutil.copy(SOURCE / "tests" / "golden" / "format-1.json", self.state)
            program = self.folder / "list_vms"
            said("rustc", self.examples / "list_vms.rs", "-L", f"native={self.libdir}", "-l", "dylib=aihow", "-o", program)
            shown = said(program, self.state, env=self.environment).splitlines()
            self.assertEqual([json.loads(line)["name"] for line in shown], ["compute-01", "bare"])

    else:
        print("list_vms.rs is no test here: there is no Rust compiler")

    if shutil.which("go"):

        def test_go_lists_the_vms(self):
            shutil.copy(SOURCE / "tests" / "golden" / "format-1.json", self.state)
            program = self.folder / "list_vms"
            environment = {**self.environment, "GOCACHE": str(self.folder / "cache")}
            said("go", "build", "-o", program, self.examples / "list_vms.go", env=environment)
            self.assertEqual(said(program, self.state, env=environment), "compute-01 SHUTOFF\nbare UNDEFINED\n")
            self.assertIn("unknown scheme", run(program, "nonsense:x", env=environment).stderr)

    else:
        print("list_vms.go is no test here: there is no Go compiler")

    if NODE_HEADERS:

        def test_node_lists_the_vms(self):
            shutil.copy(SOURCE / "tests" / "golden" / "format-1.json", self.state)
            addon = self.folder / "list_vms.node"
            said("gcc", "-shared", "-fPIC", self.examples / "list_vms_addon.c", "-I", NODE_HEADERS, *self.flags("aihow"), "-o", addon)
            program = f"console.log(JSON.stringify(require({json.dumps(str(addon))}).list(process.argv[1])))"
            shown = json.loads(said("node", "-e", program, self.state, env=self.environment))
            self.assertEqual(shown, [{"name": "compute-01", "state": "SHUTOFF"}, {"name": "bare", "state": "UNDEFINED"}])
            self.assertIn("unknown scheme", run("node", "-e", program, "nonsense:x", env=self.environment).stderr)

    else:
        print("list_vms_addon.c is no test here: there is no Node, or not its headers")


if __name__ == "__main__":
    unittest.main()

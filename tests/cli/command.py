# SPDX-License-Identifier: MIT
"""What the tests of the command share: running it, states, configurations, and hypervisors of libvirt's test driver."""
import fcntl
import json
import os
import pathlib
import pty
import re
import shutil
import subprocess
import tempfile
import unittest

from demo import LINEAGE, POOL, domain_xml, network_xml, object_uuid, pool_xml, vm_uuid, write_node_file

BINARY = os.environ["AIHOW_BIN"]
GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "golden" / "cli"
TIMEOUT_S = 120  # no test may hang; none comes near it
TIME = "2025-10-21T14:32:15.123456Z"

# Calls to libvirt that change something there.
CHANGING_CALL = re.compile(r"call vir\w+(?:Define|Create|Build|Start|Destroy|Undefine|Delete|Update|Shutdown|Suspend|Resume|Wakeup)\w* .*")


def vm_document(name, state="RUNNING", hypervisor="test:///default", **more):
    out = {"name": name, "cpu_cores": 2, "memory_gb": 4, "state": state, "ip_address": None, "gpu_count": 0, "volumes": [],
           "created_at": TIME, "last_seen": TIME, "domain_name": f"demo-{name}", "domain_uuid": vm_uuid(name), "hypervisor": hypervisor}
    out.update(more)
    return out


def state_document(vms, **more):
    out = {"cluster_name": "demo", "cluster_type": "hpc", "status": "running", "created_at": TIME, "last_modified": TIME, "vms": vms,
           "networks": [], "volumes": []}
    out.update(more)
    out["aihow"] = {"format_version": 1, "revision": 1, "lineage": str(LINEAGE)}
    return out


class CommandTest(unittest.TestCase):
    """Each test has an empty folder that is its working directory, and an environment without our variables."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ai-how-cli-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.state = self.folder / "state.json"
        self.environment = {key: value for key, value in os.environ.items()
                            if key not in ("AI_HOW_STATE_FILE", "AI_HOW_LOG_LEVEL", "LIBVIRT_URI", "LIBVIRT_DEFAULT_URI", "NO_COLOR")}
        self.environment["TERM"] = "xterm"

    def run_command(self, *arguments, code=0, env=None, **more):
        """Runs the command, away from a terminal. Checks the exit code; None: any."""
        done = subprocess.run([BINARY, *map(str, arguments)], cwd=self.folder, env={**self.environment, **(env or {})},
                              stdin=subprocess.DEVNULL, stdout=more.pop("stdout", subprocess.PIPE), stderr=subprocess.PIPE, text=True,
                              timeout=TIMEOUT_S, check=False, **more)
        if code is not None:
            self.assertEqual(done.returncode, code, f"{arguments}\nstdout: {done.stdout}\nstderr: {done.stderr}")
        return done

    def start_command(self, *arguments, **more):
        """Starts the command; it is killed at the test's end if it still runs."""
        process = subprocess.Popen([BINARY, *map(str, arguments)], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                                   stdout=more.pop("stdout", subprocess.PIPE), stderr=more.pop("stderr", subprocess.PIPE), text=True, **more)
        self.addCleanup(self._end, process)
        return process

    @staticmethod
    def _end(process):
        if process.poll() is None:
            process.kill()
        process.communicate()

    def run_on_terminal(self, *arguments, answer="", env=None, code=0):
        """Runs the command with a terminal as its standard input, output and error; returns what was shown."""
        main, side = pty.openpty()
        with subprocess.Popen([BINARY, *map(str, arguments)], cwd=self.folder, env={**self.environment, **(env or {})},
                              stdin=side, stdout=side, stderr=side, start_new_session=True) as process:
            os.close(side)
            self.addCleanup(self._end_quietly, process)
            if answer:
                os.write(main, answer.encode())
            shown = b""
            while True:
                try:
                    part = os.read(main, 65536)
                except OSError:  # the other side is closed
                    break
                if not part:
                    break
                shown += part
            process.wait(TIMEOUT_S)
        os.close(main)
        if code is not None:
            self.assertEqual(process.returncode, code, shown.decode())
        return shown.decode()

    @staticmethod
    def _end_quietly(process):
        if process.poll() is None:
            process.kill()
            process.wait()

    def node_file(self, *objects, name="node.xml"):
        """A hypervisor of libvirt's test driver that has these objects; it lives inside the process that connects. Returns its URI."""
        return write_node_file(self.folder / name, *objects)

    def write_state(self, document, path=None):
        (path or self.state).write_text(json.dumps(document, indent=2), encoding="utf-8")

    def read_state(self):
        return json.loads(self.state.read_text(encoding="utf-8"))

    def demo(self, **states):
        """A state with these VMs as they were last known, on a hypervisor where all of them run. Returns the URI."""
        uri = self.node_file(*(domain_xml(name) for name in states))
        self.write_state(state_document([vm_document(name, state, uri) for name, state in states.items()]))
        return uri

    def whole_demo(self, **run_states):
        """A state of VMs with their network, pool and disks, on a hypervisor that has it all. VM to libvirt's number of what it does."""
        uri = self.node_file(*(domain_xml(name, run_state, vcpus=1, memory_gb=1) for name, run_state in run_states.items()), network_xml(), pool_xml(*run_states))
        self.write_state(state_document(
            [vm_document(name, "SHUTOFF", uri, cpu_cores=1, memory_gb=1, volumes=[f"{POOL}/{name}.qcow2"]) for name in run_states],
            networks=[{"name": "demo-network", "subnet": "192.168.177.0/24", "bridge": "virbr-demo", "active_ips": [], "uuid": object_uuid("network", "demo-network")}],
            volumes=[{"name": f"{name}-disk", "path": f"{POOL}/{name}.qcow2", "size_gb": 1, "format": "qcow2", "pool": "demo-pool"} for name in run_states],
            pools=[{"name": "demo-pool", "uuid": object_uuid("pool", "demo-pool"), "path": POOL, "owned": True, "owns_directory": True}]))
        return uri

    def run_and_touch_nothing(self, *arguments, **more):
        """Runs the command and looks that it leaves the state, and all that libvirt has, as they are."""
        before = self.state.read_bytes() if self.state.exists() else None
        done = self.run_command("--verbose", *arguments, **more)
        self.assertEqual(CHANGING_CALL.findall(done.stderr), [], done.stderr)
        self.assertEqual(self.state.read_bytes() if self.state.exists() else None, before)
        return done

    def configuration(self, name="cluster.yaml", **more):
        """A configuration file of one small cluster; `more` replaces parts of its text."""
        parts = {"cluster": "demo", "type": "hpc", "image": str(self.image()), "bridge": "virbr-demo", "extra": "", "memory": 1, "start": "true",
                 "pool": POOL}
        parts.update(more)
        node = "{{ cpu_cores: 1, memory_gb: {memory}, disk_gb: 1, ip: DHCP, auto_start: {start} }}".format(**parts)
        nodes = (f"controller: {node}\n    compute_nodes: [{node}]" if parts["type"] == "hpc"
                 else f"control_plane: {node}\n    worker_nodes: [{node}]")
        text = f"""version: "1.0"
metadata: {{ name: demo }}
clusters:
  {parts['type']}:
    name: {parts['cluster']}
    base_image_path: {parts['image']}
    network: {{ subnet: 192.168.177.0/24, bridge: {parts['bridge']} }}
    storage: {{ pool_path: {parts['pool']} }}
    {parts['extra']}
    {nodes}
"""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def image(self, name="base.qcow2", *options):
        """An empty qcow2 image."""
        path = self.folder / name
        if not path.exists():
            subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", *options, str(path), "64M"], check=True, timeout=TIMEOUT_S)
        return path

    def hold_lock(self, byte):
        """Holds one of the state's locks (0: commit, 1: operation) in this process, which is another one than the command's."""
        lock = open(self.state.with_name(f".{self.state.name}.lock"), "a+b")
        self.addCleanup(lock.close)
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
        return lock

    def check_golden(self, name, document):
        """Compares the shape of a JSON document with its golden file; AIHOW_ACCEPT=1 writes it. What differs from run to run is masked."""
        text = json.dumps(document, indent=2)
        text = text.replace(str(self.folder), "FOLDER")
        text = re.sub(r'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"', '"TIME"', text)
        text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID", text) + "\n"
        path = GOLDEN / name
        if os.environ.get("AIHOW_ACCEPT") == "1":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self.assertEqual(text, path.read_text(encoding="utf-8"))

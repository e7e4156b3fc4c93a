# SPDX-License-Identifier: MIT
"""A cluster in a test: its configuration, its state, the command on it, and the comparison with what libvirt has."""
import itertools
import json
import pathlib
import shutil
import tempfile
import time
import unittest

import libvirtd
from aihow import AiHow
from build_info import GUEST_IMAGE
from virsh import Virsh

_numbers = itertools.count(1)


def node(**members):
    return {"cpu_cores": 1, "memory_gb": 1, "disk_gb": 1, "ip": "DHCP", **members}


class Cluster:
    """One cluster with names, a bridge and a subnet of its own. Everything of it is gone after cleanup(), whatever happened."""

    def __init__(self, nodes=3, kind="hpc", uri="qemu:///system", name=None, **cluster):
        number = next(_numbers)
        self.kind = kind
        self.uri = uri
        self.name = name or f"c{number}"
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="aihow-cluster-"))
        self.config_file = self.folder / "config.yaml"
        self.state_file = self.folder / "state.json"
        self.log = self.folder / "ai-how.log"
        self.pool = f"{self.name}-pool"
        self.network = f"{self.name}-network"
        self.pool_path = pathlib.Path("/var/lib/libvirt/images") / self.name
        self.bridge = f"vb{number}"
        first, others = ("controller", "compute_nodes") if kind == "hpc" else ("control_plane", "worker_nodes")
        self.subnet = f"10.77.{number}"
        self.config = {
            "name": self.name,
            "base_image_path": str(GUEST_IMAGE),
            "network": {"subnet": f"{self.subnet}.0/24", "bridge": self.bridge},
            "hardware": {"acceleration": {"enable_kvm": False}},
            first: node(ip=f"{self.subnet}.10"),
            others: [node() for _ in range(nodes - 1)],
            **cluster,
        }
        self.write_config()
        self.virsh = Virsh(uri)
        self.aihow = AiHow(["--state", self.state_file, "--connect", uri], cwd=self.folder)

    def write_config(self):
        # JSON is YAML.
        document = {"version": "1.0", "metadata": {"name": self.name}, "clusters": {self.kind: self.config}}
        self.config_file.write_text(json.dumps(document, indent=1), encoding="utf-8")

    # The command.

    def run(self, *words, **options):
        return self.aihow.run(*words, **options)

    def start(self, *words, **options):
        return self.run(self.kind, "start", self.config_file, *words, **options)

    def stop(self, *words, **options):
        return self.run(self.kind, "stop", self.config_file, *words, **options)

    def destroy(self, *words, **options):
        """Without waiting for guests that may still be booting."""
        return self.run(self.kind, "destroy", self.config_file, "--force", "--shutdown-timeout", "0", *words, **options)

    def status(self, **options):
        return self.run(self.kind, "status", "-o", "json", **options)

    def state(self):
        return json.loads(self.state_file.read_text(encoding="utf-8"))

    # What libvirt has.

    def domain(self, vm):
        return f"{self.name}-{vm}"

    def domains(self):
        """The domains of the cluster's names, whosever they are."""
        return {name: uuid for name, uuid in self.virsh.domains().items() if name.startswith(f"{self.name}-")}

    def leases(self):
        """MAC to address; none where the network is not active."""
        return self.virsh.leases(self.network) if self.network in self.virsh.active_networks() else {}

    def leftovers(self):
        """Everything in libvirt and on disk that carries the cluster's name."""
        found = [f"domain {name}" for name in self.domains()]
        found += [f"network {name}" for name in self.virsh.networks() if name == self.network]
        found += [f"pool {name}" for name in self.virsh.pools() if name == self.pool]
        if self.pool_path.exists():
            found.append(f"directory {self.pool_path}: {sorted(path.name for path in self.pool_path.iterdir())}")
        if self.state_file.exists():
            found.append(f"state {self.state_file}")
        return found

    def wait_until(self, condition, what, seconds=120, period=0.2):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"{what}: not within {seconds} s")
            time.sleep(period)

    def wait_for_addresses(self):
        """Until the guests have booted so far that they take part in the network; from then on they obey the power button."""
        running = [name for name in self.domains() if self.virsh.state(name) == "RUNNING"]
        self.wait_until(lambda: {self.virsh.mac(name) for name in running} <= self.virsh.leases(self.network).keys(), f"addresses of {running}")

    def cleanup(self):
        """With virsh alone, so that a command that fails leaves nothing behind either."""
        for name in self.domains():
            self.virsh.call("destroy", name, check=False)
            self.virsh.call("managedsave-remove", name, check=False)  # with one libvirt undefines nothing
            self.virsh.call("undefine", name, check=False)
        if self.network in self.virsh.networks():
            self.virsh.call("net-destroy", self.network, check=False)
            self.virsh.call("net-undefine", self.network, check=False)
        if self.pool in self.virsh.pools():
            self.virsh.call("pool-destroy", self.pool, check=False)
            self.virsh.call("pool-undefine", self.pool, check=False)
        shutil.rmtree(self.pool_path, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)


class ClusterTest(unittest.TestCase):
    """A test on clusters in the private libvirt. Tests that share one make it in setUpClass with shared_cluster()."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        if not libvirtd.available():
            raise unittest.SkipTest("runs only beside a private libvirt")

    @classmethod
    def shared_cluster(cls, **options):
        cluster = Cluster(**options)
        cls.addClassCleanup(cluster.cleanup)
        return cluster

    def cluster(self, **options):
        cluster = Cluster(**options)
        self.addCleanup(cluster.cleanup)
        return cluster

    def assert_agrees(self, cluster, states=None, pool=True):
        """`status` says what virsh says: domains, UUIDs, states, addresses, network, pool and disks; the state file has the same. `states`: VM
        to state, what it must be. `pool`: whether libvirt has it. Returns the status."""
        while True:
            before = cluster.leases()
            status = cluster.status().json
            leases = cluster.leases()
            if leases == before:  # else a guest has taken its address meanwhile
                break
        seen = {vm["name"]: vm for vm in status["vms"]}
        if states is not None:
            self.assertEqual({name: vm["state"] for name, vm in seen.items()}, states)
        domains = cluster.domains()
        self.assertEqual({cluster.domain(name) for name, vm in seen.items() if vm["state"] != "UNDEFINED"}, set(domains))
        for name, vm in seen.items():
            domain = cluster.domain(name)
            if domain not in domains:
                continue
            self.assertEqual(vm["domain_uuid"], domains[domain], name)
            self.assertEqual(vm["state"], cluster.virsh.state(domain), name)
            if vm["state"] == "RUNNING":
                self.assertEqual(vm["ip_address"], leases.get(cluster.virsh.mac(domain)), name)
        self.assert_foundation_agrees(cluster, status, leases, pool)
        kept = {vm["name"]: (vm["state"], vm["ip_address"]) for vm in cluster.state()["vms"]}
        self.assertEqual(kept, {name: (vm["state"], vm["ip_address"]) for name, vm in seen.items()})
        return status

    def assert_foundation_agrees(self, cluster, status, leases, pool):
        virsh = cluster.virsh
        self.assertEqual([(one["name"], one["uuid"]) for one in status["networks"]], [(cluster.network, virsh.call("net-uuid", cluster.network))])
        self.assertIn(cluster.network, virsh.active_networks())
        self.assertEqual(status["networks"][0]["active_ips"], sorted(leases.values()))
        self.assertEqual(cluster.pool in virsh.active_pools(), pool)
        (recorded,) = status["pools"]
        self.assertEqual(recorded["name"], cluster.pool)
        if pool:
            if recorded["owned"]:
                self.assertEqual(recorded["uuid"], virsh.call("pool-uuid", cluster.pool))
            disks = {f"{vm['name']}.qcow2" for vm in status["vms"]}
            self.assertEqual({volume["path"] for volume in status["volumes"]},
                             {path for name, path in virsh.volume_paths(cluster.pool).items() if name in disks})
        kept = cluster.state()
        for objects in ("networks", "pools", "volumes"):
            self.assertEqual(kept[objects], status[objects])

    def assert_whole(self, cluster, vms, states="RUNNING"):
        """Everything of a cluster is there once, nothing is pending, and the state knows it."""
        self.assertEqual(set(cluster.domains()), {cluster.domain(name) for name in vms})
        self.assertIn(cluster.network, cluster.virsh.active_networks())
        self.assertEqual(cluster.virsh.volumes(cluster.pool), {f"{name}.qcow2" for name in vms})
        state = cluster.state()
        self.assertEqual({vm["name"]: vm["state"] for vm in state["vms"]}, dict.fromkeys(vms, states))
        self.assertEqual(len(state["networks"]), 1)
        self.assertEqual({volume["name"] for volume in state["volumes"]}, {f"{name}-disk" for name in vms})
        for objects in ("vms", "networks", "volumes", "pools"):
            for one in state[objects]:
                self.assertNotIn("pending", one, one["name"])

    def assert_nothing_left(self, cluster):
        self.assertEqual(cluster.leftovers(), [])

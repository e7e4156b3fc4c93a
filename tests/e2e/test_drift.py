# SPDX-License-Identifier: MIT
"""drift: exactly what was changed behind the state's back, and nothing else. The hands are virsh's."""
import re
import unittest
import uuid

import libvirtd
from cluster import ClusterTest

VMS = ("controller", "compute-01", "compute-02")


class Hands:
    """Changes by hand, one after another, and all that differs after them: (object, field) to what is found."""

    def __init__(self, it):
        self.it = it
        self.virsh = it.virsh
        self.differs = {}

    def call(self, *words, text=None):
        self.virsh.call(*words, text=text)

    def found(self, name, **fields):
        for field, value in fields.items():
            self.differs[name, field] = value

    def domain(self, vm):
        return self.it.domain(vm)

    # The script: each returns nothing, and keeps `differs` true.

    def pause_a_guest(self):
        self.call("suspend", self.domain("controller"))
        self.found("vm/controller", state="PAUSED")

    def pull_the_plug(self):
        self.call("destroy", self.domain("compute-01"))
        self.found("vm/compute-01", state="SHUTOFF", ip_address="none")

    def raise_the_vcpus(self):
        self.call("setvcpus", self.domain("compute-01"), "2", "--maximum", "--config")
        self.call("setvcpus", self.domain("compute-01"), "2", "--config")
        self.found("vm/compute-01", cpu_cores="2")

    def raise_the_memory(self):
        self.call("setmaxmem", self.domain("compute-01"), "2G", "--config")
        self.found("vm/compute-01", memory_gb="2")

    def write_a_title(self):
        self.call("desc", self.domain("compute-01"), "--title", "--config", "somebody's words")

    def set_autostart(self):
        self.call("autostart", self.domain("compute-01"))

    def grow_a_disk(self):
        self.call("vol-resize", "compute-01.qcow2", "2G", "--pool", self.it.pool)
        self.found("volume/compute-01-disk", size_gb="2")

    def make_a_disk(self):
        self.call("vol-create-as", self.it.pool, "extra.qcow2", "1G", "--format", "qcow2")

    def plug_a_disk_in(self):
        extra = self.it.pool_path / "extra.qcow2"
        self.call("attach-disk", self.domain("compute-01"), extra, "vdb", "--subdriver", "qcow2", "--config")
        self.found("vm/compute-01", volumes=f"{self.it.pool_path}/compute-01.qcow2, {extra}")

    def rename_a_domain(self):
        self.call("domrename", self.domain("compute-01"), f"{self.it.name}-renamed")
        self.found("vm/compute-01", domain_name=f"{self.it.name}-renamed")

    def take_a_definition_away(self):
        self.definition = self.virsh.call("dumpxml", "--inactive", self.domain("compute-02"))
        self.call("destroy", self.domain("compute-02"))
        self.call("undefine", self.domain("compute-02"))
        self.found("vm/compute-02", state="UNDEFINED", ip_address="none")

    def delete_a_disk(self):
        self.call("vol-delete", "compute-02.qcow2", "--pool", self.it.pool)
        self.found("volume/compute-02-disk", exists="false")

    def define_another_machine_of_the_cluster(self):
        """As if somebody had brought one back that the state has forgotten."""
        own = str(uuid.uuid5(uuid.UUID(self.it.state()["aihow"]["lineage"]), "vm/compute-03"))
        xml = self.definition.replace("compute-02", "compute-03").replace(re.search("<uuid>(.*)</uuid>", self.definition)[1], own)
        self.call("define", "/dev/stdin", text=xml)
        self.found(f"vm/{self.domain('compute-03')}", exists="true")

    def clone_a_machine(self):
        """The copy carries the mark, under a UUID of its own: nothing of the cluster differs."""
        xml = self.definition.replace(f"<name>{self.domain('compute-02')}", f"<name>{self.it.name}-clone")
        self.call("define", "/dev/stdin", text=re.sub("<uuid>.*</uuid>", f"<uuid>{uuid.uuid4()}</uuid>", xml, count=1))

    def go_on_with_the_guest(self):
        self.call("resume", self.domain("controller"))
        del self.differs["vm/controller", "state"]
        self.found("vm/controller", state_reason="unpaused")

    def save_the_guest(self):
        self.call("managedsave", self.domain("controller"))
        del self.differs["vm/controller", "state_reason"]
        self.found("vm/controller", state="SHUTOFF", ip_address="none")

    def take_the_network_down(self):
        self.call("net-destroy", self.it.network)
        self.found(f"network/{self.it.network}", active="false", active_ips="")

    def give_the_network_another_bridge(self):
        xml = self.virsh.call("net-dumpxml", self.it.network)
        self.call("net-define", "/dev/stdin", text=xml.replace(self.it.bridge, "vb-other"))
        self.found(f"network/{self.it.network}", bridge="vb-other")

    def give_the_network_other_addresses(self):
        xml = self.virsh.call("net-dumpxml", "--inactive", self.it.network)
        self.call("net-define", "/dev/stdin", text=xml.replace(self.it.subnet, "10.78.1"))
        self.found(f"network/{self.it.network}", subnet="10.78.1.0/24")

    def move_the_pool(self):
        """Of a pool that is off nobody can tell what is in it."""
        self.call("pool-destroy", self.it.pool)
        xml = self.virsh.call("pool-dumpxml", self.it.pool)
        self.call("pool-define", "/dev/stdin", text=re.sub("<path>.*</path>", "<path>/var/lib/libvirt/images/elsewhere</path>", xml))
        self.found(f"pool/{self.it.pool}", active="false", path="/var/lib/libvirt/images/elsewhere")
        for name in [name for name in self.differs if name[0].startswith("volume/")]:
            del self.differs[name]


SCRIPT = (
    Hands.pause_a_guest, Hands.pull_the_plug, Hands.raise_the_vcpus, Hands.raise_the_memory, Hands.write_a_title, Hands.set_autostart,
    Hands.grow_a_disk, Hands.make_a_disk, Hands.plug_a_disk_in, Hands.rename_a_domain, Hands.take_a_definition_away, Hands.delete_a_disk,
    Hands.define_another_machine_of_the_cluster, Hands.clone_a_machine, Hands.go_on_with_the_guest, Hands.save_the_guest,
    Hands.take_the_network_down, Hands.give_the_network_another_bridge, Hands.give_the_network_other_addresses, Hands.move_the_pool,
)


class Drift(ClusterTest):
    def setUp(self):
        self.it = self.cluster(nodes=3)
        self.it.start()
        self.it.wait_for_addresses()
        self.it.run("refresh", "--full")

    def drift(self, code):
        before = {path.name: path.read_bytes() for path in self.it.folder.iterdir() if path != self.it.log}
        found = self.it.run("drift", "-o", "json", code=code).json
        self.assertEqual({path.name: path.read_bytes() for path in self.it.folder.iterdir() if path != self.it.log}, before, "drift wrote something")
        return {(f"{one['kind']}/{one['name']}", one["field"]): one for one in found["drift"]}

    def test_exactly_what_was_changed_by_hand(self):
        self.assertEqual(self.drift(code=0), {}, "right after a full refresh")
        recorded = {vm["name"]: vm for vm in self.it.state()["vms"]}
        hands = Hands(self.it)
        for number, step in enumerate(SCRIPT, 1):
            step(hands)
            found = self.drift(code=10)
            self.assertEqual({key: one["found"] for key, one in found.items()}, hands.differs, f"after {number}: {step.__name__}")
            for (name, field), one in found.items():
                kind, _, vm = name.partition("/")
                if kind == "vm" and vm in recorded:
                    self.assertEqual(one["since"], recorded[vm]["last_seen"], name)
        found = self.drift(code=10)
        self.assertEqual(found["vm/controller", "state"]["reason"], "saved")
        self.assertEqual(found["vm/compute-01", "state"]["reason"], "destroyed")
        self.assertEqual(found["vm/compute-01", "cpu_cores"]["expected"], "1")
        self.assertIn("which the state does not know", found[f"vm/{self.it.domain('compute-03')}", "exists"]["reason"])
        print(f"{len(SCRIPT)} changes by hand, {len(hands.differs)} differences at the end: each found after each change, and nothing else")

        self.it.run("refresh", "--full")
        # The state has all of it now, but for a machine that it is not to take in by itself.
        self.assertEqual(set(self.drift(code=10)), {(f"vm/{self.it.domain('compute-03')}", "exists")})
        self.it.run("state", "import-domain", self.it.domain("compute-03"))
        self.assertEqual(self.drift(code=0), {}, "right after a full refresh")
        state = self.it.state()
        self.assertIn("inactive_since", state["networks"][0])
        self.assertEqual(state["networks"][0]["subnet"], "10.78.1.0/24")
        self.assertIn("inactive_since", state["pools"][0])
        self.assertIn(f"Network  {self.it.network} is off since", self.it.run(self.it.kind, "status").out)
        self.assertEqual([vm["state"] for vm in self.it.state()["vms"] if vm["name"] == "compute-03"], ["SHUTOFF"])

    def test_a_hypervisor_that_does_not_answer_is_no_drift(self):
        with libvirtd.down():
            result = self.it.run("--timeout", "3", "drift", "-o", "json", code=5)
        self.assertEqual(result.json["drift"], [])
        self.assertEqual([one["hypervisor"] for one in result.json["unreachable"]], ["qemu:///system"])
        self.assertIn("its VMs were not compared", result.err)
        self.assertEqual(self.drift(code=0), {})


if __name__ == "__main__":
    unittest.main()

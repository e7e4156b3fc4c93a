# SPDX-License-Identifier: MIT
"""A configuration that was changed after the cluster was made: each difference is listed by plan and start, and nothing of it is changed."""
import copy

from cluster import ClusterTest


class Differences(ClusterTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.it = it = cls.shared_cluster(nodes=2)
        it.config["compute_nodes"][0]["auto_start"] = False
        it.config["controller"]["auto_start"] = False
        it.config["network"]["dns_servers"] = ["9.9.9.9"]
        it.write_config()
        it.start()
        cls.made = copy.deepcopy(it.config)

    def definitions(self):
        it = self.it
        return [it.virsh.call("dumpxml", "--inactive", it.domain(vm)) for vm in ("controller", "compute-01")] + [it.virsh.call("net-dumpxml", it.network)]

    def check(self, change, expected):
        """`change` of the configuration gives exactly these differences, as (object, field), and nothing else."""
        it = self.it
        it.config = copy.deepcopy(self.made)
        change(it.config)
        it.write_config()
        before = self.definitions()
        with self.subTest(expected):
            plan = it.run("plan", "clusters", it.config_file, "-o", "json").json["clusters"][0]["differences"]
            self.assertEqual({(one["object"], one["field"]) for one in plan}, set(expected))
            started = it.start("-o", "json", "--skip-host-checks", code=1 if expected else 0)
            self.assertEqual(started.json["differences"], plan)
            for one in plan:
                self.assertIn(f"{one['object']}: {one['field']} is {one['exists']}, the configuration says {one['wanted']}", started.err)
            self.assertEqual(self.definitions(), before)

    def test_as_it_was_made_nothing_differs(self):
        self.check(lambda config: None, [])

    def test_each_key_of_the_network(self):
        network = f"network {self.it.network}"
        subnet = self.it.subnet
        self.check(lambda config: config["network"].update(gateway=f"{subnet}.9"), [(network, "gateway"), (network, "dhcp_range")])
        self.check(lambda config: config["network"].update(dns_servers=[]), [(network, "dns_servers")])
        self.check(lambda config: config["network"].update(dhcp_range={"start": f"{subnet}.50", "end": f"{subnet}.90"}), [(network, "dhcp_range")])

    def test_each_key_of_the_acceleration(self):
        def all_vms(field):
            return [(f"vm {vm}", field) for vm in ("controller", "compute-01")]

        for more, fields in (
            ({"cpu_model": "qemu64", "cpu_features": ["+avx2"]}, ["cpu_model", "cpu_features"]),
            ({"cpu_topology": {"sockets": 1, "cores": 1, "threads": 1}}, ["cpu_topology"]),
            ({"performance": {"enable_hugepages": True, "hugepage_size": "2M"}}, ["hugepages"]),
            ({"performance": {"cpu_pinning": True}}, ["cpu_pinning"]),
            ({"performance": {"memory_backing": "memfd"}}, ["memory_backing"]),
        ):
            self.check(lambda config, more=more: config["hardware"]["acceleration"].update(more), [one for field in fields for one in all_vms(field)])

    def test_each_key_of_a_node(self):
        device = {"enabled": True, "devices": [{"pci_address": "0000:65:00.0", "device_type": "network"}]}
        mount = [{"tag": "data", "host_path": "/srv", "mount_point": "/data"}]
        node = "vm compute-01"
        self.check(lambda config: config["compute_nodes"][0].update(pcie_passthrough=device), [(node, "pcie_passthrough")])
        self.check(lambda config: config["compute_nodes"][0].update(virtio_fs_mounts=mount), [(node, "virtio_fs_mounts"), (node, "memory_backing")])
        self.check(lambda config: config["compute_nodes"][0].update(ip=f"{self.it.subnet}.77"), [(node, "ip")])
        self.check(lambda config: config["controller"].update(ip=f"{self.it.subnet}.78"), [("vm controller", "ip")])
        self.check(lambda config: config["controller"].update(ip="DHCP"), [("vm controller", "ip")])

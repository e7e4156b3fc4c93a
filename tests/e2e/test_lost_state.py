# SPDX-License-Identifier: MIT
"""The state is lost while the cluster runs: it is found by its marks, and its state is made again."""
import unittest

from cluster import ClusterTest

VMS = ["controller", "compute-01"]


class LostState(ClusterTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.it = cls.shared_cluster(nodes=2)
        cls.it.start()

    def setUp(self):
        self.before = self.it.state()
        self.domains = self.it.domains()
        for path in self.it.folder.glob("*state.json*"):
            path.unlink()

    def assert_adopted(self, result):
        self.assertIn(self.it.name, result.err)
        after = self.it.state()
        self.assertEqual(after["aihow"]["lineage"], self.before["aihow"]["lineage"])
        kept = ("name", "cpu_cores", "memory_gb", "state", "volumes", "role", "domain_name", "domain_uuid")
        self.assertEqual([{key: vm[key] for key in kept} for vm in after["vms"]], [{key: vm[key] for key in kept} for vm in self.before["vms"]])
        for objects, members in (("networks", ("name", "subnet", "bridge", "uuid")), ("pools", ("name", "path", "uuid")),
                                 ("volumes", ("name", "path", "size_gb", "format"))):
            self.assertEqual([{key: one[key] for key in members} for one in after[objects]],
                             [{key: one[key] for key in members} for one in self.before[objects]])
        self.assertEqual(self.it.domains(), self.domains)

    def test_1_status_finds_it(self):
        self.assert_adopted(self.it.run("hpc", "status"))
        self.assert_agrees(self.it, dict.fromkeys(VMS, "RUNNING"))

    def test_1_rebuild_makes_it_equal_but_for_what_libvirt_cannot_know(self):
        self.it.wait_for_addresses()
        result = self.it.run("state", "rebuild", self.it.name, "-o", "json")
        for lost in ("history", "not defined", "other programs", "when", "networks and pools"):
            self.assertTrue(any(lost in line for line in result.json["lost"]), lost)
        self.assertEqual(self.without_times(self.it.state()), self.without_times(self.before))
        self.assertEqual([vm["created_at"] for vm in self.it.state()["vms"]], [vm["created_at"] for vm in self.before["vms"]])
        self.assert_agrees(self.it, dict.fromkeys(VMS, "RUNNING"))
        self.it.run("drift")

    def without_times(self, document):
        """What must be as it was; addresses may have come meanwhile."""
        out = {key: value for key, value in document.items() if key not in ("last_modified", "created_at")}
        out["aihow"] = {key: value for key, value in document["aihow"].items() if key not in ("revision", "checksum")}
        out["vms"] = [{key: value for key, value in vm.items() if key not in ("last_seen", "ip_address")} for vm in document["vms"]]
        out["networks"] = [{key: value for key, value in network.items() if key != "active_ips"} for network in document["networks"]]
        return out

    def test_2_start_finds_it(self):
        self.assert_adopted(self.it.start())
        self.assert_whole(self.it, VMS)

    def test_3_stop_finds_it(self):
        result = self.it.stop("--shutdown-timeout", "0")
        self.assertIn(self.it.name, result.err)
        self.assert_agrees(self.it, dict.fromkeys(VMS, "SHUTOFF"))

    def test_4_destroy_finds_it_and_leaves_nothing(self):
        done = self.it.run("hpc", "destroy", "--force", "--shutdown-timeout", "0")
        self.assertIn(f"hpc cluster {self.it.name} is destroyed\n", done.out)
        self.assert_nothing_left(self.it)


if __name__ == "__main__":
    unittest.main()

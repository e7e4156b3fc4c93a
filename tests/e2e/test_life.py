# SPDX-License-Identifier: MIT
"""The life of a cluster of three real machines, step by step; after each step `status` is held against virsh. The tests of a class share
one cluster and run in the order of their names."""
import json
import os
import subprocess
import time
import unittest
import xml.etree.ElementTree as ET

from cluster import ClusterTest, node

VMS = ["controller", "compute-01", "compute-02"]


class Life(ClusterTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Two reservations, one address from the pool.
        cls.it = cls.shared_cluster(nodes=3)
        cls.it.config["compute_nodes"][0]["ip"] = f"{cls.it.subnet}.20"
        cls.it.write_config()

    def test_01_validate_and_plan_say_what_start_would_make(self):
        self.it.run("validate", self.it.config_file)
        plan = self.it.run("plan", "clusters", self.it.config_file, "-o", "json").json
        self.assertEqual(plan["clusters"][0]["cluster_name"], self.it.name)
        self.assertEqual({item["name"] for item in plan["clusters"][0]["items"] if item["kind"] == "vm"}, set(VMS))
        self.assert_nothing_left(self.it)

    def test_02_status_without_a_cluster_says_how_to_make_one(self):
        result = self.it.run("hpc", "status", code=2)
        self.assertIn("start", result.err)

    def test_03_start_makes_it_all_and_waits_for_addresses(self):
        self.it.start("--wait")
        self.assert_whole(self.it, VMS)
        status = self.assert_agrees(self.it, dict.fromkeys(VMS, "RUNNING"))
        self.assertEqual(status["status"], "running")
        addresses = {vm["name"]: vm["ip_address"] for vm in status["vms"]}
        self.assertEqual(addresses["controller"], f"{self.it.subnet}.10")
        self.assertEqual(addresses["compute-01"], f"{self.it.subnet}.20")
        self.assertTrue(addresses["compute-02"].startswith(f"{self.it.subnet}."))
        self.assertEqual(len(set(addresses.values())), 3)

    def test_04_the_addresses_really_answer(self):
        for vm in self.it.state()["vms"]:
            ping = ["ping", "-c", "1", "-W", "2", vm["ip_address"]]
            self.it.wait_until(lambda ping=ping: subprocess.run(ping, capture_output=True, check=False).returncode == 0, f"an answer of {vm['name']}")
        self.assert_agrees(self.it, dict.fromkeys(VMS, "RUNNING"))

    def test_05_start_again_changes_nothing(self):
        before = self.it.domains()
        self.it.start()
        self.assertEqual(self.it.domains(), before)
        self.assert_whole(self.it, VMS)
        self.assert_agrees(self.it, dict.fromkeys(VMS, "RUNNING"))

    def test_06_another_cluster_is_refused_with_both_names(self):
        other = self.cluster(nodes=2)
        other.aihow.options = self.it.aihow.options
        before = self.it.virsh.everything()
        result = other.start(code=1)
        self.assertIn(self.it.name, result.err)
        self.assertIn(other.name, result.err)
        self.assertEqual(self.it.virsh.everything(), before)
        self.assert_agrees(self.it, dict.fromkeys(VMS, "RUNNING"))

    def test_07_a_configuration_that_differs_is_listed_and_nothing_is_changed(self):
        original = json.loads(json.dumps(self.it.config))
        self.addCleanup(lambda: (setattr(self.it, "config", original), self.it.write_config()))
        self.it.config["compute_nodes"][0]["memory_gb"] = 2
        self.it.config["compute_nodes"].pop()
        self.it.write_config()
        result = self.it.start(code=1)
        self.assertIn("memory_gb", result.err)
        self.assertIn("compute-02", result.err)
        plan = self.it.run("plan", "clusters", self.it.config_file, "-o", "json", code=None).json
        self.assertEqual(len(plan["clusters"][0]["differences"]), 2)
        self.assert_agrees(self.it, dict.fromkeys(VMS, "RUNNING"))

    def test_08_one_vm_is_paused_and_goes_on(self):
        self.it.run("vm", "pause", "compute-01")
        status = self.assert_agrees(self.it, {"controller": "RUNNING", "compute-01": "PAUSED", "compute-02": "RUNNING"})
        self.assertEqual(status["status"], "partial")
        self.assertEqual(self.it.run("vm", "status", "compute-01", "-o", "json").json["state"], "PAUSED")
        self.it.run("vm", "resume", "compute-01")
        self.assert_agrees(self.it, dict.fromkeys(VMS, "RUNNING"))

    def test_09_one_vm_is_stopped_started_and_restarted(self):
        self.it.run("vm", "stop", "compute-02")
        self.assert_agrees(self.it, {"controller": "RUNNING", "compute-01": "RUNNING", "compute-02": "SHUTOFF"})
        self.it.run("vm", "start", "compute-02")
        self.assert_agrees(self.it, dict.fromkeys(VMS, "RUNNING"))
        self.it.wait_for_addresses()
        process = self.it.virsh.call("domid", self.it.domain("compute-02"))
        self.it.run("vm", "restart", "compute-02")
        self.assertNotEqual(self.it.virsh.call("domid", self.it.domain("compute-02")), process)
        self.assert_agrees(self.it, dict.fromkeys(VMS, "RUNNING"))

    def test_10_a_vm_that_is_not_there_is_not_found(self):
        self.assertIn("compute-09", self.it.run("vm", "stop", "compute-09", code=2).err)
        self.assert_agrees(self.it, dict.fromkeys(VMS, "RUNNING"))

    def test_11_machines_that_were_touched_by_hand_are_seen(self):
        self.it.virsh.call("destroy", self.it.domain("compute-01"))
        self.it.virsh.call("suspend", self.it.domain("compute-02"))
        status = self.assert_agrees(self.it, {"controller": "RUNNING", "compute-01": "SHUTOFF", "compute-02": "PAUSED"})
        self.assertEqual({vm["name"]: vm.get("state_reason") for vm in status["vms"]}["compute-01"], "destroyed")

    def test_12_a_machine_that_libvirt_lacks_is_undefined(self):
        self.it.virsh.call("undefine", self.it.domain("compute-01"))
        self.assert_agrees(self.it, {"controller": "RUNNING", "compute-01": "UNDEFINED", "compute-02": "PAUSED"})

    def test_13_start_mends_all_of_it_with_the_disks_there_were(self):
        disk = self.it.pool_path / "compute-01.qcow2"
        before = disk.stat().st_ino
        self.it.start("--wait")
        self.assert_whole(self.it, VMS)
        self.assert_agrees(self.it, dict.fromkeys(VMS, "RUNNING"))
        self.assertEqual(disk.stat().st_ino, before)

    def test_14_stop_shuts_the_guests_down(self):
        self.it.stop()
        status = self.assert_agrees(self.it, dict.fromkeys(VMS, "SHUTOFF"))
        self.assertEqual(status["status"], "stopped")
        # By themselves, not by force.
        self.assertEqual({vm.get("state_reason") for vm in status["vms"]}, {"shutdown"})

    def test_15_stop_again_has_nothing_to_do(self):
        self.it.run("hpc", "stop")
        self.assert_agrees(self.it, dict.fromkeys(VMS, "SHUTOFF"))

    def test_16_start_again_starts_what_is_stopped(self):
        before = self.it.domains()
        self.it.start()
        self.assertEqual(self.it.domains(), before)
        self.assert_agrees(self.it, dict.fromkeys(VMS, "RUNNING"))

    def test_17_destroy_asks_and_without_a_terminal_refuses(self):
        self.it.run("hpc", "destroy", code=4)
        self.assert_agrees(self.it, dict.fromkeys(VMS, "RUNNING"))

    def test_18_destroy_leaves_the_last_document_as_the_backup(self):
        self.it.run("hpc", "destroy", "--force", "--shutdown-timeout", "1")
        self.assert_nothing_left(self.it)
        backup = json.loads((self.it.folder / "state.json.backup").read_text(encoding="utf-8"))
        self.assertEqual([vm["name"] for vm in backup["vms"]], VMS)
        self.it.run("hpc", "status", code=2)

    def test_19_destroy_again_finds_nothing(self):
        self.it.destroy(code=(0, 2))
        self.assert_nothing_left(self.it)


class Cloud(ClusterTest):
    def test_a_cloud_cluster_lives_the_same_life(self):
        it = self.cluster(nodes=2, kind="cloud")
        vms = ["controller", "worker-01"]
        it.start("--wait")
        self.assert_whole(it, vms)
        status = self.assert_agrees(it, dict.fromkeys(vms, "RUNNING"))
        self.assertEqual((status["cluster_type"], {vm["name"]: vm["role"] for vm in status["vms"]}),
                         ("cloud", {"controller": "control_plane", "worker-01": "worker"}))
        it.stop()
        self.assert_agrees(it, dict.fromkeys(vms, "SHUTOFF"))
        it.destroy()
        self.assert_nothing_left(it)


class Addresses(ClusterTest):
    def test_an_address_that_became_another_is_shown_and_kept(self):
        it = self.cluster(nodes=2)
        it.config["compute_nodes"] = [node(auto_start=False)]
        it.write_config()
        it.start("--wait")
        domain, old, new = it.domain("controller"), f"{it.subnet}.10", f"{it.subnet}.30"
        self.assertEqual(it.status().json["vms"][0]["ip_address"], old)
        it.virsh.call("net-update", it.network, "modify", "ip-dhcp-host", f"<host mac='{it.virsh.mac(domain)}' name='controller' ip='{new}'/>", "--live", "--config")
        it.virsh.call("reset", domain)  # the guest asks again only when it boots
        it.wait_until(lambda: it.leases().get(it.virsh.mac(domain)) == new, f"the lease of {new}")
        changes = [(change["expected"], change["found"]) for change in it.status().json["changes"] if (change["name"], change["field"]) == ("controller", "ip_address")]
        self.assertEqual(changes, [(old, new)])
        status = self.assert_agrees(it, {"controller": "RUNNING", "compute-01": "SHUTOFF"})
        self.assertEqual(status["vms"][0]["ip_address"], new)


class StartOptions(ClusterTest):
    def test_a_node_without_auto_start_is_defined_and_left_off(self):
        it = self.cluster(nodes=2)
        it.config["compute_nodes"] = [node(auto_start=False)]
        it.write_config()
        it.start()
        self.assert_agrees(it, {"controller": "RUNNING", "compute-01": "SHUTOFF"})

    def test_libvirt_takes_all_hardware_that_a_configuration_may_name(self):
        it = self.cluster(nodes=2)
        it.config["hardware"]["acceleration"] |= {
            "cpu_model": "qemu64", "cpu_features": ["+aes", "-svm"], "cpu_topology": {"sockets": 1, "cores": 2, "threads": 1},
            "performance": {"enable_hugepages": True, "hugepage_size": "2M", "cpu_pinning": True, "memory_backing": "memfd"}}
        off = {"cpu_cores": 2, "auto_start": False}
        it.config["controller"] |= off
        it.config["compute_nodes"] = [node(
            **off, pcie_passthrough={"enabled": True, "devices": [{"pci_address": "0000:0b:1f.7", "device_type": "gpu"}]},
            virtio_fs_mounts=[{"tag": "data", "host_path": str(it.folder), "mount_point": "/mnt/data"}])]
        it.write_config()
        it.start("--skip-host-checks")
        status = self.assert_agrees(it, {"controller": "SHUTOFF", "compute-01": "SHUTOFF"})
        self.assertEqual([vm["gpu_count"] for vm in status["vms"]], [0, 1])
        domain = ET.fromstring(it.virsh.call("dumpxml", "--inactive", it.domain("compute-01")))

        def attributes(path):
            return [element.attrib for element in domain.findall(path)]

        self.assertEqual(attributes("devices/hostdev"), [{"mode": "subsystem", "type": "pci", "managed": "yes"}])
        self.assertEqual(attributes("devices/hostdev/source/address"), [{"domain": "0x0000", "bus": "0x0b", "slot": "0x1f", "function": "0x7"}])
        self.assertEqual(attributes("devices/filesystem/driver"), [{"type": "virtiofs"}])
        self.assertEqual(attributes("devices/filesystem/source"), [{"dir": str(it.folder)}])
        self.assertEqual(attributes("devices/filesystem/target"), [{"dir": "data"}])
        self.assertEqual(domain.findtext("cpu/model"), "qemu64")
        self.assertEqual(attributes("cpu/feature"), [{"policy": "require", "name": "aes"}, {"policy": "disable", "name": "svm"}])
        self.assertEqual([(cpu["sockets"], cpu["cores"], cpu["threads"]) for cpu in attributes("cpu/topology")], [("1", "2", "1")])
        self.assertEqual(attributes("memoryBacking/hugepages/page"), [{"size": "2048", "unit": "KiB"}])
        self.assertEqual(attributes("memoryBacking/source") + attributes("memoryBacking/access"), [{"type": "memfd"}, {"mode": "shared"}])
        # It is also what the configuration says, once libvirt has written it in its own way.
        self.assertEqual(it.start("--skip-host-checks", "-o", "json").json["differences"], [])
        # The controller has the first two of the host's processors, as far as there are so many.
        self.assertEqual(attributes("cputune/vcpupin"), [{"vcpu": str(vcpu), "cpuset": str((2 + vcpu) % os.cpu_count())} for vcpu in (0, 1)])

    def test_waiting_in_vain_names_who_has_no_address(self):
        it = self.cluster(nodes=2)
        result = it.start("--wait=1", code=1)
        self.assertIn("compute-01", result.err)
        # The machines run all the same.
        self.assert_agrees(it, {"controller": "RUNNING", "compute-01": "RUNNING"})


class StopOptions(ClusterTest):
    def test_a_guest_that_does_not_listen_is_forced_off_when_its_time_is_over(self):
        it = self.cluster(nodes=2)
        # With nothing to boot from, a guest stays in its firmware, as deaf as one that is still booting.
        it.config["base_image_path"] = str(it.folder / "empty.qcow2")
        it.write_config()
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", it.config["base_image_path"], "64M"], check=True)
        it.start()
        begin = time.monotonic()
        result = it.stop("--shutdown-timeout", "3")
        self.assertGreaterEqual(time.monotonic() - begin, 3)
        for vm in ("controller", "compute-01"):
            self.assertIn(f"VM {vm} did not shut down within 3 s: it is forced off", result.err)
        status = self.assert_agrees(it, {"controller": "SHUTOFF", "compute-01": "SHUTOFF"})
        self.assertEqual({vm["state_reason"] for vm in status["vms"]}, {"destroyed"})


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: MIT
"""What stands in the way of start: it says so, undoes what it made, and touches nothing of others."""
import pathlib
import re
import subprocess
import unittest

from cluster import ClusterTest

DOMAIN = "<domain type='qemu'><name>{name}</name><memory unit='MiB'>64</memory><os><type arch='x86_64'>hvm</type></os></domain>"
NETWORK = "<network><name>{name}</name><bridge name='{bridge}'/><ip address='10.78.1.1' netmask='255.255.255.0'/></network>"
POOL = "<pool type='dir'><name>{name}</name><target><path>{path}</path></target></pool>"


class Obstacles(ClusterTest):
    def assert_refused(self, it, *words, code=1):
        """start fails, says all of `words`, and leaves nothing of the cluster but what was there before."""
        before = it.leftovers()
        result = it.start(code=code)
        for word in words:
            self.assertIn(str(word), result.err, result)
        self.assertEqual(it.leftovers(), before)
        return result

    def test_a_bridge_that_is_taken(self):
        it = self.cluster(nodes=2)
        subprocess.run(["ip", "link", "add", it.bridge, "type", "bridge"], check=True)
        self.addCleanup(subprocess.run, ["ip", "link", "del", it.bridge], check=False)
        self.assert_refused(it, it.bridge, code=5)  # the system refuses it to libvirt
        # Out of the way, the same command does it all.
        subprocess.run(["ip", "link", "del", it.bridge], check=True)
        it.start()
        self.assert_whole(it, ["controller", "compute-01"])

    def test_a_base_image_that_is_missing(self):
        it = self.cluster(nodes=2, base_image_path="/nonexistent/image.qcow2")
        self.assert_refused(it, "/nonexistent/image.qcow2", code=(1, 2))

    def test_a_pool_directory_that_is_full(self):
        it = self.cluster(nodes=3)
        it.pool_path.mkdir()
        # Room for one overlay, not for three.
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=320k,mode=755", "tmpfs", it.pool_path], check=True)
        self.addCleanup(subprocess.run, ["umount", it.pool_path], check=True)
        result = self.assert_refused(it, "No space left", code=(1, 5))
        self.assertIn("undone", result.err)
        self.assertEqual(list(it.pool_path.iterdir()), [])

    def test_a_foreign_domain_of_the_same_name(self):
        it = self.cluster(nodes=2)
        it.virsh.define("domain", DOMAIN.format(name=it.domain("compute-01")))
        before = it.virsh.call("dumpxml", it.domain("compute-01"))
        self.assert_refused(it, it.domain("compute-01"))
        it.destroy(code=(0, 2))
        self.assertEqual(it.virsh.call("dumpxml", it.domain("compute-01")), before)

    def test_a_foreign_network_of_the_same_name(self):
        it = self.cluster(nodes=2)
        it.virsh.define("network", NETWORK.format(name=it.network, bridge=it.bridge + "x"))
        before = it.virsh.call("net-dumpxml", it.network)
        self.assert_refused(it, it.network)
        it.destroy(code=(0, 2))
        self.assertEqual(it.virsh.call("net-dumpxml", it.network), before)

    def test_a_foreign_pool_of_the_same_name_elsewhere(self):
        it = self.cluster(nodes=2)
        it.virsh.define("pool", POOL.format(name=it.pool, path=it.folder))
        before = it.virsh.call("pool-dumpxml", it.pool)
        self.assert_refused(it, it.pool, it.folder)
        it.destroy(code=(0, 2))
        self.assertEqual(it.virsh.call("pool-dumpxml", it.pool), before)

    def test_a_foreign_pool_on_the_same_directory_is_used_and_stays(self):
        it = self.cluster(nodes=2)
        it.pool_path.mkdir()
        it.virsh.define("pool", POOL.format(name=it.pool, path=it.pool_path))
        it.virsh.call("pool-start", it.pool)
        (it.pool_path / "stranger.img").write_bytes(b"not ours")
        it.start()
        self.assert_agrees(it, {"controller": "RUNNING", "compute-01": "RUNNING"})
        it.destroy()
        self.assertIn(it.pool, it.virsh.pools())
        self.assertEqual([path.name for path in it.pool_path.iterdir()], ["stranger.img"])

    def test_a_pool_whose_definition_is_gone(self):
        it = self.cluster(nodes=2)
        it.start()
        it.virsh.call("pool-destroy", it.pool)
        it.virsh.call("pool-undefine", it.pool)
        result = it.destroy(code=1)
        self.assertIn(str(it.pool_path / "compute-01.qcow2"), result.err)
        # Nothing was touched, and what the message says helps.
        self.assert_agrees(it, {"controller": "RUNNING", "compute-01": "RUNNING"}, pool=False)
        it.start()
        it.destroy()
        self.assertFalse(it.pool_path.exists())

    def test_a_pool_whose_directory_was_moved_away(self):
        it = self.cluster(nodes=2)
        it.start()
        it.stop()
        aside = it.pool_path.rename(it.pool_path.with_suffix(".aside"))
        result = it.start(code=5)
        self.assertIn(f"cannot refresh pool {it.pool}", result.err)
        self.assertNotIn("waiting", result.err)
        aside.rename(it.pool_path)
        it.start()
        self.assert_whole(it, ["controller", "compute-01"])

    def test_a_pool_directory_that_was_there_before_stays(self):
        it = self.cluster(nodes=2)
        it.pool_path.mkdir()
        it.start()
        self.assert_agrees(it, {"controller": "RUNNING", "compute-01": "RUNNING"})
        it.destroy()
        self.assertEqual(it.leftovers(), [f"directory {it.pool_path}: []"])

    def test_a_strangers_file_keeps_the_directory_that_start_made(self):
        it = self.cluster(nodes=2)
        it.start()
        stranger = it.pool_path / "stranger.img"
        stranger.write_bytes(b"not ours")
        result = it.destroy()
        self.assertIn(f"the directory {it.pool_path} stays", result.err)
        self.assertEqual(it.leftovers(), [f"directory {it.pool_path}: ['stranger.img']"])
        self.assertEqual(stranger.read_bytes(), b"not ours")

    def test_a_foreign_disk_of_the_same_name(self):
        it = self.cluster(nodes=2)
        it.pool_path.mkdir()
        disk = it.pool_path / "compute-01.qcow2"
        disk.write_bytes(b"somebody's data")
        self.assert_refused(it, disk)
        it.destroy(code=(0, 2))
        self.assertEqual(disk.read_bytes(), b"somebody's data")

    def test_a_symlink_planted_where_a_disk_will_be(self):
        it = self.cluster(nodes=2)
        it.pool_path.mkdir()
        target = it.folder / "target"
        (it.pool_path / "compute-01.qcow2").symlink_to(target)
        self.assert_refused(it, it.pool_path / "compute-01.qcow2")
        self.assertFalse(target.exists())

    def test_a_clone_with_copied_metadata_is_left_alone(self):
        it = self.cluster(nodes=2)
        it.config["compute_nodes"][0]["auto_start"] = False
        it.write_config()
        it.start()
        disk = it.folder / "clone.qcow2"
        done = subprocess.run(["virt-clone", "--connect", it.uri, "--original", it.domain("compute-01"), "--name", it.domain("clone"), "--file", disk],
                              capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        clone = it.virsh.call("dumpxml", it.domain("clone"))
        self.assertIn("urn:libaihow:mark:1", clone)
        self.assertEqual({vm["name"] for vm in it.status().json["vms"]}, {"controller", "compute-01"})
        it.destroy()
        self.assertEqual(set(it.domains()), {it.domain("clone")})
        self.assertEqual(it.virsh.call("dumpxml", it.domain("clone")), clone)
        self.assertTrue(disk.exists())
        self.assertFalse(it.pool_path.exists())
        # Nor does it count as a cluster that could be adopted.
        it.run("hpc", "status", code=2)


class TakenOver(ClusterTest):
    """What stands under a running cluster's names or UUIDs, and is not its own."""

    def xml(self, it):
        """All definitions that carry the cluster's name, in full."""
        domains = {name: it.virsh.call("dumpxml", name) for name in it.domains()}
        return {**domains, "network": it.virsh.call("net-dumpxml", it.network), "pool": it.virsh.call("pool-dumpxml", it.pool)}

    def assert_left_alone(self, it, what):
        """destroy refuses, says that `what` lost its mark, and touches nothing."""
        before = self.xml(it), it.state_file.read_bytes()
        result = it.destroy(code=1)
        self.assertIn(f"the {what} has this cluster's UUID", result.err)
        self.assertIn("and not its mark", result.err)
        self.assertEqual((self.xml(it), it.state_file.read_bytes()), before)

    def test_destroy_leaves_a_domain_and_a_network_that_took_the_places_of_its_own(self):
        it = self.cluster(nodes=2)
        it.start()
        name = it.domain("compute-01")
        for words in (("destroy", name), ("undefine", name), ("net-destroy", it.network), ("net-undefine", it.network)):
            it.virsh.call(*words)
        it.virsh.define("domain", DOMAIN.format(name=name))
        it.virsh.define("network", NETWORK.format(name=it.network, bridge=it.bridge + "x"))
        it.virsh.call("start", name)
        it.virsh.call("net-start", it.network)
        before = self.xml(it)
        it.destroy()
        self.assertEqual(it.leftovers(), [f"domain {name}", f"network {it.network}"])
        self.assertEqual((it.virsh.call("dumpxml", name), it.virsh.call("net-dumpxml", it.network)), (before[name], before["network"]))
        self.assertEqual(it.virsh.state(name), "RUNNING")
        self.assertIn(it.network, it.virsh.active_networks())

    def test_a_pool_that_took_the_place_of_its_own_is_left_alone(self):
        it = self.cluster(nodes=2)
        it.start()
        it.virsh.call("pool-destroy", it.pool)
        it.virsh.call("pool-undefine", it.pool)
        it.virsh.define("pool", POOL.format(name=it.pool, path=it.pool_path))
        it.virsh.call("pool-start", it.pool)
        before = self.xml(it), it.state_file.read_bytes(), it.virsh.volumes(it.pool)
        self.assertIn(f"{it.pool_path / 'compute-01.qcow2'} of pool {it.pool}", it.destroy(code=1).err)
        self.assertEqual((self.xml(it), it.state_file.read_bytes(), it.virsh.volumes(it.pool)), before)

    def test_a_domain_that_lost_its_mark_is_left_alone(self):
        it = self.cluster(nodes=2)
        it.start()
        name = it.domain("compute-01")
        it.virsh.call("metadata", name, "urn:libaihow:mark:1", "--remove", "--live", "--config")
        self.assert_left_alone(it, f"domain {name}")
        before = self.xml(it)
        for words in (("stop", it.config_file, "--shutdown-timeout", "0"), ("start", it.config_file)):
            self.assertIn("and not its mark", it.run("hpc", *words, code=1).err)
        self.assertIn("and not its mark", it.run("vm", "stop", "compute-01", "--shutdown-timeout", "0", code=1).err)
        self.assertEqual(self.xml(it)[name], before[name])

    def test_a_network_that_lost_its_mark_is_left_alone(self):
        it = self.cluster(nodes=2)
        it.start()
        stripped = re.sub(r"<metadata>.*</metadata>", "", it.virsh.call("net-dumpxml", it.network, "--inactive"), flags=re.DOTALL)
        it.virsh.call("net-destroy", it.network)
        it.virsh.define("network", stripped)
        self.assert_left_alone(it, f"network {it.network}")


class Names(ClusterTest):
    def test_a_path_with_markup_in_it_stays_a_path(self):
        # A pool directory is the configuration's one free text that reaches libvirt's XML.
        it = self.cluster(nodes=2)
        it.pool_path = pathlib.Path(f"/var/lib/libvirt/images/{it.name} <a b='c'>&amp;\"")
        it.config["storage"] = {"pool_path": str(it.pool_path)}
        it.write_config()
        it.start()
        self.assertIn("controller.qcow2", [path.name for path in it.pool_path.iterdir()])
        self.assert_agrees(it, {"controller": "RUNNING", "compute-01": "RUNNING"})
        it.destroy()
        self.assert_nothing_left(it)


if __name__ == "__main__":
    unittest.main()

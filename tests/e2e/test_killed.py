# SPDX-License-Identifier: MIT
"""kill -9 of the command before and after its calls to libvirt, then the same command once more: it finishes, with no orphan and nothing
made twice. Every point on libvirt's test driver; on real machines one in each phase, and every one in a long run."""
import concurrent.futures
import itertools
import unittest

import libvirtd
from build_info import LONG
from cluster import Cluster, ClusterTest
from libvirtd import TestDriver
from virsh import Virsh

VMS = ["controller", "compute-01"]


class Sweep:
    """Kills `command` at its first, second … line about a call until it runs to its end unkilled, and looks each time."""

    def __init__(self, test, cluster):
        self.test = test
        self.cluster = cluster

    def start(self, at, on=""):
        it = self.cluster
        killed = it.aihow.run_killed(it.kind, "start", it.config_file, log=it.log, at=at, on=on)
        it.start()
        self.look(dict.fromkeys(VMS, "RUNNING"))
        it.destroy()
        self.test.assert_gone(it)
        return killed

    def mend(self, at, on=""):
        """start, of a cluster with a VM that is off and one that is paused."""
        it = self.cluster
        it.start()
        it.virsh.call("destroy", it.domain("controller"))
        it.virsh.call("suspend", it.domain("compute-01"))
        killed = it.aihow.run_killed(it.kind, "start", it.config_file, log=it.log, at=at, on=on)
        it.start()
        self.look(dict.fromkeys(VMS, "RUNNING"))
        return killed

    def stop(self, at, on="", patience=0):
        it = self.cluster
        it.start()
        words = [it.kind, "stop", it.config_file, "--shutdown-timeout", str(patience)]
        killed = it.aihow.run_killed(*words, log=it.log, at=at, on=on)
        it.run(*words)
        self.look(dict.fromkeys(VMS, "SHUTOFF"))
        return killed

    def shut_down(self, at, on=""):
        return self.stop(at, on, patience=1)

    def destroy(self, at, on="", patience=0):
        it = self.cluster
        it.start()
        killed = it.aihow.run_killed(it.kind, "destroy", it.config_file, "--force", "--shutdown-timeout", str(patience), log=it.log, at=at, on=on)
        # Where the first one had come to its end but for saying so, the second finds nothing.
        it.destroy(code=(0, 2))
        self.test.assert_gone(it)
        return killed

    def shut_down_and_destroy(self, at, on=""):
        return self.destroy(at, on, patience=1)

    def look(self, states):
        self.test.assert_all_there(self.cluster, states)

    def every_point(self, what):
        """The number of points. An error names the point that it was at."""
        for at in itertools.count(1):
            try:
                if not getattr(self, what)(at):
                    return at - 1
            except AssertionError as error:
                log = self.cluster.log.read_text(encoding="utf-8", errors="replace").splitlines() if self.cluster.log.exists() else []
                raise AssertionError(f"{what}, killed at call line {at}:\n" + "\n".join(log[-8:]) + f"\n{error}") from error


class EveryPointOnTheTestDriver(ClusterTest):
    """Commands killed in a sweep run beside each other on one driver, each with a cluster of its own."""

    # The forced way off is swept in stop; destroy is the same with and without it, and goes it on the real machines.
    POINTS = {"start": 140, "mend": 90, "stop": 60, "shut_down": 60, "shut_down_and_destroy": 115}  # so many lines about calls there are at least; a few come and go with the threads

    def setUp(self):
        self.driver = self.enterContext(TestDriver())
        self.virsh = Virsh(TestDriver.uri)
        self.before = self.virsh.everything()

    def assert_gone(self, it):
        self.assertEqual([name for name in it.virsh.everything() if name.startswith(it.name + "-")], [])
        self.assertFalse(it.state_file.exists())

    def assert_all_there(self, it, states):
        names = [name for name in it.virsh.everything() if name.startswith(it.name + "-")]
        self.assertEqual(names, sorted([it.network, it.pool, *(it.domain(vm) for vm in states)]))
        self.assertEqual(it.virsh.volumes(it.pool), {f"{vm}.qcow2" for vm in states})
        state = it.state()
        self.assertEqual({vm["name"]: vm["state"] for vm in state["vms"]}, states)
        for objects in ("vms", "networks", "volumes", "pools"):
            for one in state[objects]:
                self.assertNotIn("pending", one, one["name"])
        domains = it.domains()
        self.assertEqual({vm["domain_uuid"] for vm in state["vms"]}, set(domains.values()))

    def sweep(self, what):
        it = Cluster(uri=TestDriver.uri, nodes=2)
        self.addCleanup(it.cleanup)
        return Sweep(self, it).every_point(what)

    def test_start_stop_and_destroy_are_finished_by_a_second_run(self):
        with concurrent.futures.ThreadPoolExecutor() as pool:
            points = dict(zip(self.POINTS, pool.map(self.sweep, self.POINTS)))
        print(f"kill points on the test driver, found and covered: {points}", flush=True)
        for phase, least in self.POINTS.items():
            self.assertGreaterEqual(points[phase], least, phase)
        # What the driver's host has of its own was not touched.
        self.assertLessEqual(set(self.before), set(self.virsh.everything()))


class Recorded(ClusterTest):
    def test_the_state_of_a_start_that_is_killed_has_what_stood(self):
        it = self.cluster(nodes=2)

        def pending(objects):
            return {one.get("pending") for one in it.state()[objects]}

        with libvirtd.HeldDisks():
            process = it.aihow.popen("hpc", "start", it.config_file)
            self.addCleanup(process.kill)
            # While nothing more happens: the disks are still being made.
            it.wait_until(lambda: it.state_file.exists() and pending("networks") | pending("pools") == {None}, "network and pool in the state", seconds=20)
            process.kill()
            it.aihow.finish(process)
            self.assertEqual(pending("vms") | pending("volumes"), {"create"})
            # libvirt goes on with the disk that it makes, and lets nobody refresh the pool meanwhile.
            again = it.aihow.popen("hpc", "start", it.config_file)
            self.addCleanup(again.kill)
            self.assertIn("waiting for libvirt, which is at work in it", again.stderr.readline())
        self.assertEqual(it.aihow.finish(again).code, 0)
        self.assert_whole(it, VMS)


class RealMachines(ClusterTest):
    # A line of each phase: `on` is met the `at`-th time.
    PHASES = {
        "start": [(1, "done virNetworkDefineXML"), (1, "done virNetworkCreate"), (1, "done virStoragePoolCreate"), (1, "call virStorageVolCreateXML"),
                  (2, "done virStorageVolCreateXML"), (1, "done virDomainDefineXML"), (2, "call virDomainCreate"), (2, "done virDomainCreate")],
        "stop": [(1, "call virDomainDestroy"), (1, "done virDomainDestroy")],
        "shut_down": [(1, "call virDomainShutdown"), (1, "done virDomainShutdown")],
        "destroy": [(1, "done virDomainDestroy"), (1, "done virDomainUndefine"), (1, "done virStorageVolDelete"), (1, "done virStoragePoolDelete"), (1, "done virStoragePoolUndefine"),
                    (1, "done virNetworkDestroy"), (1, "done virNetworkUndefine")],
    }

    def assert_gone(self, it):
        self.assert_nothing_left(it)

    def assert_all_there(self, it, states):
        self.assert_whole(it, VMS, states["controller"])
        self.assert_agrees(it, states)

    def phase(self, what):
        sweep = Sweep(self, self.cluster(nodes=2))
        for at, on in self.PHASES[what]:
            with self.subTest(on, at=at):
                self.assertTrue(getattr(sweep, what)(at, on), f"no line '{on}' was met {at} times:\n{sweep.cluster.log.read_text(encoding='utf-8')}")
        if LONG:
            points = sweep.every_point(what)
            print(f"kill points on real machines: {what}: {points}", flush=True)

    def test_start(self):
        self.phase("start")

    def test_stop(self):
        self.phase("stop")

    def test_shut_down(self):
        self.phase("shut_down")

    def test_destroy(self):
        self.phase("destroy")


if __name__ == "__main__":
    unittest.main()

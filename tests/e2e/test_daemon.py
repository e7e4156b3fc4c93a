# SPDX-License-Identifier: MIT
"""libvirtd that is down, hangs, or dies while a command works. A machine that cannot be seen is never said to be off."""
import os
import signal
import time
import unittest

import libvirtd
from cluster import ClusterTest

VMS = ["controller", "compute-01"]


class Daemon(ClusterTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.it = cls.shared_cluster(nodes=2)
        cls.it.start()

    def assert_unseen(self, seconds):
        """status fails in time with exit 5 and still knows the machines as they were last seen."""
        begin = time.monotonic()
        status = self.it.run("--timeout", "2", "hpc", "status", "-o", "json", code=5).json
        self.assertLess(time.monotonic() - begin, seconds)
        self.assertEqual({vm["state"] for vm in status["vms"]}, {"RUNNING"})
        self.assertEqual([vm["name"] for vm in status["vms"] if "unreachable_since" not in vm], [])

    def test_down(self):
        with libvirtd.down():
            self.assert_unseen(seconds=8)
            result = self.it.start(code=5)
            self.assertIn("qemu:///system", result.err)
        status = self.assert_agrees(self.it, dict.fromkeys(VMS, "RUNNING"))
        self.assertEqual([vm["name"] for vm in status["vms"] if "unreachable_since" in vm], [])

    def test_hung(self):
        daemon = libvirtd.pid()
        os.kill(daemon, signal.SIGSTOP)
        try:
            self.assert_unseen(seconds=8)
        finally:
            os.kill(daemon, signal.SIGCONT)
        self.assert_agrees(self.it, dict.fromkeys(VMS, "RUNNING"))


class DiesMidway(ClusterTest):
    def die_at(self, it, line, *words):
        """Runs a command and kills the daemon once the command's log has the line; returns the command's result."""
        process = it.aihow.popen("--timeout", "5", "--log-file", it.log, *words)
        try:
            it.wait_until(lambda: process.poll() is not None or (it.log.exists() and line in it.log.read_text(encoding="utf-8")), line, period=0.005)
            with libvirtd.down(signal.SIGKILL):
                result = it.aihow.finish(process)
        finally:
            process.kill()
        self.assertIn(line, it.log.read_text(encoding="utf-8"))
        self.assertNotEqual(result.code, 0, result)
        return result

    def test_in_a_start(self):
        it = self.cluster(nodes=2)
        # While it makes disks: killed while it makes the bridge or starts a machine, libvirt itself leaves a device or a QEMU that its next life
        # cannot use, whatever asks it to.
        result = self.die_at(it, "call virStorageVolCreateXML", "hpc", "start", it.config_file)
        self.assertEqual(result.code, 5, result)
        it.start()
        self.assert_whole(it, VMS)
        self.assert_agrees(it, dict.fromkeys(VMS, "RUNNING"))

    def test_in_a_destroy(self):
        it = self.cluster(nodes=2)
        it.start()
        result = self.die_at(it, "call virDomainDestroy", "hpc", "destroy", it.config_file, "--force", "--shutdown-timeout", "0")
        self.assertEqual(result.code, 5, result)
        it.destroy()
        self.assert_nothing_left(it)


if __name__ == "__main__":
    unittest.main()

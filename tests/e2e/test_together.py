# SPDX-License-Identifier: MIT
"""Two commands at once, a command that the user breaks off, and what one command does at once."""
import os
import pathlib
import signal
import time
import unittest

import libvirtd
from cluster import ClusterTest
from libvirtd import TestDriver

VMS = ["controller", "compute-01"]


class CommandsAtWork(ClusterTest):
    def begin(self, it, *words, line="call vir"):
        """Starts a command in the background; returns once its log has the line."""
        it.log.unlink(missing_ok=True)
        process = it.aihow.popen("--log-file", it.log, *words)
        self.addCleanup(process.kill)
        it.wait_until(lambda: process.poll() is not None or (it.log.exists() and line in it.log.read_text(encoding="utf-8")), line)
        return process


class Together(CommandsAtWork):
    def test_a_second_start_says_who_is_at_work_or_waits(self):
        it = self.cluster(nodes=2)
        first = self.begin(it, "hpc", "start", it.config_file, "--wait")
        refused = it.run("--lock-timeout", "0", "hpc", "start", it.config_file, code=6)
        self.assertIn(str(first.pid), refused.err)
        self.assertIn("start", refused.err)
        begin = time.monotonic()
        it.wait_until(it.state_file.exists, "the state of the first")
        status = it.status().json
        self.assertLess(time.monotonic() - begin, 10)
        self.assertEqual(status["cluster_name"], it.name)
        self.assertIsNone(first.poll(), "status waited for the start")
        second = it.aihow.popen("--lock-timeout", "120", "hpc", "start", it.config_file)
        self.assertEqual(it.aihow.finish(first).code, 0)
        self.assertEqual(it.aihow.finish(second).code, 0)
        self.assert_whole(it, VMS)
        self.assert_agrees(it, dict.fromkeys(VMS, "RUNNING"))

    def test_ctrl_c_undoes_what_this_run_made(self):
        for line in ("done virNetworkCreate", "done virDomainDefineXML", "done virDomainCreate"):
            with self.subTest(line):
                it = self.cluster(nodes=3)
                process = self.begin(it, "hpc", "start", it.config_file, "--wait", line=line)
                os.kill(process.pid, signal.SIGINT)
                result = it.aihow.finish(process)
                self.assertNotEqual(result.code, 0, result)
                if "the cluster runs on" in result.err:  # it came when the last machine had been started
                    self.assertEqual(line, "done virDomainCreate")
                    self.assert_whole(it, [*VMS, "compute-02"])
                    it.destroy()
                else:
                    self.assertIn("undone", result.err)
                self.assert_nothing_left(it)

    def test_ctrl_c_when_everything_is_made_leaves_it_running(self):
        self.enterContext(TestDriver())
        it = self.cluster(uri=TestDriver.uri, nodes=2)
        start = [it.kind, "start", it.config_file, "--wait"]
        look = "call virConnectGetAllDomainStats"
        it.run("--log-file", it.log, *start[:3])
        last = it.log.read_text(encoding="utf-8").count(look)  # the look at what was made
        it.destroy()
        result = it.aihow.run_interrupted(*start, log=it.log, at=last, on=look, code=1)
        self.assertIn("cancelled when everything was made: the cluster runs on", result.err)
        self.assertNotIn("undone", result.err)
        self.assertEqual({vm["state"] for vm in it.state()["vms"]}, {"RUNNING"})
        it.destroy()

    def test_ctrl_c_leaves_what_was_there_before(self):
        it = self.cluster(nodes=2)
        it.start()
        it.virsh.call("destroy", it.domain("compute-01"))
        it.virsh.call("undefine", it.domain("compute-01"))
        process = self.begin(it, "hpc", "start", it.config_file, "--wait", line="done virDomainDefineXML")
        os.kill(process.pid, signal.SIGINT)
        self.assertNotEqual(it.aihow.finish(process).code, 0)
        self.assertEqual(set(it.domains()), {it.domain("controller")})
        self.assert_agrees(it, {"controller": "RUNNING", "compute-01": "UNDEFINED"})
        it.start()
        self.assert_whole(it, VMS)


class SideBySide(CommandsAtWork):
    """Each of two calls is begun while the other has not ended: neither can end before both were begun."""

    def wait_for_both(self, it, call):
        def both_begun():
            return it.log.read_text(encoding="utf-8").partition(f"done {call} ")[0].count(f"call {call} ") >= 2

        it.wait_until(both_begun, f"a second call of {call} before the first was done", seconds=20)

    def test_disks_are_made_side_by_side(self):
        it = self.cluster(nodes=2)
        with libvirtd.HeldDisks() as held:
            process = self.begin(it, "hpc", "start", it.config_file, line="call virStorageVolCreateXML")
            self.wait_for_both(it, "virStorageVolCreateXML")
            held.release()
            self.assertEqual(it.aihow.finish(process).code, 0)
        self.assert_whole(it, VMS)

    def test_machines_are_shut_down_side_by_side(self):
        it = self.cluster(nodes=2)
        it.start()
        machines = [int(pathlib.Path(f"/run/libvirt/qemu/{it.domain(vm)}.pid").read_text(encoding="utf-8")) for vm in VMS]
        for machine in machines:
            os.kill(machine, signal.SIGSTOP)  # does not answer libvirt either
        try:
            process = self.begin(it, "hpc", "stop", "--shutdown-timeout", "1", line="call virDomainShutdown")
            self.wait_for_both(it, "virDomainShutdown")
        finally:
            for machine in machines:
                os.kill(machine, signal.SIGCONT)
        self.assertEqual(it.aihow.finish(process).code, 0)
        self.assert_agrees(it, dict.fromkeys(VMS, "SHUTOFF"))


if __name__ == "__main__":
    unittest.main()

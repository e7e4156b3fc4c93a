# SPDX-License-Identifier: MIT
"""libvirtd that is down, hangs, or dies while a command works. A machine that cannot be seen is never said to be off."""
import json
import os
import pathlib
import signal
import socket
import time
import unittest

import libvirtd
from aihow import AiHow
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


class Bounded(ClusterTest):
    """Whatever the daemon does, every command is back within --timeout and a second, says that libvirt was not reached, and takes nothing for off."""

    TIMEOUT_S = 2
    COMMANDS = (("hpc", "status"), ("refresh",), ("refresh", "--full"), ("drift",), ("vm", "status", "controller"), ("vm", "stop", "controller"),
                ("vm", "start", "controller"), ("hpc", "stop"), ("hpc", "destroy", "--force"), ("state", "import-domain", "x"))

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.it = cls.shared_cluster(nodes=2)
        cls.it.start()

    def assert_bounded(self, *words):
        """The best of three: the machine may be busy with something else for a moment."""
        took = []
        for _ in range(3):
            begin = time.monotonic()
            result = self.it.run("--timeout", f"{self.TIMEOUT_S}s", *words, code=5)
            took.append(time.monotonic() - begin)
            self.assertIn("qemu:///system", result.err, words)
            self.assertEqual({vm["state"] for vm in self.it.state()["vms"]}, {"RUNNING"}, words)
            if took[-1] < self.TIMEOUT_S + 1:
                return took[-1]
        self.fail(f"{words} took {took} s")

    def assert_all_bounded(self):
        longest = max((self.assert_bounded(*words), words) for words in self.COMMANDS)
        print(f"{len(self.COMMANDS)} commands, --timeout {self.TIMEOUT_S}s: the longest took {longest[0]:.2f} s, {' '.join(longest[1])}")
        self.assertEqual([vm for vm in self.it.state()["vms"] if "unreachable_since" not in vm], [])

    def tearDown(self):
        self.it.run("refresh")
        self.assert_agrees(self.it, dict.fromkeys(VMS, "RUNNING"))

    def test_a_daemon_that_is_down(self):
        with libvirtd.down():
            self.assert_all_bounded()

    def test_a_daemon_that_hangs(self):
        daemon = libvirtd.pid()
        os.kill(daemon, signal.SIGSTOP)
        try:
            self.assert_all_bounded()
        finally:
            os.kill(daemon, signal.SIGCONT)

    def test_a_daemon_that_refuses(self):
        """As one whose group the user is not in: the socket is there, and may not be opened."""
        hidden = libvirtd.SOCKET + ".hidden"
        os.rename(libvirtd.SOCKET, hidden)
        server = socket.socket(socket.AF_UNIX)
        try:
            server.bind(libvirtd.SOCKET)  # it never listens: connecting is refused
            self.assert_all_bounded()
        finally:
            server.close()
            os.unlink(libvirtd.SOCKET)
            os.rename(hidden, libvirtd.SOCKET)

    def test_a_domain_that_hangs_does_not_hold_up_the_others(self):
        qemu = int(pathlib.Path(f"/run/libvirt/qemu/{self.it.domain('controller')}.pid").read_text())
        self.it.virsh.call("suspend", self.it.domain("compute-01"))
        os.kill(qemu, signal.SIGSTOP)
        try:
            status = self.it.run("--timeout", "3s", "hpc", "status", "-o", "json").json
            self.assertEqual({vm["name"]: vm["state"] for vm in status["vms"]}, {"controller": "RUNNING", "compute-01": "PAUSED"})
        finally:
            os.kill(qemu, signal.SIGCONT)
            self.it.virsh.call("resume", self.it.domain("compute-01"))


class SeveralHypervisors(ClusterTest):
    """The cluster's machines are on two hosts: this daemon's QEMU driver, asked over two sockets, of which one can be taken away alone."""

    def test_one_that_is_dead_leaves_the_others_fresh(self):
        it = self.cluster(nodes=2)
        it.start()
        other = f"qemu+unix:///system?socket={it.folder}/other.sock"
        link = it.folder / "other.sock"
        link.symlink_to(libvirtd.SOCKET)
        state = it.state()
        next(vm for vm in state["vms"] if vm["name"] == "compute-01")["hypervisor"] = other
        it.state_file.write_text(json.dumps(state, indent=2), encoding="utf-8")
        aihow = AiHow(["--state", it.state_file, "--timeout", "3s"], cwd=it.folder)
        aihow.run("refresh")
        link.unlink()
        it.virsh.call("suspend", it.domain("controller"))
        it.virsh.call("suspend", it.domain("compute-01"))
        result = aihow.run("refresh", code=5)
        self.assertIn(other, result.err)
        seen = {vm["name"]: vm for vm in it.state()["vms"]}
        self.assertEqual(seen["controller"]["state"], "PAUSED")
        self.assertNotIn("unreachable_since", seen["controller"])
        # The first host has that domain too; where it answers for it, what it says is so.
        self.assertEqual(seen["compute-01"]["state"], "PAUSED")
        link.symlink_to(libvirtd.SOCKET)
        aihow.run("refresh")
        self.assertNotIn("unreachable_since", {key for vm in it.state()["vms"] for key in vm})


def is_stopped(process):
    return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "T"


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

    LEAST_CALLS = 6

    def test_at_each_call_of_a_refresh(self):
        """What is recorded then is that it was not seen; at the last call, which says goodbye, everything has been."""
        it = self.cluster(nodes=2)
        it.start()
        it.wait_for_addresses()  # until then guests' agents are asked too
        it.run("--log-file", it.log, "refresh")
        calls = [words[1] for line in it.log.read_text(encoding="utf-8").splitlines() if (words := line[line.find("call "):].split()) and words[0] == "call"]
        self.assertGreaterEqual(len(calls), self.LEAST_CALLS, calls)
        covered = 0
        for number, call in enumerate(calls, 1):
            process = it.aihow.popen_stopped("--timeout", "5", "refresh", log=it.log, at=number, on="call vir")
            it.wait_until(lambda: process.poll() is not None or is_stopped(process.pid), call, period=0.005)
            self.assertIsNone(process.poll(), f"it ended before call {number}, {call}")
            with libvirtd.down(signal.SIGKILL):
                os.kill(process.pid, signal.SIGCONT)
                result = it.aihow.finish(process)
            was_seen = call == "virConnectClose"
            self.assertEqual(result.code, 0 if was_seen else 5, f"killed at {number} of {calls}\n{result}")
            for vm in it.state()["vms"]:
                self.assertEqual(vm["state"], "RUNNING", result)
                self.assertEqual("unreachable_since" not in vm, was_seen, result)
            it.run("refresh")
            self.assert_agrees(it, dict.fromkeys(VMS, "RUNNING"))
            covered += 1
        print(f"calls to libvirt in a refresh: {len(calls)}; the daemon was killed at {covered}")

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

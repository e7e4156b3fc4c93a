# SPDX-License-Identifier: MIT
"""A private libvirt inside this one: what is made in it is seen here by nobody, and ends with it."""
import os
import pathlib
import signal
import subprocess
import unittest

from build_info import SUPPORT
from cluster import ClusterTest

# Makes the cluster, tells what there is, and stays until it is killed.
INSIDE = """
"$@" && virsh -q list --name && virsh -q net-list --name && ip -o link && iptables-save && echo complete && sleep 600
"""


class Inside(ClusterTest):
    def look(self, it):
        """What this libvirt and this network have."""
        words = (["ip", "-o", "link"], ["iptables-save", "-t", "nat"])
        return [it.virsh.everything(), sorted(path.name for path in pathlib.Path("/var/lib/libvirt/images").iterdir()),
                *(subprocess.run(command, capture_output=True, text=True, check=True).stdout.partition("# Generated")[0] for command in words)]

    def processes(self, it):
        """Programs of the cluster, in whichever namespace: the names of those with its name on their command line."""
        found = []
        for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = path.read_bytes().decode().split("\0")
            except (FileNotFoundError, ProcessLookupError):
                continue
            if any(f"guest={it.name}-" in word or f"/{it.network}.conf" in word for word in words):
                found.append(pathlib.Path(words[0]).name)
        return sorted(found)

    def test_it_is_not_seen_from_outside_and_all_of_it_ends_with_it(self):
        for how in (signal.SIGTERM, signal.SIGKILL):
            with self.subTest(how.name):
                it = self.cluster(nodes=2)
                before = self.look(it)
                start = it.aihow.command(["--log-level", "error", "hpc", "start", it.config_file, "-o", "name"])
                inner = subprocess.Popen([SUPPORT / "private-libvirt", "sh", "-c", INSIDE, "sh", *start], env={**os.environ, "TMPDIR": str(it.folder)},
                                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
                self.addCleanup(inner.stdout.close)
                self.addCleanup(inner.wait)
                self.addCleanup(inner.kill)
                seen = []
                for line in inner.stdout:
                    seen.append(line)
                    if line == "complete\n":
                        break
                inside = "".join(seen)
                for name in (it.domain("controller"), it.domain("compute-01"), it.network, f": {it.bridge}:", f"{it.subnet}.0/24"):
                    self.assertIn(name, inside)
                self.assertIn("complete", inside)
                self.assertEqual(set(self.processes(it)), {"dnsmasq", "qemu-system-x86_64"})
                self.assertEqual(self.look(it), before)
                inner.send_signal(how)
                inner.wait()
                it.wait_until(lambda: self.processes(it) == [], "the end of its processes", seconds=20)
                self.assertEqual(self.look(it), before)


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: MIT
"""What libvirt's own tool says, to hold against what ai-how says."""
import dataclasses
import subprocess

# virsh's words for virDomainState, as the states of a cluster's document.
STATES = {
    "running": "RUNNING",
    "idle": "RUNNING",
    "paused": "PAUSED",
    "in shutdown": "DYING",
    "shut off": "SHUTOFF",
    "crashed": "CRASHED",
    "pmsuspended": "PMSUSPENDED",
    "no state": "UNDEFINED",
}


@dataclasses.dataclass
class Virsh:
    uri: str = "qemu:///system"

    def call(self, *words, check=True, text=None):
        done = subprocess.run(["virsh", "--quiet", "--connect", self.uri, *map(str, words)], input=text, stdin=None if text else subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=120)
        if check and done.returncode != 0:
            raise AssertionError(f"virsh {' '.join(map(str, words))}: {done.stderr}")
        return done.stdout.strip()

    def lines(self, *words, **options):
        return [line.strip() for line in self.call(*words, **options).splitlines() if line.strip()]

    def domains(self):
        """Name to UUID."""
        return {name: uuid for uuid, name in (line.split(maxsplit=1) for line in self.lines("list", "--all", "--uuid", "--name"))}

    def state(self, domain):
        return STATES[self.call("domstate", domain)]

    def networks(self):
        return set(self.lines("net-list", "--all", "--name"))

    def active_networks(self):
        return set(self.lines("net-list", "--name"))

    def pools(self):
        return set(self.lines("pool-list", "--all", "--name"))

    def active_pools(self):
        return set(self.lines("pool-list", "--name"))

    def volume_paths(self, pool):
        """Name to path."""
        self.call("pool-refresh", pool)
        return dict(line.split(maxsplit=1) for line in self.lines("vol-list", pool))

    def volumes(self, pool):
        return set(self.volume_paths(pool))

    def mac(self, domain):
        return self.lines("domiflist", domain)[0].split()[-1]

    def leases(self, network):
        """MAC to address. Several leases of one: the last."""
        found = {}
        for line in self.lines("net-dhcp-leases", network):
            words = line.split()
            mac = next(word for word in words if word.count(":") == 5)
            found[mac] = next(word for word in words if "/" in word).partition("/")[0]
        return found

    def everything(self):
        """All names there are, in one call: what a test that must leave nothing compares."""
        return sorted(self.lines("list --all --name; net-list --all --name; pool-list --all --name"))

    def define(self, kind, xml):
        """Defines a `domain`, `network` or `pool` from XML."""
        command = {"domain": "define", "network": "net-define", "pool": "pool-define"}[kind]
        return self.call(command, "/dev/stdin", text=xml)

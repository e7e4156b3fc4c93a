# SPDX-License-Identifier: MIT
"""peer.py STATE VM: what a tool without this library does to change the state of one VM, once for each line that it reads; it answers with one.

Dataclasses, the standard library's JSON, a copy as the backup, a rename: nothing is locked, compared, made durable or recorded."""
import dataclasses
import datetime
import json
import os
import shutil
import sys


@dataclasses.dataclass
class VMInfo:
    name: str
    cpu_cores: int
    memory_gb: int
    state: str
    ip_address: str | None
    gpu_count: int
    volumes: list[str]
    created_at: datetime.datetime
    last_seen: datetime.datetime
    more: dict

    @classmethod
    def from_dict(cls, members):
        members = dict(members)
        known = {field.name: members.pop(field.name) for field in dataclasses.fields(cls) if field.name != "more"}
        known["created_at"] = datetime.datetime.fromisoformat(known["created_at"])
        known["last_seen"] = datetime.datetime.fromisoformat(known["last_seen"])
        return cls(**known, more=members)

    def to_dict(self):
        members = {field.name: getattr(self, field.name) for field in dataclasses.fields(self) if field.name != "more"}
        members["created_at"] = self.created_at.isoformat()
        members["last_seen"] = self.last_seen.isoformat()
        return members | self.more


def change(path, name):
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    vms = [VMInfo.from_dict(members) for members in document["vms"]]
    vm = next(vm for vm in vms if vm.name == name)
    vm.state = "PAUSED" if vm.state == "RUNNING" else "RUNNING"
    document["last_modified"] = datetime.datetime.now().isoformat()
    document["vms"] = [vm.to_dict() for vm in vms]
    shutil.copy2(path, path + ".backup")
    with open(path + ".tmp", "w", encoding="utf-8") as file:
        json.dump(document, file, indent=2)
    os.rename(path + ".tmp", path)


def main(path, name):
    for _ in sys.stdin:
        change(path, name)
        print(flush=True)


main(*sys.argv[1:])

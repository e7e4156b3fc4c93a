# SPDX-License-Identifier: MIT
"""A world of its own for tests: a rack of machines that an observer looks at, and that tells of what its machines do."""
import threading

from ai_how.state import VMState
from ai_how.state.events import EventSource
from ai_how.state.observers import Observation, observer

UUIDS = {name: f"{number:08}-2222-4333-8444-555555555555" for number, name in enumerate("abc", 1)}


class Rack(EventSource):
    """Machines a, b and c."""

    def __init__(self):
        self.machines = {name: VMState.SHUTOFF for name in UUIDS}
        self.said = []  # of a look: what is said beside the machines
        self.raises = None  # by a look
        self.gate = threading.Event()  # a look that has seen everything answers once it is set
        self.gate.set()
        self.events = None
        self.followed = []
        self.stopped = threading.Event()
        self.looked = threading.Semaphore(0)

    def observer(self):
        return observer(self.look)

    def look(self, state, timeout, cancel):
        if self.raises is not None:
            raise self.raises
        seen = Observation()
        for name, uuid in UUIDS.items():
            seen.vm(name, self.machines[name], domain_uuid=uuid, hypervisor="rack:///")
        for say in self.said:
            say(seen)
        self.looked.release()
        self.gate.wait()
        return seen

    def follow(self, state, events):
        self.followed.append([vm.name for vm in state.vms])
        self.stopped.clear()
        if self.events is not events:
            self.events = events
            events.connected("rack:///")

    def stop(self):
        self.stopped.set()

    def switch(self, name, state, reason=None):
        """A machine does something else, and the rack tells of it. Whether somebody listened."""
        self.machines[name] = state
        return self.events.vm("rack:///", UUIDS[name], state, state_reason=reason, domain_name=f"lab-{name}")

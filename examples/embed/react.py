#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""react.py STATE RACK.json: watches a rack of machines, records what they do, and switches on again what crashed. Until Ctrl-C.

RACK.json is what this program can see of the world: {"controller": "RUNNING", …}. A real one would ask its machines, and be told by them.
"""
import json
import os
import sys
import threading

from ai_how.state import ClusterStateManager, NotFound, VMState
from ai_how.state.events import EventSource
from ai_how.state.observers import Observation, observer

NAME = "rack"


class Rack(EventSource):
    def __init__(self, path):
        self.path = path
        self.thread = None
        self.over = threading.Event()

    def machines(self):
        with open(self.path, encoding="utf-8") as file:
            return json.load(file)

    def switch_on(self, name):
        machines = {**self.machines(), name: "RUNNING"}
        with open(f"{self.path}.new", "w", encoding="utf-8") as file:
            json.dump(machines, file)
        os.replace(f"{self.path}.new", self.path)

    # What the watch asks: how are the machines of this state?

    def look(self, state, timeout, cancel):
        seen = Observation()
        try:
            machines = self.machines()
        except OSError as error:  # nothing is known of the machines behind it: they keep what was last seen of them
            seen.unreachable(NAME, str(error))
            return seen
        for vm in state.vms:
            seen.vm(vm.name, VMState[machines.get(vm.name, "UNDEFINED")])
        return seen

    # And what tells it that there is something to look at.

    def follow(self, state, events):
        if self.thread is None:
            self.over.clear()
            self.thread = threading.Thread(target=self.tell, args=(events,))
            self.thread.start()

    def stop(self):
        self.over.set()
        self.thread.join()
        self.thread = None

    def tell(self, events):
        last = None
        while True:
            try:
                present = os.stat(self.path).st_mtime_ns
                if not isinstance(last, int):
                    events.connected(NAME)
                elif present != last:
                    events.other(NAME)
            except OSError as error:
                present = str(error)
                if present != last:
                    events.lost(NAME, present)
            last = present
            if self.over.wait(0.05):
                return


def main():
    path, rack = sys.argv[1], Rack(sys.argv[2])
    mgr = ClusterStateManager(path, program="react", on_notice=lambda text: print(f"note: {text}", flush=True))
    try:
        with mgr.watch(observer(rack.look), rack) as events:
            for event in events:
                if event.event != "changed":
                    print(f"{event.hypervisor or NAME}: {event.event} {event.text}".rstrip(), flush=True)
                elif event.field == "state":
                    print(f"{event.name}: {event.expected} -> {event.found}, revision {event.revision}", flush=True)
                    if event.found == VMState.CRASHED.name:
                        print(f"{event.name} is switched on again", flush=True)
                        rack.switch_on(event.name)
    except NotFound:
        sys.exit(f"react.py: there is no state in {path}")
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""react.py STATE RACK.json ROUNDS: looks at a rack of machines again and again, records what they do, and says what changed.

RACK.json is what this program can see of the world: {"controller": "RUNNING", …}. A real one would ask its machines.
"""
import json
import sys
import time

from ai_how.state import ClusterStateManager, NotFound, VMState
from ai_how.state.observers import Observation, observer


def main():
    path, rack, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])

    def look(state, timeout, cancel):
        seen = Observation()
        try:
            with open(rack, encoding="utf-8") as file:
                machines = json.load(file)
        except OSError as error:  # nothing is known of the machines behind it: they keep what was last seen of them
            seen.unreachable("rack", str(error))
            return seen
        for vm in state.vms:
            seen.vm(vm.name, VMState[machines[vm.name]] if vm.name in machines else VMState.UNDEFINED)
        return seen

    mgr = ClusterStateManager(path, program="react", on_notice=lambda text: print(f"note: {text}"))
    rack_observer = observer(look)
    for number in range(rounds):
        if number:
            time.sleep(1)
        try:
            done = mgr.refresh(rack_observer)
        except NotFound:
            sys.exit(f"react.py: there is no state in {path}")
        for change in done.differences:
            print(f"{change.kind} {change.name}: {change.field} {change.expected} -> {change.found}")
        for hypervisor, why in done.unreachable:
            print(f"{hypervisor} does not answer: {why}")
        print(f"{done.state.cluster_name} is {done.state.status}")


if __name__ == "__main__":
    main()

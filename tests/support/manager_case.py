# SPDX-License-Identifier: MIT
"""What the tests of a manager share: a cluster "lab" with the VMs a, b and c."""
from python_package import Case

from ai_how.state import ClusterStateManager, VMInfo, VMState


def vm(name, **members):
    return VMInfo(**{"name": name, "cpu_cores": 1, "memory_gb": 2, "state": VMState.SHUTOFF, **members})


class ManagerCase(Case):
    def setUp(self):
        super().setUp()
        self.mgr = ClusterStateManager(self.state)
        self.mgr.ensure_state("lab", "hpc")
        for name in ("a", "b", "c"):
            self.mgr.add_vm(vm(name))

    def names(self):
        return [each.name for each in self.mgr.get_all_vms()]

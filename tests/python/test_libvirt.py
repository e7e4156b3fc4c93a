# SPDX-License-Identifier: MIT
"""What libvirt sees and tells, through Python: on libvirt's test driver, whose machines a file describes."""
import os
import socket
import subprocess
import sys
import threading
import unittest
import uuid

from demo import domain_xml, vm_uuid, write_node_file
from python_package import PACKAGE, Case

from ai_how.state import Cancel, Cancelled, ClusterStateManager, Invalid, NotFound, VMState, libvirt

NOWHERE = "test:///nowhere.xml"
LINEAGE = "11111111-2222-4333-8444-555555555555"


class Libvirt(Case):
    def setUp(self):
        super().setUp()
        self.uri = write_node_file(self.folder / "node.xml", domain_xml("controller"), domain_xml("compute-01", run_state="3"))
        self.mgr = ClusterStateManager(self.state)

    def rebuilt(self):
        (cluster,) = libvirt.find_clusters(self.uri)
        return self.mgr.create(libvirt.rebuild(cluster, self.uri), "rebuild")

    def test_a_cluster_is_found_by_its_marks_and_its_state_made_again(self):
        (cluster,) = libvirt.find_clusters(self.uri, timeout=10)
        self.assertEqual((cluster.name, cluster.type, cluster.lineage, cluster.domains, cluster.networks), ("demo", "hpc", LINEAGE, 2, 0))
        state = self.rebuilt()
        self.assertEqual((state.cluster_name, state.lineage, state.revision), ("demo", LINEAGE, 1))
        self.assertEqual([(vm.name, vm.state) for vm in state.vms], [("compute-01", VMState.PAUSED), ("controller", VMState.RUNNING)])

    def test_a_cluster_that_is_not_there_is_not_found(self):
        (cluster,) = libvirt.find_clusters(self.uri)
        other = libvirt.FoundCluster(name="other", type="hpc", lineage=LINEAGE, domains=0, networks=0)
        with self.assertRaises(NotFound):
            libvirt.rebuild(other, self.uri)
        with self.assertRaises(Invalid):
            libvirt.find_clusters("no uri")
        self.assertEqual(libvirt.find_clusters("test:///default"), [])
        self.assertEqual(cluster, libvirt.find_clusters(self.uri)[0])

    def test_a_hypervisor_that_says_nothing_is_left_when_asked_to(self):
        place = str(self.folder / "silent")
        with socket.socket(socket.AF_UNIX) as silent:
            silent.bind(place)
            silent.listen()
            silent.settimeout(60)
            uri = f"qemu+unix:///system?socket={place}"
            (cluster,) = libvirt.find_clusters(self.uri)
            state = self.rebuilt()
            for call in (
                lambda cancel: libvirt.find_clusters(uri, timeout=60, cancel=cancel),
                lambda cancel: libvirt.rebuild(cluster, uri, timeout=60, cancel=cancel),
                lambda cancel: libvirt.read_own_domain(state, "demo-controller", uri, timeout=60, cancel=cancel),
            ):
                cancel = Cancel()
                connected = []
                # Once it is connected it waits. The request stands, also when its handle is freed at once.
                asks = threading.Thread(target=lambda: (connected.append(silent.accept()[0]), cancel.request(), cancel._handle.close()))
                asks.start()
                with self.assertRaises(Cancelled):
                    call(cancel)
                asks.join()
                connected[0].close()

    def test_what_is_left_out_of_a_state_made_again_is_told(self):
        copy = domain_xml("compute-01").replace(f"<uuid>{vm_uuid('compute-01')}</uuid>", "<uuid>00000000-0000-4000-8000-0000000000aa</uuid>")
        uri = write_node_file(self.folder / "copied.xml", domain_xml("controller"), copy)
        told = []
        (cluster,) = libvirt.find_clusters(uri)
        state = libvirt.rebuild(cluster, uri, on_notice=told.append)
        self.assertEqual([vm.name for vm in state.vms], ["controller"])
        (text,) = told
        self.assertRegex(text, "^vm demo-compute-01 at .* carries a mark as vm compute-01 of the cluster demo, and its UUID .* it was left out$")
        self.assertEqual([vm.name for vm in libvirt.rebuild(cluster, uri).vms], ["controller"])

    def test_a_domain_that_the_state_does_not_know_is_taken_in(self):
        self.rebuilt()
        self.mgr.remove_vm("controller")
        records = libvirt.read_own_domain(self.mgr.get_state(), "demo-controller", self.uri, timeout=10)
        self.assertEqual((records.vm.name, records.vm.cpu_cores, records.vm.state, records.volume), ("controller", 2, VMState.RUNNING, None))
        self.assertIsNone(self.mgr.get_vm("controller"))
        self.mgr.add_vm(records.vm)
        self.assertEqual(self.mgr.get_vm("controller").domain_name, "demo-controller")
        self.assertEqual(self.mgr.drift(libvirt.observer(self.uri)).differences, [])

    def test_a_domains_disk_is_read_where_its_mark_names_it(self):
        disk = 'uuid="{0}" volume="controller-disk" volume_path="/images/controller.qcow2" volume_size_gb="7" pool="demo-pool"'
        xml = domain_xml("controller")
        own = f'uuid="{vm_uuid("controller")}"'
        self.assertIn(own, xml)
        uri = write_node_file(self.folder / "disk.xml", xml.replace(own, disk.format(vm_uuid("controller"))), domain_xml("compute-01"))
        self.rebuilt()
        volume = libvirt.read_own_domain(self.mgr.get_state(), "demo-controller", uri).volume
        self.assertEqual((volume["name"], volume["path"], volume["size_gb"], volume["pool"]), ("controller-disk", "/images/controller.qcow2", 7, "demo-pool"))

    def test_a_domain_that_is_not_the_clusters_own_is_not_read(self):
        other = domain_xml("x", cluster="other", lineage=uuid.UUID(int=1))
        uri = write_node_file(self.folder / "strange.xml", domain_xml("controller"), other)
        state = self.rebuilt()
        with self.assertRaisesRegex(Invalid, "another lineage"):
            libvirt.read_own_domain(state, "other-x", uri)
        with self.assertRaisesRegex(NotFound, "no domain none"):
            libvirt.read_own_domain(state, "none", uri)
        with self.assertRaises(TypeError):
            libvirt.read_own_domain(state, None, uri)

    def test_more_clusters_than_there_was_room_for_are_all_found(self):
        names = [f"demo-{number:02}" for number in range(20)]
        domains = [domain_xml("controller", cluster=name, lineage=uuid.UUID(int=number)) for number, name in enumerate(names, 1)]
        found = libvirt.find_clusters(write_node_file(self.folder / "many.xml", *domains))
        self.assertEqual([cluster.name for cluster in found], names)

    def test_state_and_world_are_compared_without_writing(self):
        self.rebuilt()
        self.mgr.update_vm_state("controller", VMState.PAUSED)
        before = {path.name: path.read_bytes() for path in self.folder.iterdir()}
        done = self.mgr.drift(libvirt.observer(self.uri))
        (state,) = [each for each in done.differences if each.field == "state"]
        self.assertEqual((state.kind, state.name, state.expected, state.found), ("vm", "controller", "PAUSED", "RUNNING"))
        self.assertEqual({path.name: path.read_bytes() for path in self.folder.iterdir()}, before)
        refreshed = self.mgr.refresh(libvirt.observer(self.uri, full=True))
        self.assertTrue(refreshed.committed)
        self.assertEqual(self.mgr.get_vm("controller").state, VMState.RUNNING)

    def test_a_hypervisor_that_does_not_answer_is_unreachable_and_no_drift(self):
        self.rebuilt()
        self.mgr.transaction(lambda state: [setattr(vm, "hypervisor", NOWHERE) for vm in state.vms])
        done = self.mgr.drift(libvirt.observer(NOWHERE))
        self.assertEqual([hypervisor for hypervisor, _ in done.unreachable], [NOWHERE])
        self.assertEqual([each for each in done.differences if each.field == "state"], [])

    def test_it_is_watched(self):
        self.rebuilt()
        with self.mgr.watch(libvirt.observer(self.uri), libvirt.event_source(self.uri), resync=0.05) as events:
            self.assertEqual(next(event for event in events if event.event == "connected").hypervisor, self.uri)
            self.mgr.update_vm_state("controller", VMState.PAUSED)
            # What was recorded is not so: the next look brings it back.
            while self.mgr.get_vm("controller").state != VMState.RUNNING:
                self.mgr.wait(self.mgr.get_state(), timeout=60)
        self.assertEqual(self.mgr.history("controller", limit=1)[0].operation, "watch")

    def test_without_its_library_the_rest_works(self):
        code = f"""
import sys
sys.path.insert(0, {str(PACKAGE)!r})
from ai_how.state import ClusterStateManager, libvirt
print(ClusterStateManager({str(self.state)!r}).get_state())
libvirt.observer()
"""
        done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "AIHOW_LIBVIRT_LIBRARY": "/nowhere.so"}, capture_output=True, text=True)
        self.assertEqual(done.stdout, "None\n")
        self.assertRegex(done.stderr, "ImportError: libaihow-libvirt cannot be loaded from /nowhere.so.*AIHOW_LIBVIRT_LIBRARY")


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: MIT
"""Stores and observers written in Python: one keeps the contract of all stores, and what they raise comes out as an error."""
import subprocess
import sys
import unittest

from build_info import BUILD, SOURCE
from python_package import PACKAGE, Case
from dictionary_store import DictionaryStore

from ai_how.state import Cancel, Cancelled, ClusterStateManager, InputOutputError, Invalid, NotFound, StateError, Unexpected, Unreachable, VMInfo, VMState
from ai_how.state.observers import Observation, observer
from ai_how.state.stores import Store, open_manager, register

CONTRACT = """
import ctypes, os, sys
sys.path[:0] = [{package!r}, {tests!r}]
os.environ["AIHOW_LIBRARY"] = {library!r}
from ai_how.state import stores
from dictionary_store import DictionaryStore
runner = ctypes.CDLL({library!r})
opening = stores._opening(DictionaryStore)
sys.exit(runner.aihow_test_run_contract(opening, None))
"""


class Contract(unittest.TestCase):
    def test_a_store_in_python_keeps_the_contract(self):
        library = BUILD / "tests" / "capi" / "contract-runner.so"
        code = CONTRACT.format(package=str(PACKAGE), tests=str(SOURCE / "tests" / "python"), library=str(library))
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, 0, done.stdout[-4000:] + done.stderr[-2000:])
        self.assertRegex(done.stdout, r"All tests passed \(\d{3,} assertions in 1 test case\)")


class Stores(unittest.TestCase):
    def test_a_manager_keeps_a_state_in_it(self):
        mgr = open_manager(DictionaryStore("kept"))
        mgr.ensure_state("lab", "hpc")
        mgr.add_vm(VMInfo("a", 1, 1, VMState.RUNNING))
        self.assertEqual(open_manager(DictionaryStore("kept")).get_vm("a").state, VMState.RUNNING)
        self.assertEqual([record.data["operation"] for record in mgr.records()], ["ensure_state", "add_vm"])
        with mgr.operation("hpc start"):
            self.assertEqual(open_manager(DictionaryStore("kept")).operation_holder().what, "hpc start")
        self.assertIsNone(mgr.operation_holder())
        mgr.erase()
        self.assertIsNone(mgr.get_state())

    def test_a_scheme_opens_it(self):
        register("dictionary", DictionaryStore)
        with self.assertRaisesRegex(Invalid, "taken"):
            register("dictionary", DictionaryStore)
        mgr = ClusterStateManager("dictionary:shelf")
        mgr.ensure_state("lab", "cloud")
        self.assertEqual(mgr.location, "dictionary shelf")
        self.assertEqual(ClusterStateManager("dictionary:shelf").get_state().cluster_type, "cloud")

    def test_it_is_closed_when_its_manager_is_gone(self):
        closed = []

        class Closing(DictionaryStore):
            def close(self):
                closed.append(self.location)

        mgr = open_manager(Closing("closing"))
        self.assertEqual(closed, [])
        del mgr
        self.assertEqual(closed, ["dictionary closing"])

    def test_what_it_raises_is_an_error_of_its_kind(self):
        for raised, expected in (
            (ConnectionError("the cable is out"), Unreachable),
            (OSError("the cable is out"), InputOutputError),
            (NotFound("the cable is out"), NotFound),
            (ZeroDivisionError("the cable is out"), Unexpected),
        ):

            class Failing(DictionaryStore):
                def load(self, known, timeout, cancel, raised=raised):
                    raise raised

            with self.subTest(raised), self.assertRaisesRegex(expected, "the cable is out"):
                open_manager(Failing("failing")).get_state()

    def test_one_that_does_nothing_says_so(self):
        with self.assertRaises(StateError):
            open_manager(Store()).get_state()


class Observers(Case):
    def setUp(self):
        super().setUp()
        self.mgr = ClusterStateManager(self.state)
        self.mgr.ensure_state("lab", "hpc")
        self.mgr.add_vm(VMInfo("a", 1, 1, VMState.SHUTOFF))
        self.mgr.transaction(lambda state: state.networks.append({"name": "n", "subnet": "10.0.0.0/8", "bridge": "b"}))

    def test_what_it_sees_is_recorded(self):
        asked = []

        def look(state, timeout, cancel):
            asked.append((state.vms[0].name, timeout > 0, cancel.requested))
            seen = Observation()
            seen.vm("a", VMState.RUNNING, state_reason="booted", cpu_cores=4, gpu_count=2, volumes=["/disk"], ip_address="10.0.0.7")
            seen.network("n", exists=True, active=True, active_ips=["10.0.0.7"], uuid="11111111-2222-4333-8444-555555555555")
            seen.volume("v", exists=False)
            seen.pool("p", exists=False)
            seen.unreachable("test:///far", "no route")
            seen.stranger(2, "clone", "it has another UUID")
            return seen

        done = self.mgr.refresh(observer(look))
        self.assertEqual(asked, [("a", True, False)])
        self.assertTrue(done.committed)
        one = done.state.vms[0]
        self.assertEqual((one.state, one.state_reason, one.cpu_cores, one.gpu_count, one.volumes, one.ip_address), (VMState.RUNNING, "booted", 4, 2, ["/disk"], "10.0.0.7"))
        self.assertEqual(self.mgr.get_vm("a"), one)
        (state,) = [each for each in done.differences if each.field == "state"]
        self.assertEqual((state.kind, state.name, state.expected, state.found, state.reason), ("vm", "a", "SHUTOFF", "RUNNING", "booted"))
        self.assertEqual((done.unreachable, done.strangers), ([("test:///far", "no route")], [("vm", "clone", "it has another UUID")]))
        self.assertEqual(done.state.networks[0]["active_ips"], ["10.0.0.7"])

    def test_what_was_seen_is_there_as_it_was_said(self):
        uuid = "11111111-2222-4333-8444-555555555555"

        def look(state, timeout, cancel):
            seen = Observation()
            seen.vm("a", VMState.RUNNING, state_reason="booted", domain_name="lab-a", domain_uuid=uuid, hypervisor="test:///x", cpu_cores=4, memory_gb=8,
                    gpu_count=0, volumes=["/disk", "/other"], ip_address="10.0.0.7")
            seen.vm("addressless", VMState.PAUSED, ip_address=None)
            seen.vm("silent", VMState.UNDEFINED)
            seen.network("n", exists=True, active=True, active_ips=["10.0.0.7"], uuid=uuid, subnet="10.0.0.0/8", bridge="br0")
            seen.network("gone", exists=False)
            seen.volume("v", exists=True, size_gb=7)
            seen.pool("p", exists=True, active=True, path="/pool", uuid=uuid)
            return seen

        done = self.mgr.refresh(observer(look))
        full, addressless, silent = done.seen.vms
        self.assertEqual((full.name, full.state, full.state_reason, full.domain_name), ("a", VMState.RUNNING, "booted", "lab-a"))
        self.assertEqual((full.domain_uuid, full.hypervisor, full.cpu_cores, full.memory_gb), (uuid, "test:///x", 4, 8))
        self.assertEqual((full.gpu_count, full.volumes, full.ip_address), (0, ["/disk", "/other"], "10.0.0.7"))
        self.assertEqual(full.said, {"gpu_count", "volumes", "ip_address"})
        self.assertEqual((addressless.ip_address, addressless.said), (None, {"ip_address"}))
        self.assertEqual((silent.state, silent.domain_uuid, silent.cpu_cores, silent.memory_gb, silent.gpu_count), (VMState.UNDEFINED, None, None, None, None))
        self.assertEqual((silent.volumes, silent.ip_address, silent.said), (None, None, set()))
        self.assertEqual((silent.state_reason, silent.domain_name, silent.hypervisor), (None, None, None))
        there, gone = done.seen.networks
        self.assertEqual((there.name, there.exists, there.active, there.active_ips), ("n", True, True, ["10.0.0.7"]))
        self.assertEqual((there.uuid, there.subnet, there.bridge), (uuid, "10.0.0.0/8", "br0"))
        self.assertEqual((gone.exists, gone.active, gone.uuid, gone.active_ips, gone.subnet, gone.bridge), (False, False, None, None, None, None))
        (volume,), (pool,) = done.seen.volumes, done.seen.pools
        self.assertEqual((volume.name, volume.exists, volume.size_gb), ("v", True, 7))
        self.assertEqual((pool.name, pool.exists, pool.active, pool.uuid, pool.path), ("p", True, True, uuid, "/pool"))
        self.assertIs(done.seen, done.seen)
        self.assertEqual(self.mgr.drift(observer(look)).seen, done.seen)

    def test_what_it_raises_comes_out_and_nothing_is_changed(self):
        before = self.state.read_bytes()
        for raised, expected in ((ConnectionError("blind"), Unreachable), (KeyError("blind"), Unexpected)):

            def look(state, timeout, cancel, raised=raised):
                raise raised

            with self.assertRaisesRegex(expected, "blind"):
                self.mgr.refresh(observer(look))
        self.assertEqual(self.state.read_bytes(), before)

    def test_it_can_be_asked_to_stop(self):
        cancel = Cancel()

        def look(state, timeout, asked):
            cancel.request()
            if asked.requested:
                raise Cancelled("stopped")
            return Observation()

        with self.assertRaisesRegex(Cancelled, "stopped"):
            self.mgr.refresh(observer(look), cancel=cancel)

    def test_nothing_is_kept_when_it_is_gone(self):
        from ai_how.state import _callbacks

        before = len(_callbacks._kept)
        one = observer(lambda state, timeout, cancel: Observation())
        self.mgr.refresh(one)
        self.assertEqual(len(_callbacks._kept), before + 1)
        del one
        self.assertEqual(len(_callbacks._kept), before)


if __name__ == "__main__":
    unittest.main()

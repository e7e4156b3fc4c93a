# SPDX-License-Identifier: MIT
"""Watching through Python: what it tells, in which order, on which thread, and what ends it."""
import threading
import unittest

from manager_case import ManagerCase
from rack import UUIDS, Rack

from ai_how.state import Cancel, ClusterStateManager, Invalid, Locked, NotFound, Unexpected, VMState, _watch
from ai_how.state.events import EventSource


class WatchCase(ManagerCase):
    def setUp(self):
        super().setUp()
        self.rack = Rack()
        self.addCleanup(lambda: self.assertEqual(_watch._running, set()))

        def identify(state):
            for vm in state.vms:
                vm.domain_uuid = UUIDS[vm.name]
                vm.hypervisor = "rack:///"

        self.mgr.transaction(identify)

    def watch(self, **options):
        return self.mgr.watch(self.rack.observer(), self.rack, **options)

    def until(self, events, **members):
        """The next event that has these members."""
        for event in events:
            if all(getattr(event, name) == value for name, value in members.items()):
                return event
        raise AssertionError("the watch ended")


class Telling(WatchCase):
    def test_a_change_is_in_the_state_when_it_is_told(self):
        with self.watch() as events:
            self.assertEqual(self.until(events, event="connected").hypervisor, "rack:///")
            self.rack.switch("b", VMState.RUNNING, "booted")
            event = self.until(events, event="changed", field="state")
            self.assertEqual((event.kind, event.name, event.expected, event.found, event.reason), ("vm", "b", "SHUTOFF", "RUNNING", "booted"))
            state = self.mgr.get_state()
            self.assertGreaterEqual(state.revision, event.revision)
            self.assertEqual((state.vms[1].state, state.vms[1].state_reason), (VMState.RUNNING, "booted"))
            self.assertTrue(event.last_seen <= event.when)

    def test_each_state_that_a_machine_was_in_is_a_revision_of_its_own(self):
        path = [VMState.RUNNING, VMState.PAUSED, VMState.RUNNING, VMState.CRASHED]
        with self.watch() as events:
            self.until(events, event="connected")
            told = []
            for state in path:
                self.assertTrue(self.rack.switch("a", state))
                told.append(self.until(events, event="changed", field="state"))
        self.assertEqual([VMState[event.found] for event in told], path)
        revisions = [event.revision for event in told]
        self.assertEqual(revisions, sorted(set(revisions)))
        self.assertEqual([VMState[self.mgr.at(revision).vms[0].state.name] for revision in revisions], path)

    def test_without_a_source_it_looks_as_often_as_it_is_told_to(self):
        with self.mgr.watch(self.rack.observer(), resync=0.05) as events:
            for _ in range(2):
                self.assertTrue(self.rack.looked.acquire(timeout=60))
            self.rack.machines["c"] = VMState.RUNNING
            event = self.until(events, event="changed", field="state")
            self.assertEqual((event.name, event.found), ("c", "RUNNING"))

    def test_an_interruption_is_told_and_everything_is_looked_at_after_it(self):
        with self.watch(resync=0) as events:
            self.until(events, event="connected", since=None)
            self.rack.events.lost("rack:///", "the cable is out")
            lost = self.until(events, event="lost")
            self.assertEqual((lost.hypervisor, lost.text), ("rack:///", "the cable is out"))
            self.rack.machines["a"] = VMState.RUNNING
            self.rack.events.connected("rack:///")
            told = [next(events)]
            while told[-1].event != "resynced":
                told.append(next(events))
            self.assertEqual([event.since for event in told if event.event in ("connected", "resynced")], [lost.when] * 2)
            self.assertEqual([event.name for event in told if event.field == "state"], ["a"])

    def test_a_look_that_began_before_the_interruption_was_over_does_not_end_the_gap(self):
        with self.watch(resync=0) as events:
            self.until(events, event="connected")
            self.assertTrue(self.rack.looked.acquire(timeout=60))
            self.rack.gate.clear()
            self.rack.events.lost("rack:///", "the cable is out")
            self.assertTrue(self.rack.looked.acquire(timeout=60))
            self.rack.machines["a"] = VMState.RUNNING
            self.rack.events.connected("rack:///")
            self.until(events, event="lost")
            self.until(events, event="connected")
            self.rack.gate.set()
            told = [next(events)]
            while told[-1].event != "resynced":
                told.append(next(events))
            self.assertEqual([event.found for event in told if event.field == "state"], ["RUNNING"])

    def test_another_event_makes_it_look(self):
        with self.watch(resync=0) as events:
            self.until(events, event="connected")
            self.rack.machines["a"] = VMState.RUNNING
            self.assertTrue(self.rack.events.other("rack:///"))
            self.assertEqual(self.until(events, event="changed", field="state").name, "a")

    def test_strangers_and_what_could_not_be_looked_at_are_told(self):
        self.rack.said.append(lambda seen: seen.stranger("vm", "clone", "the machine clone has another UUID"))
        with self.watch(resync=0.05) as events:
            self.assertIn("clone", self.until(events, event="stranger").text)
            self.rack.raises = OSError("the rack is dark")
            self.assertIn("the rack is dark", self.until(events, event="failed").text)
            self.rack.raises = None
            self.rack.switch("a", VMState.RUNNING)
            self.until(events, event="changed", field="state")

    def test_nothing_is_lost_where_nobody_takes_the_events_for_a_while(self):
        most, _watch._MOST = _watch._MOST, 2
        self.addCleanup(setattr, _watch, "_MOST", most)
        names = [f"clone-{number:02}" for number in range(20)]
        self.rack.said.extend(lambda seen, name=name: seen.stranger("vm", name, f"{name} has another UUID") for name in names)
        with self.watch() as events:
            self.assertTrue(self.rack.looked.acquire(timeout=60))
            self.assertEqual([self.until(events, event="stranger").text.split()[0] for _ in names], names)


class Callback(WatchCase):
    def test_it_runs_on_the_callers_thread_and_may_use_the_manager(self):
        cancel = Cancel()
        told = []

        def react(event):
            if event.event == "connected":
                self.rack.switch("a", VMState.RUNNING)
            elif event.field == "state":
                told.append((threading.get_ident(), event.found, self.mgr.get_vm("a").state))
                self.mgr.transaction(lambda state: setattr(state.vms[0], "role", "seen"))
                cancel.request()

        self.assertIsNone(self.watch(callback=react, cancel=cancel))
        self.assertEqual(told, [(threading.get_ident(), "RUNNING", VMState.RUNNING)])
        self.assertEqual(self.mgr.get_vm("a").role, "seen")
        self.assertTrue(self.rack.stopped.is_set())

    def test_what_it_raises_ends_the_watch_and_comes_out(self):
        class Mine(Exception):
            pass

        def react(event):
            raise Mine(event.event)

        with self.assertRaisesRegex(Mine, "connected"):
            self.watch(callback=react)
        self.assertTrue(self.rack.stopped.is_set())

    def test_a_cancel_that_was_requested_before_ends_it_at_once(self):
        cancel = Cancel()
        cancel.request()
        self.assertIsNone(self.watch(callback=self.fail, cancel=cancel))
        self.assertEqual(cancel._told, [])


class Ending(WatchCase):
    def test_another_thread_ends_it(self):
        cancel = Cancel()
        with self.watch(cancel=cancel) as events:
            self.until(events, event="connected")
            threading.Thread(target=cancel.request).start()
            self.assertEqual([event.event for event in events if event.event == "connected"], [])
        self.assertTrue(self.rack.stopped.is_set())
        self.assertEqual(cancel._told, [])

    def test_closing_it_ends_who_iterates(self):
        events = self.watch()
        self.until(events, event="connected")
        ended = threading.Thread(target=lambda: list(events))
        ended.start()
        events.close()
        events.close()
        ended.join(60)
        self.assertFalse(ended.is_alive())
        self.assertEqual(list(events), [])

    def test_closing_ends_one_whose_events_nobody_takes(self):
        most, _watch._MOST = _watch._MOST, 2
        self.addCleanup(setattr, _watch, "_MOST", most)
        self.rack.said.extend(lambda seen, number=number: seen.stranger("vm", "clone", f"clone {number}") for number in range(9))
        with self.watch() as events, events._run.changed:
            self.assertTrue(events._run.changed.wait_for(lambda: len(events._run.events) == 2, 60))

    def test_one_that_nobody_has_any_more_ends(self):
        events = self.watch()
        thread = events._run.thread
        self.until(events, event="connected")
        del events
        thread.join(60)
        self.assertTrue(self.rack.stopped.is_set())

    def test_without_a_state_it_fails_also_where_that_is_removed_meanwhile(self):
        with ClusterStateManager(self.folder / "other.json").watch(self.rack.observer(), self.rack) as events, self.assertRaises(NotFound):
            next(events)
        with self.watch(resync=0.05) as events:
            self.until(events, event="connected")
            self.mgr.erase()
            with self.assertRaises(NotFound):
                list(events)

    def test_what_an_observer_or_a_source_gets_wrong_ends_it(self):
        self.rack.raises = KeyError("no such machine")
        with self.watch() as events, self.assertRaisesRegex(Unexpected, "no such machine"):
            list(events)
        self.rack.raises = None
        self.rack.follow = lambda state, events: 1 // 0
        with self.watch() as events, self.assertRaisesRegex(Unexpected, "division"):
            list(events)

    def test_wrong_arguments_are_told_at_once(self):
        look = self.rack.observer()
        for call, error in (
            (lambda: self.mgr.watch(self.rack.look), TypeError),
            (lambda: self.mgr.watch(look, self.rack.look), TypeError),
            (lambda: self.mgr.watch(look, resync=-1), Invalid),
            (lambda: self.mgr.watch(look, min_interval=-1), Invalid),
        ):
            with self.assertRaises(error):
                call()


class Sources(WatchCase):
    def test_it_is_asked_for_the_machines_of_the_state_and_told_when_to_stop(self):
        with self.watch() as events:
            self.until(events, event="connected")
            self.assertEqual(self.rack.followed[0], ["a", "b", "c"])
            self.assertFalse(self.rack.stopped.is_set())
        self.assertTrue(self.rack.stopped.is_set())

    def test_once_the_watch_is_over_nobody_listens(self):
        with self.watch() as events:
            self.until(events, event="connected")
            self.assertTrue(self.rack.events.other("rack:///"))
        self.assertFalse(self.rack.events.other("rack:///"))
        self.assertFalse(self.rack.switch("a", VMState.RUNNING))
        self.assertEqual(self.mgr.get_vm("a").state, VMState.SHUTOFF)

    def test_it_may_be_asked_again_by_another_watch_but_not_by_two_at_once(self):
        for state in (VMState.RUNNING, VMState.PAUSED):
            with self.watch() as events:
                self.until(events, event="connected")
                with self.watch() as second, self.assertRaisesRegex(Locked, "another watch"):
                    list(second)
                self.rack.switch("a", state)
                self.assertEqual(self.until(events, event="changed", field="state").found, state.name)

    def test_what_is_put_wrongly_is_told_where_it_is_put(self):
        with self.watch() as events:
            self.until(events, event="connected")
            for call, error in (
                (lambda: self.rack.events.vm("rack:///", "no uuid", VMState.RUNNING), Invalid),
                (lambda: self.rack.events.vm("rack:///", UUIDS["a"], "RUNNING"), TypeError),
                (lambda: self.rack.events.connected(None), TypeError),
                (lambda: self.rack.events.lost("rack:///", "a\0b"), Invalid),
                (lambda: self.rack.events.other("rack:///", when="now"), TypeError),
            ):
                with self.assertRaises(error):
                    call()

    def test_many_threads_tell_at_once(self):
        with self.watch() as events:
            self.until(events, event="connected")
            for state in (VMState.RUNNING, VMState.PAUSED, VMState.RUNNING):
                threads = [threading.Thread(target=self.rack.switch, args=(name, state)) for name in UUIDS]
                for thread in threads:
                    thread.start()
                told = [self.until(events, event="changed", field="state") for _ in threads]
                self.assertEqual({(event.name, event.found) for event in told}, {(name, state.name) for name in UUIDS})
                for thread in threads:
                    thread.join()

    def test_the_base_class_tells_of_nothing(self):
        with self.mgr.watch(self.rack.observer(), EventSource(), resync=0.05) as events:
            self.rack.machines["a"] = VMState.RUNNING
            self.assertEqual(self.until(events, event="changed", field="state").name, "a")

    def test_nothing_is_kept_when_it_is_over(self):
        from ai_how.state import _callbacks

        before = len(_callbacks._kept)
        with self.watch() as events:
            self.until(events, event="connected")
        events = None
        self.assertEqual(len(_callbacks._kept), before)


if __name__ == "__main__":
    unittest.main()

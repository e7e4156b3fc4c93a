# SPDX-License-Identifier: MIT
"""refresh, drift, watch, state rebuild and state import-domain, on libvirt's test driver."""
import json
import re
import signal
import threading
import time
import unittest
import uuid

import yaml
from command import TIMEOUT_S, CommandTest, domain_xml, network_xml, pool_xml, state_document, vm_document
from demo import LINEAGE, vm_uuid, write_node_file

NOWHERE = "qemu+unix:///system?socket=/nonexistent/libvirt-sock"


class WorldTest(CommandTest):
    def ai_how(self, *words, **more):
        return self.run_command("--state", self.state, *words, **more)

    def json_of(self, *words, code=0):
        return json.loads(self.ai_how(*words, "-o", "json", code=code).stdout)

    def two_vms(self):
        """The state has a controller that is paused, and forgot compute-01; the hypervisor has both, running."""
        uri = self.node_file(domain_xml("controller"), domain_xml("compute-01"))
        self.write_state(state_document([vm_document("controller", "PAUSED", uri)]))
        return uri


class Refresh(WorldTest):
    def test_what_changed_is_said_and_written(self):
        self.two_vms()
        done = self.ai_how("refresh")
        self.assertIn("vm controller: state was PAUSED, is RUNNING\n", done.stdout)
        self.assertRegex(done.stdout, r"\nrevision 2\n$")
        self.assertIn("which the state does not know", done.stderr)
        self.assertEqual(self.read_state()["vms"][0]["state"], "RUNNING")
        self.assertEqual(self.ai_how("refresh").stdout, "nothing changed; revision 2\n")

    def test_its_shape(self):
        self.two_vms()
        self.check_golden("refresh.json", self.json_of("refresh"))
        self.assertEqual(self.ai_how("refresh", "-o", "name").stdout, "")
        self.two_vms()
        self.assertEqual(self.ai_how("refresh", "-o", "name").stdout, "vm/controller\n")

    def test_new_times_alone_are_written_no_more_often_than_asked_for(self):
        self.two_vms()
        self.ai_how("refresh")
        before = self.state.read_bytes()
        for command in (["refresh"], ["refresh", "--full"], ["hpc", "status"]):
            self.ai_how(*command, "--min-interval", "1h")
            self.assertEqual(self.state.read_bytes(), before, command)
            self.ai_how(*command)
            self.assertNotEqual(self.state.read_bytes(), before, command)
            before = self.state.read_bytes()
        self.assertEqual(self.read_state()["aihow"]["revision"], 2)

    def test_a_hypervisor_that_is_down_leaves_the_others_fresh(self):
        uri = self.node_file(domain_xml("controller"))
        self.write_state(state_document([vm_document("controller", "PAUSED", uri), vm_document("compute-01", "RUNNING", NOWHERE)]))
        done = self.ai_how("refresh", code=5)
        self.assertIn("nonexistent", done.stderr)
        self.assertIn("vm controller: state was PAUSED, is RUNNING\n", done.stdout)
        controller, compute = self.read_state()["vms"]
        self.assertEqual((controller["state"], compute["state"]), ("RUNNING", "RUNNING"))
        self.assertIn("unreachable_since", compute)
        self.assertIn("RUNNING (unreachable since ", self.ai_how("hpc", "status", code=5).stdout)
        self.assertIn("nothing is known to have changed", self.ai_how("refresh", code=5).stdout)

    def test_without_a_state(self):
        self.assertIn("no state at", self.ai_how("refresh", code=2).stderr)
        self.assertFalse(self.state.exists())


class Drift(WorldTest):
    def test_every_difference_and_nothing_written(self):
        self.two_vms()
        done = self.run_and_touch_nothing("--state", self.state, "drift", code=10)
        rows = [line.split(maxsplit=4)[:4] for line in done.stdout.splitlines()]
        self.assertEqual(rows[0], ["OBJECT", "FIELD", "EXPECTED", "FOUND"])
        self.assertIn(["vm/controller", "state", "PAUSED", "RUNNING"], rows)
        self.assertIn(["vm/demo-compute-01", "exists", "false", "true"], rows)
        self.assertEqual(self.ai_how("drift", "-o", "name", code=10).stdout.split(), ["vm/controller", "vm/demo-compute-01"])
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["node.xml", "state.json"])

    def test_its_shape(self):
        self.two_vms()
        self.check_golden("drift.json", self.json_of("drift", code=10))

    def test_none(self):
        uri = self.demo(controller="RUNNING")
        self.ai_how("refresh", "--full")
        self.assertRegex(self.ai_how("drift").stdout, r"^no drift: cluster demo is as the state has it, revision \d+\n$")
        # A copy of a mark is somebody's, and no drift.
        copy = re.sub("<name>[^<]*</name><uuid>[^<]*</uuid>", f"<name>copy</name><uuid>{uuid.uuid4()}</uuid>", domain_xml("controller"))
        self.node_file(domain_xml("controller"), copy)
        self.assertIn("a copy that is not the cluster's own", self.ai_how("--connect", uri, "drift").stderr)

    def test_what_cannot_be_asked_is_no_drift(self):
        self.write_state(state_document([vm_document("controller", "RUNNING", NOWHERE)]))
        done = self.run_and_touch_nothing("--state", self.state, "drift", code=5)
        self.assertEqual(done.stdout, "no drift that can be seen\n")
        self.assertIn("its VMs were not compared", done.stderr)

    def test_without_a_state(self):
        self.assertIn("no state at", self.ai_how("drift", code=2).stderr)


class Watch(WorldTest):
    def watch(self, *words, lines, how=signal.SIGINT):
        """What a watch prints first, and how it ends."""
        process = self.start_command("--state", self.state, "watch", *words)
        watchdog = threading.Timer(TIMEOUT_S, process.kill)
        watchdog.start()
        out = [process.stdout.readline() for _ in range(lines)]
        watchdog.cancel()
        process.send_signal(how)
        rest, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, errors)
        self.assertNotIn("error", errors)
        return out + rest.splitlines(keepends=True)

    def test_its_shape(self):
        self.two_vms()
        events = sorted((json.loads(line) for line in self.watch("-o", "json", lines=3)), key=lambda event: (event["event"], event["field"] or ""))
        self.check_golden("watch.json", events)
        self.assertEqual(self.read_state()["vms"][0]["state"], "RUNNING")

    def test_lines_for_people_names_and_yaml(self):
        self.two_vms()
        shown = self.watch(lines=3)
        self.assertTrue(any(line.endswith("  vm controller: state was PAUSED, is RUNNING\n") for line in shown), shown)
        self.assertTrue(any("events from now on" in line for line in shown), shown)
        for line in shown:
            self.assertRegex(line, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z  ")
        self.two_vms()
        self.assertEqual(set(self.watch("-o", "name", lines=1)), {"vm/controller\n"})
        self.two_vms()
        documents = list(yaml.safe_load_all("".join(self.watch("-o", "yaml", lines=36))))
        self.assertEqual({document["event"] for document in documents}, {"changed", "connected", "stranger"})

    def test_it_looks_again_every_resync(self):
        self.two_vms()
        process = self.start_command("--verbose", "--state", self.state, "watch", "--resync", "50ms", "--min-interval", "0")
        looks = 0
        for line in process.stderr:
            looks += "call virConnectListAllNetworks" in line
            if looks == 10:
                break
        before = self.state.read_bytes()
        end = time.monotonic() + 60
        while self.state.read_bytes() == before:  # --min-interval 0: new times are written
            self.assertLess(time.monotonic(), end)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)

    def test_a_reader_that_goes_ends_it(self):
        self.two_vms()
        process = self.start_command("--state", self.state, "watch", "--resync", "20ms", "--min-interval", "0")
        process.stdout.readline()
        process.stdout.close()
        # The next line has nobody to read it.
        document = self.read_state()
        document["vms"][0]["state"] = "CRASHED"
        self.write_state(document)
        self.assertEqual(process.wait(timeout=60), 5)
        self.assertIn("Broken pipe", process.stderr.read())
        process.stdout = None

    def test_without_a_state(self):
        self.assertIn("no state at", self.ai_how("watch", code=2).stderr)


class Rebuild(WorldTest):
    def test_from_the_marks_alone(self):
        uri = self.node_file(domain_xml("compute-01", "5"), domain_xml("controller"), network_xml(), pool_xml("controller"))
        document = self.json_of("--connect", uri, "state", "rebuild", "demo")
        self.check_golden("state-rebuild.json", {**document, "vms": [vm["name"] for vm in document["vms"]]})
        state = self.read_state()
        self.assertEqual(state["aihow"]["lineage"], str(LINEAGE))
        self.assertEqual({vm["name"]: vm["state"] for vm in state["vms"]}, {"controller": "RUNNING", "compute-01": "SHUTOFF"})
        self.ai_how("drift")

    def test_what_is_left_out_is_told(self):
        copy = domain_xml("compute-01").replace(f"<uuid>{vm_uuid('compute-01')}</uuid>", "<uuid>00000000-0000-4000-8000-0000000000aa</uuid>")
        edited = domain_xml("compute-02").replace(f'lineage="{LINEAGE}"', 'lineage="99999999-8888-4777-8666-555555555555"')
        uri = self.node_file(domain_xml("controller"), copy, edited)
        done = self.ai_how("--connect", uri, "state", "rebuild", "demo", "-o", "json")
        left_out = json.loads(done.stdout)["left_out"]
        self.assertEqual([(one["kind"], one["name"], one["own"]) for one in left_out], [("vm", "demo-compute-01", False), ("vm", "demo-compute-02", False)])
        for one in left_out:
            self.assertIn(f"warning: {one['why']}\n", done.stderr)
        self.state.unlink()
        adopted = self.ai_how("--connect", uri, "hpc", "status")
        for one in left_out:
            self.assertIn(one["why"], adopted.stderr)

    def test_a_state_that_stands_is_kept(self):
        uri = self.demo(controller="RUNNING")
        before = self.state.read_bytes()
        self.assertIn("a state stands here", self.ai_how("--connect", uri, "state", "rebuild", "demo", code=7).stderr)
        self.assertEqual(self.state.read_bytes(), before)

    def test_two_lineages_of_one_name_are_listed_and_refused(self):
        other = "99999999-8888-4777-8666-555555555555"
        uri = self.node_file(domain_xml("controller"), domain_xml("compute-01", lineage=uuid.UUID(other)))
        refused = self.ai_how("--connect", uri, "state", "rebuild", "demo", code=1).stderr
        self.assertIn(str(LINEAGE), refused)
        self.assertIn(other, refused)
        self.assertFalse(self.state.exists())

    def test_a_cluster_that_is_not_there(self):
        uri = self.node_file(domain_xml("controller"))
        refused = self.ai_how("--connect", uri, "state", "rebuild", "lab", code=2).stderr
        self.assertIn("has no cluster 'lab'; it has:\n", refused)
        self.assertIn("hpc cluster demo", refused)
        self.assertIn("it has the marks of none", self.ai_how("--connect", "test:///default", "state", "rebuild", "lab", code=2).stderr)


class ImportDomain(WorldTest):
    def test_a_machine_of_the_cluster(self):
        uri = self.two_vms()
        document = self.json_of("state", "import-domain", "demo-compute-01")
        self.check_golden("state-import-domain.json", document)
        self.assertEqual([vm["name"] for vm in self.read_state()["vms"]], ["controller", "compute-01"])
        self.assertEqual(self.read_state()["vms"][1]["hypervisor"], uri)
        self.ai_how("drift")
        self.assertIn("has VM compute-01 already", self.ai_how("state", "import-domain", "demo-compute-01", code=1).stderr)

    def test_machines_of_others(self):
        self.two_vms()
        write_node_file(self.folder / "node.xml", domain_xml("controller"), domain_xml("x", cluster="other", lineage=uuid.UUID(int=7)),
                        "<domain type='test'><name>plain</name><memory>65536</memory><os><type>hvm</type></os></domain>")
        before = self.state.read_bytes()
        self.assertIn("no cluster's mark", self.ai_how("state", "import-domain", "plain", code=1).stderr)
        self.assertIn("of another lineage", self.ai_how("state", "import-domain", "other-x", code=1).stderr)
        self.assertIn("there is no domain none", self.ai_how("state", "import-domain", "none", code=2).stderr)
        self.assertEqual(self.state.read_bytes(), before)
        self.state.unlink()
        self.assertIn("no state at", self.ai_how("state", "import-domain", "plain", code=2).stderr)


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: MIT
"""start, stop, status and the commands on one VM, as far as libvirt's test driver goes. Its world ends with each command."""
import json
import re
import signal
import time
import unittest
import uuid

from command import CHANGING_CALL, GOLDEN, LINEAGE, TIMEOUT_S, CommandTest, domain_xml, state_document, vm_document

DEFAULT = "test:///default"
OTHER_LINEAGE = uuid.UUID("22222222-2222-4333-8444-555555555555")


class Start(CommandTest):
    def base(self, group="hpc"):
        return ["--state", self.state, "--connect", DEFAULT, group, "start"]

    def with_device(self):
        text = self.configuration().read_text(encoding="utf-8")
        device = "pcie_passthrough: { enabled: true, devices: [{ pci_address: 'ffff:ff:1f.7', device_type: gpu }] }, "
        path = self.folder / "gpu.yaml"
        path.write_text(text.replace("controller: {", "controller: { " + device), encoding="utf-8")
        return path

    def test_it_makes_the_cluster_and_shows_it(self):
        done = self.run_command(*self.base(), self.configuration(), "-o", "json")
        document = json.loads(done.stdout)
        self.assertEqual([vm["state"] for vm in document["vms"]], ["RUNNING", "RUNNING"])
        self.assertEqual([vm["state"] for vm in self.read_state()["vms"]], ["RUNNING", "RUNNING"])
        document["revision"] = "REVISION"  # how many commits it took depends on how fast it went
        self.check_golden("start.json", document)
        self.assertIn("making and starting VMs", done.stderr)

    def test_a_cloud_cluster(self):
        shown = self.run_command(*self.base("cloud"), self.configuration(type="cloud")).stdout
        self.assertIn("demo (cloud)", shown)
        self.assertRegex(shown, r"worker-01 +RUNNING")

    def test_a_node_without_auto_start_is_left_off(self):
        shown = self.run_command(*self.base(), self.configuration(start="false")).stdout
        self.assertRegex(shown, r"controller +SHUTOFF .* no auto-start")

    def test_wait_names_those_without_an_address(self):
        done = self.run_command(*self.base(), self.configuration(), "--wait=1s", "-o", "json", code=1)
        self.assertEqual(json.loads(done.stdout)["without_address"], ["controller", "compute-01"])
        self.assertIn("controller (RUNNING), compute-01 (RUNNING)", done.stderr)

    def test_differences_are_listed_and_not_changed(self):
        uri = self.node_file(domain_xml("controller", "5"), domain_xml("compute-01", "5"))
        self.write_state(state_document([vm_document(name, "SHUTOFF", uri) for name in ("controller", "compute-01")]))
        done = self.run_command("--state", self.state, "--connect", uri, "hpc", "start", self.configuration(), "-o", "json", code=1)
        fields = {(difference["object"], difference["field"]) for difference in json.loads(done.stdout)["differences"]}
        self.assertIn(("vm controller", "memory_gb"), fields)
        self.assertIn("memory_gb", done.stderr)
        self.assertEqual(self.read_state()["vms"][0]["memory_gb"], 4)

    def test_a_state_that_was_written_by_hand_gets_the_lineage_that_its_objects_follow_from(self):
        by_hand = state_document([])
        del by_hand["aihow"]
        self.write_state(by_hand)
        self.run_command(*self.base(), self.configuration())
        state = self.read_state()
        lineage = uuid.UUID(state["aihow"]["lineage"])
        self.assertEqual([vm["domain_uuid"] for vm in state["vms"]], [str(uuid.uuid5(lineage, f"vm/{vm['name']}")) for vm in state["vms"]])

    def test_a_state_of_another_cluster_is_refused_with_both_names(self):
        self.demo(controller="RUNNING")
        before = self.state.read_bytes()
        done = self.run_command(*self.base(), self.configuration(cluster="other"), code=1)
        self.assertIn("'demo'", done.stderr)
        self.assertIn("'other'", done.stderr)
        self.assertEqual(self.state.read_bytes(), before)

    def test_an_image_that_rests_on_another_is_refused_unless_trusted(self):
        image = self.image("overlay.qcow2", "-b", str(self.image("backing.qcow2")), "-F", "qcow2")
        path = self.configuration(image=str(image))
        self.assertIn("--trust-image", self.run_command(*self.base(), path, code=1).stderr)
        self.assertFalse(self.state.exists())
        self.run_command(*self.base(), path, "--trust-image")

    def test_host_checks_can_be_left_out(self):
        path = self.with_device()
        looked = "nothing was done, since the host does not have what the configuration needs"
        self.assertIn(looked, self.run_command(*self.base(), path, code=1).stderr)
        for option in ("--skip-pcie-validation", "--skip-host-checks"):
            self.assertNotIn(looked, self.run_command(*self.base(), path, option, code=None).stderr)
            self.state.unlink(missing_ok=True)

    def test_status_goes_on_beside_it_and_says_who_is_at_work(self):
        process = self.start_command(*self.base(), self.configuration(), "--wait=100s")
        for line in process.stderr:
            if line.startswith("waiting for addresses"):
                break
        base = ["--state", self.state, "--connect", DEFAULT, "hpc", "status"]
        document = json.loads(self.run_command(*base, "-o", "json").stdout)
        self.assertEqual(document["operation"]["what"], "hpc start")
        self.assertEqual(document["operation"]["pid"], process.pid)
        self.assertRegex(self.run_command(*base).stdout, rf"At work  hpc start \(pid {process.pid} on ")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=TIMEOUT_S)
        self.assertEqual(process.returncode, 1, errors)

    def test_ctrl_c_while_it_waits_for_addresses_leaves_the_cluster_that_is_made(self):
        process = self.start_command(*self.base(), self.configuration(), "--wait=100s")
        for line in process.stderr:
            if line.startswith("waiting for addresses"):
                break
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=TIMEOUT_S)
        self.assertEqual(process.returncode, 1, errors)
        self.assertIn("cancelled when everything was made: the cluster runs on; without an address: controller (RUNNING), compute-01 (RUNNING)", errors)
        self.assertEqual([vm["state"] for vm in self.read_state()["vms"]], ["RUNNING", "RUNNING"])

    def test_one_that_crashed_is_started(self):
        uri = self.whole_demo(controller="6", **{"compute-01": "1"})
        done = self.run_command("--verbose", "--state", self.state, "--connect", uri, "hpc", "start", self.configuration(), "-o", "json")
        self.assertEqual([vm["state"] for vm in json.loads(done.stdout)["vms"]], ["RUNNING", "RUNNING"])
        self.assertEqual(re.findall(r"call virDomain(?:Destroy|Create) .*", done.stderr), ["call virDomainDestroy demo-controller", "call virDomainCreate demo-controller"])
        self.assertEqual([vm["state"] for vm in self.read_state()["vms"]], ["RUNNING", "RUNNING"])

    def test_one_that_is_shutting_down_is_waited_for(self):
        # The driver's never comes to its end.
        uri = self.whole_demo(controller="4", **{"compute-01": "5"})
        base = ["--timeout", "200ms", "--state", self.state, "--connect", uri]
        begin = time.monotonic()
        done = self.run_command("--verbose", *base, "hpc", "start", self.configuration(), code=1)
        self.assertGreaterEqual(time.monotonic() - begin, 6 * 0.2)
        self.assertIn("VM controller: domain demo-controller is shutting down and does not come to an end", done.stderr)
        self.assertIn("VM started: compute-01", done.stderr)
        self.assertNotIn("virDomainCreate demo-controller", done.stderr)

    def test_one_that_shuts_down_too_slowly_is_not_forced_off(self):
        uri = self.whole_demo(controller="4", **{"compute-01": "1"})
        done = self.run_command("--verbose", "--timeout", "100ms", "--state", self.state, "--connect", uri, "hpc", "start", self.configuration(), code=1)
        self.assertEqual(CHANGING_CALL.findall(done.stderr), [])
        self.assertIn("nothing had been made", done.stderr)
        self.assertEqual([vm["state"] for vm in self.read_state()["vms"]], ["DYING", "RUNNING"])

    def test_keys_that_the_format_does_not_name_are_counted(self):
        done = self.run_command(*self.base(), self.configuration(extra="monitoring: { enabled: true }"))
        self.assertIn("1 thing in it is left out; 'ai-how validate' lists it", done.stderr)


class Lost(CommandTest):
    def test_a_cluster_without_a_state_is_found_by_its_marks(self):
        uri = self.node_file(domain_xml("controller"))
        done = self.run_command("--state", self.state, "--connect", uri, "hpc", "status")
        self.assertIn("its state was made again", done.stderr)
        self.assertRegex(done.stdout, r"controller +RUNNING")
        self.assertEqual(self.read_state()["vms"][0]["name"], "controller")
        self.run_command("--state", self.folder / "other.json", "--connect", uri, "cloud", "status", code=2)

    def test_of_several_clusters_one_must_be_named(self):
        uri = self.node_file(domain_xml("controller"), domain_xml("compute-01"), domain_xml("controller", cluster="south", lineage=OTHER_LINEAGE))
        base = ["--state", self.state, "--connect", uri, "hpc"]
        for command in (["status"], ["stop"], ["destroy", "--force"]):
            done = self.run_and_touch_nothing(*base, *command, code=2)
            self.assertIn("say which with --cluster NAME:\n"
                          f"    hpc cluster demo (lineage {LINEAGE}, 2 domains)\n"
                          f"    hpc cluster south (lineage {OTHER_LINEAGE}, 1 domain)\n", done.stderr)
        self.assertFalse(self.state.exists())
        self.assertIn("the hpc cluster 'south' is there", self.run_command(*base, "status", "--cluster", "south").stderr)
        self.assertEqual(self.read_state()["aihow"]["lineage"], str(OTHER_LINEAGE))

    def test_of_several_clusters_the_configuration_names_one(self):
        uri = self.node_file(domain_xml("controller", "5", vcpus=1, memory_gb=1), domain_xml("controller", "5", cluster="south", lineage=OTHER_LINEAGE))
        base = ["--state", self.state, "--connect", uri, "hpc"]
        for command, left in ((["start", self.configuration()], True), (["destroy", self.configuration(), "--force"], False)):
            done = self.run_command("--verbose", *base, *command)
            self.assertIn("the hpc cluster 'demo' is there", done.stderr)
            self.assertEqual([call for call in CHANGING_CALL.findall(done.stderr) if "south" in call], [])
            self.assertEqual(self.state.exists(), left)
            self.state.unlink(missing_ok=True)

    def test_two_lineages_under_one_name_are_refused(self):
        uri = self.node_file(domain_xml("controller"), domain_xml("compute-01", lineage=OTHER_LINEAGE))
        base = ["--state", self.state, "--connect", uri, "hpc"]
        for command in (["status"], ["status", "--cluster", "demo"], ["start", self.configuration()], ["stop"], ["destroy", "--force"],
                        ["destroy", self.configuration(), "--force"]):
            done = self.run_and_touch_nothing(*base, *command, code=1)
            self.assertIn("the marks of several clusters of one name", done.stderr)
            self.assertIn(f"\n    hpc cluster demo (lineage {LINEAGE}, 1 domain)\n    hpc cluster demo (lineage {OTHER_LINEAGE}, 1 domain)\n", done.stderr)
        self.assertFalse(self.state.exists())

    def test_what_is_refused_without_a_state_makes_no_folder_for_one(self):
        place = self.state.parent / "output"
        two = self.node_file(domain_xml("controller"), domain_xml("compute-01", lineage=OTHER_LINEAGE))
        none = "test:///default"
        for uri, code, command in ((two, 1, ["hpc", "status"]), (two, 1, ["hpc", "start", self.configuration()]), (two, 1, ["hpc", "stop"]),
                                   (two, 1, ["hpc", "destroy", "--force"]), (two, 1, ["state", "rebuild", "demo"]), (none, 2, ["hpc", "status"]),
                                   (none, 2, ["hpc", "stop"]), (none, 2, ["hpc", "destroy", "--force"]), (none, 2, ["state", "rebuild", "demo"]),
                                   (none, 2, ["state", "import-domain", "x"]), (none, 2, ["state", "rm", "x"]), (none, 2, ["state", "mv", "x", "y"]),
                                   (none, 2, ["vm", "stop", "x"]), (none, 2, ["refresh"]), (none, 2, ["drift"]), (none, 2, ["state", "undo"])):
            with self.subTest(command):
                self.run_command("--state", place / "state.json", "--connect", uri, *command, code=code)
                self.assertFalse(place.exists())

    def test_status_with_a_configuration_asks_for_its_cluster(self):
        uri = self.demo(controller="RUNNING")
        base = ["--state", self.state, "--connect", uri, "hpc", "status"]
        self.run_command(*base, self.configuration())
        self.assertIn("'other'", self.run_command(*base, self.configuration(cluster="other"), code=1).stderr)


class AnotherLineage(CommandTest):
    """A state whose UUIDs do not follow from its lineage does not know what is its own: what it calls gone may be running."""

    def test_nothing_is_touched(self):
        for lineage in (None, "22222222-2222-4222-8222-222222222222"):
            uri = self.demo(controller="RUNNING")
            document = self.read_state()
            if lineage is None:
                del document["aihow"]
            else:
                document["aihow"]["lineage"] = lineage
            self.write_state(document)
            before = self.state.read_bytes()
            base = ["--state", self.state, "--connect", uri]
            for command in (["hpc", "destroy", "--force"], ["hpc", "stop"], ["vm", "stop", "controller"]):
                done = self.run_command(*base, *command, code=1)
                self.assertIn("does not follow from its lineage", done.stderr)
                self.assertEqual(self.state.read_bytes(), before)


class AnotherHypervisor(CommandTest):
    """The machines of the state are on one hypervisor, and another is asked."""

    COMMANDS = (["hpc", "start"], ["hpc", "stop"], ["hpc", "destroy", "--force"], ["vm", "stop", "controller"])

    def setUp(self):
        super().setUp()
        self.there = self.demo(controller="RUNNING")
        self.elsewhere = self.node_file(name="elsewhere.xml")
        self.before = self.state.read_bytes()

    def test_one_that_is_named_is_refused_with_both(self):
        for command in self.COMMANDS:
            arguments = [self.configuration()] if command[1] == "start" else []
            done = self.run_command("--state", self.state, "--connect", self.elsewhere, *command, *arguments, code=1)
            self.assertIn(self.there, done.stderr)
            self.assertIn(self.elsewhere, done.stderr)
            self.assertEqual(self.state.read_bytes(), self.before)

    def test_one_that_is_only_the_default_gives_way(self):
        for command in (["hpc", "stop"], ["vm", "start", "controller"], ["hpc", "destroy", "--force"]):
            done = self.run_command("--state", self.state, *command, env={"LIBVIRT_DEFAULT_URI": self.elsewhere})
            self.assertNotIn(" was not there", done.stderr)
        self.assertFalse(self.state.exists())

    def test_plan_goes_on_without_an_answer_and_says_so(self):
        nowhere = "qemu+unix:///system?socket=/nonexistent/libvirt-sock"
        self.write_state(state_document([vm_document("controller", "RUNNING", nowhere)]))
        done = self.run_command("--state", self.state, "plan", "clusters", self.configuration(), "-o", "json")
        self.assertIn("only what the state records was compared", done.stderr)
        self.assertIn("memory_gb", {one["field"] for one in json.loads(done.stdout)["clusters"][0]["differences"]})


class NotKnownForItsOwn(CommandTest):
    """A state that does not say which of libvirt's objects it is about."""

    def test_destroy_refuses_and_says_what(self):
        self.state.write_bytes((GOLDEN.parent / "reference-sample.json").read_bytes())
        before = self.state.read_bytes()
        done = self.run_command("--state", self.state, "--connect", DEFAULT, "hpc", "destroy", "--force", code=1)
        for what in ("VM controller", "network my-cluster-network", "disk "):
            self.assertIn(f"\n    {what}", done.stderr)
        self.assertEqual(self.state.read_bytes(), before)

    def test_what_is_gone_is_not_called_removed(self):
        uri = self.node_file(domain_xml("controller"))
        self.write_state(state_document([vm_document(name, "RUNNING", uri) for name in ("controller", "compute-01")]))
        done = self.run_command("--state", self.state, "--connect", uri, "hpc", "destroy", "--force")
        self.assertIn("VM controller removed", done.stderr)
        self.assertIn("VM compute-01 was not there", done.stderr)


class Verbose(CommandTest):
    """Each decision is said, not only each call."""

    def decisions(self, uri, *words):
        return self.run_command("--state", self.state, "--connect", uri, "-v", *words).stderr

    def test_of_start(self):
        said = self.decisions(DEFAULT, "hpc", "start", self.configuration())
        self.assertIn("network demo-network is not there: it is made", said)
        self.assertIn("pool demo-pool is not there: it is made", said)
        self.assertRegex(said, r"no state at .*: test:///default has the marks of 0 such clusters")
        self.assertIn("VM controller: its disk is made, it is defined, it is started", said)

    def test_of_stop_destroy_and_vm(self):
        uri = self.demo(controller="RUNNING", gone="RUNNING")
        self.node_file(domain_xml("controller"))
        self.assertIn("VM controller is RUNNING: pause is asked for", self.decisions(uri, "vm", "pause", "controller"))
        self.assertIn("VM controller is RUNNING: it is asked to shut down, and forced off after 60 s", self.decisions(uri, "hpc", "stop"))
        said = self.decisions(uri, "hpc", "destroy", "--force")
        self.assertIn("goes: domain demo-controller (RUNNING)", said)
        self.assertIn("VM gone: no domain has its UUID, nothing of it is removed", said)

    def test_of_the_hypervisor(self):
        uri = self.demo(controller="RUNNING")
        said = self.run_command("--state", self.state, "-v", "hpc", "stop").stderr
        self.assertIn(f"the state's machines are on {uri}: it is asked, not qemu:///system", said)


class Stop(CommandTest):
    def test_with_and_without_a_configuration(self):
        for arguments in ([], [self.configuration()]):
            uri = self.demo(controller="RUNNING", **{"compute-01": "RUNNING"})
            shown = self.run_command("--state", self.state, "--connect", uri, "hpc", "stop", *arguments, "--shutdown-timeout", "5s").stdout
            self.assertRegex(shown, r"controller +SHUTOFF")
            self.assertEqual(self.read_state()["status"], "stopped")

    def test_of_another_cluster_is_refused(self):
        uri = self.demo(controller="RUNNING")
        done = self.run_command("--state", self.state, "--connect", uri, "hpc", "stop", self.configuration(cluster="other"), code=1)
        self.assertIn("'demo'", done.stderr)
        self.assertIn("'other'", done.stderr)


class Destroy(CommandTest):
    def test_another_cluster_than_the_states_is_refused_with_both_names(self):
        uri = self.whole_demo(controller="1")
        base = ["--state", self.state, "--connect", uri]
        for command in (["hpc", "destroy", self.configuration(cluster="other"), "--force"], ["hpc", "destroy", "--cluster", "other", "--force"]):
            done = self.run_and_touch_nothing(*base, *command, code=1)
            self.assertIn("the hpc cluster 'demo'", done.stderr)
            self.assertIn("the hpc cluster 'other'", done.stderr)

    def test_another_kind_than_the_states_is_refused_with_both(self):
        uri = self.whole_demo(controller="1")
        base = ["--state", self.state, "--connect", uri, "cloud"]
        for command in (["destroy", "--force"], ["stop"], ["destroy", self.configuration(type="cloud"), "--force"]):
            done = self.run_and_touch_nothing(*base, *command, code=1)
            self.assertIn("the state is of the hpc cluster 'demo'", done.stderr)
            self.assertRegex(done.stderr, "a cloud cluster|the cloud cluster 'demo'")


class OneVm(CommandTest):
    def act(self, action, run_state, *more, code=0):
        uri = self.node_file(domain_xml("controller", run_state))
        self.write_state(state_document([vm_document("controller", "RUNNING", uri)]))
        done = self.run_command("--state", self.state, "--connect", uri, "vm", action, "controller", "-o", "json", *more, code=code)
        return json.loads(done.stdout)["state"] if code == 0 else done.stderr

    def test_each_action(self):
        running, paused, off, crashed = "1", "3", "5", "6"
        self.assertEqual(self.act("start", off), "RUNNING")
        self.assertEqual(self.act("start", crashed), "RUNNING")
        self.assertEqual(self.act("stop", running, "--shutdown-timeout", "5s"), "SHUTOFF")
        self.assertEqual(self.act("restart", running, "--shutdown-timeout=5s"), "RUNNING")
        self.assertEqual(self.act("pause", running), "PAUSED")
        self.assertEqual(self.act("resume", paused), "RUNNING")
        self.assertEqual(self.act("status", paused), "PAUSED")

    def test_an_action_that_the_state_does_not_allow(self):
        self.assertIn("SHUTOFF", self.act("pause", "5", code=1))

    def test_what_libvirt_reports_is_recorded(self):
        self.act("pause", "1")
        self.assertEqual(self.read_state()["vms"][0]["state"], "PAUSED")


if __name__ == "__main__":
    unittest.main()

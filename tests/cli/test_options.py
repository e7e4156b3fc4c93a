# SPDX-License-Identifier: MIT
"""Each option does what it says."""
import json
import os
import stat
import time
import unittest

from command import CommandTest, state_document, vm_document

NOWHERE = "qemu+unix:///system?socket=/nonexistent/libvirt-sock"


class State(CommandTest):
    def where(self, *arguments, env=None):
        return json.loads(self.run_command(*arguments, "-o", "json", env=env).stdout)["state_location"]

    def test_option_then_environment_then_default(self):
        uri = self.demo(controller="RUNNING")
        connect = ["--connect", uri]
        for name in ("a.json", "b.json"):
            self.write_state(self.read_state(), self.folder / name)
        (self.folder / "output").mkdir()
        self.write_state(self.read_state(), self.folder / "output" / "state.json")
        self.assertEqual(self.where("hpc", "status", *connect), "output/state.json")
        self.assertEqual(self.where("hpc", "status", *connect, env={"AI_HOW_STATE_FILE": "a.json"}), "a.json")
        self.assertEqual(self.where("--state", "b.json", "hpc", "status", *connect, env={"AI_HOW_STATE_FILE": "a.json"}), "b.json")
        self.assertEqual(self.where("--state", "b.json", "hpc", "status", *connect, "--state=a.json"), "a.json")
        self.assertEqual(self.where("hpc", "status", *connect, "--state", f"file:{self.folder}/a.json"), f"{self.folder}/a.json")

    def test_a_location_of_unknown_kind_is_an_error(self):
        self.assertIn("file", self.run_command("--state", "ftp:x", "hpc", "status", code=1).stderr)


class Connect(CommandTest):
    def asked(self, *arguments, env=None):
        return self.run_command("--state", self.state, "hpc", "status", *arguments, env=env, code=5).stderr

    def test_option_then_libvirt_uri_then_default_uri(self):
        def uri(name):
            return f"qemu+unix:///system?socket=/nonexistent/{name}"

        env = {"LIBVIRT_DEFAULT_URI": uri("default")}
        self.assertIn("/nonexistent/default", self.asked(env=env))
        env["LIBVIRT_URI"] = uri("variable")
        self.assertIn("/nonexistent/variable", self.asked(env=env))
        self.assertIn("/nonexistent/option", self.asked("--connect", uri("option"), env=env))
        self.assertIn("/nonexistent/last", self.asked("--connect", uri("option"), "--connect", uri("last"), env=env))


class Output(CommandTest):
    def test_forms(self):
        uri = self.demo(controller="RUNNING", **{"compute-01": "RUNNING"})
        base = ["--state", self.state, "--connect", uri, "hpc", "status"]
        self.assertIn("NAME        STATE", self.run_command(*base).stdout)
        self.assertEqual(self.run_command(*base, "-o", "name").stdout, "controller\ncompute-01\n")
        document = json.loads(self.run_command(*base, "-o", "json").stdout)
        self.assertEqual([vm["name"] for vm in document["vms"]], ["controller", "compute-01"])
        self.assertEqual(json.loads(self.run_command(*base, "--json").stdout).keys(), document.keys())
        yaml = self.run_command(*base, "--output=yaml").stdout
        self.assertIn("cluster_name: demo\n", yaml)
        self.assertIn("  - name: controller\n", yaml)

    def test_the_last_form_wins(self):
        self.assertTrue(self.run_command("version", "-o", "yaml", "--json").stdout.startswith("{"))
        self.assertFalse(self.run_command("version", "--json", "-o", "table").stdout.startswith("{"))


class Timeouts(CommandTest):
    def test_timeout_bounds_a_hypervisor_that_says_nothing(self):
        import socket
        silent = socket.socket(socket.AF_UNIX)
        self.addCleanup(silent.close)
        silent.bind(str(self.folder / "s"))
        silent.listen(5)
        started = time.monotonic()
        done = self.run_command("--timeout", "300ms", "--state", self.state, "--connect", f"qemu+unix:///system?socket={self.folder}/s",
                                "hpc", "status", code=5)
        self.assertLess(time.monotonic() - started, 5)
        self.assertIn("qemu+unix", done.stderr)

    def test_lock_timeout(self):
        uri = self.demo(controller="RUNNING")
        self.hold_lock(1)
        for limit, least in (("0", 0), ("700ms", 0.7)):
            started = time.monotonic()
            self.run_command("--lock-timeout", limit, "--state", self.state, "--connect", uri, "vm", "pause", "controller", code=6)
            self.assertGreaterEqual(time.monotonic() - started, least)
            self.assertLess(time.monotonic() - started, 8)


class Logging(CommandTest):
    def setUp(self):
        super().setUp()
        self.base = ["--state", self.state, "--connect", self.demo(controller="RUNNING"), "hpc", "status"]

    def test_verbose_shows_calls(self):
        self.assertNotIn("call vir", self.run_command(*self.base).stderr)
        for spelling in ("-v", "--verbose"):
            self.assertIn("call virConnectOpen", self.run_command(*self.base, spelling).stderr)
        self.assertIn("call virConnectOpen", self.run_command(*self.base, "--log-level", "debug").stderr)
        self.assertIn("call virConnectOpen", self.run_command(*self.base, env={"AI_HOW_LOG_LEVEL": "debug"}).stderr)
        self.assertNotIn("call vir", self.run_command(*self.base, "--log-level", "error", env={"AI_HOW_LOG_LEVEL": "debug"}).stderr)

    def test_log_level_quiets(self):
        self.write_state(state_document([vm_document("controller", "SHUTOFF", self.base[3])]))
        self.assertIn("note: vm controller: state was SHUTOFF, is RUNNING", self.run_command(*self.base).stderr)
        self.write_state(state_document([vm_document("controller", "SHUTOFF", self.base[3])]))
        self.assertEqual(self.run_command(*self.base, "--log-level", "error").stderr, "")

    def test_the_log_file_is_private_and_appended(self):
        log = self.folder / "log"
        old = os.umask(0)
        self.addCleanup(os.umask, old)
        done = self.run_command(*self.base, "--log-file", "log")
        self.assertNotIn("call vir", done.stderr)
        self.assertEqual(stat.S_IMODE(log.stat().st_mode), 0o600)
        first = log.read_text(encoding="utf-8")
        for line in first.splitlines():
            self.assertRegex(line, r"^\d{4}-\d\d-\d\dT[0-9:.]+Z ai-how\[\d+\] (error|warning|info|debug) ")
        self.assertIn(" debug call virConnectOpen", first)
        self.run_command(*self.base, "--log-file", "log")
        self.assertTrue(log.read_text(encoding="utf-8").startswith(first))
        self.assertGreater(log.stat().st_size, len(first))

    def test_a_log_level_goes_for_the_log_file_too(self):
        self.run_command(*self.base, "--log-file", "log", "--log-level", "warning")
        self.assertNotIn("debug", (self.folder / "log").read_text(encoding="utf-8"))

    def test_a_log_file_that_cannot_be_opened(self):
        self.assertIn("none/log", self.run_command(*self.base, "--log-file", "none/log", code=5).stderr)


class Cluster(CommandTest):
    def test_picks_one(self):
        uri = self.demo(controller="RUNNING")
        base = ["--state", self.state, "--connect", uri, "hpc", "status"]
        self.run_command(*base, "--cluster", "demo")
        refused = self.run_command(*base, "--cluster", "other", code=1).stderr
        self.assertIn("demo", refused)
        self.assertIn("other", refused)

    def test_picks_one_of_a_file(self):
        one = self.configuration().read_text(encoding="utf-8")
        second = one.replace("name: demo\n    base", "name: south\n    base").replace("virbr-demo", "virbr-south").replace("177", "178")
        head, cluster = one.split("  hpc:\n")
        block = ["    - " + cluster.lstrip().replace("\n", "\n  "), "    - " + second.split("  hpc:\n")[1].lstrip().replace("\n", "\n  ")]
        path = self.folder / "two.yaml"
        path.write_text(head + "  hpc:\n" + "\n".join(block), encoding="utf-8")
        base = ["--state", self.state, "plan", "clusters", path]
        names = [cluster["cluster_name"] for cluster in json.loads(self.run_command(*base, "-o", "json").stdout)["clusters"]]
        self.assertEqual(names, ["demo", "south"])
        names = [cluster["cluster_name"] for cluster in json.loads(self.run_command(*base, "-o", "json", "--cluster", "south").stdout)["clusters"]]
        self.assertEqual(names, ["south"])
        self.assertIn("no cluster 'west'", self.run_command(*base, "--cluster", "west", code=2).stderr)
        done = self.run_command("--state", self.state, "--connect", "test:///default", "hpc", "start", path, code=1)
        self.assertIn("--cluster NAME", done.stderr)


class Questions(CommandTest):
    def setUp(self):
        super().setUp()
        self.base = ["--state", self.state, "--connect", self.demo(controller="RUNNING"), "hpc", "destroy"]

    def test_without_a_terminal_only_force_destroys(self):
        for options in ([], ["--yes"], ["--non-interactive", "--yes"]):
            self.assertIn("--force", self.run_command(*self.base, *options, code=4).stderr)
            self.assertTrue(self.state.exists())
        self.run_command(*self.base, "--force")
        self.assertFalse(self.state.exists())

    def test_on_a_terminal_it_asks_and_lists_what_goes(self):
        shown = self.run_on_terminal(*self.base, answer="no\n", code=1)
        self.assertIn("Go on? [y/N]", shown)
        self.assertIn("controller", shown)
        self.assertIn("nothing was removed", shown)
        self.assertTrue(self.state.exists())
        self.run_on_terminal(*self.base, answer="\x04", code=1)  # end of input
        self.assertTrue(self.state.exists())
        self.run_on_terminal(*self.base, answer="y\n")
        self.assertFalse(self.state.exists())

    def test_every_kind_of_thing_that_goes_is_listed(self):
        self.base[3] = self.whole_demo(controller="1", **{"compute-01": "5"})
        shown = self.run_on_terminal(*self.base, answer="no\n", code=1).replace("\r\n", "\n")
        self.assertIn(f"""This removes for good:
  domain demo-controller (RUNNING)
  domain demo-compute-01 (SHUTOFF)
  disk /var/lib/libvirt/images/demo/controller.qcow2 (1 GiB)
  disk /var/lib/libvirt/images/demo/compute-01.qcow2 (1 GiB)
  network demo-network
  pool demo-pool (/var/lib/libvirt/images/demo, with its directory if it is empty)
  the state {self.state} (its last content stays as {self.state}.backup)
  Go on? [y/N]""", shown)

    def test_yes_answers_on_a_terminal(self):
        self.assertNotIn("Go on?", self.run_on_terminal(*self.base, "--yes"))
        self.assertFalse(self.state.exists())

    def test_non_interactive_is_as_without_a_terminal(self):
        self.assertIn("--force", self.run_on_terminal(*self.base, "--non-interactive", code=4))
        self.assertIn("--force", self.run_on_terminal(*self.base, "--non-interactive", "--yes", code=4))
        self.assertTrue(self.state.exists())


class Validation(CommandTest):
    def test_strict(self):
        path = self.configuration(extra="monitoring: { enabled: true }")
        done = self.run_command("--state", self.state, "validate", path, "--skip-host-checks")
        self.assertIn("monitoring", done.stderr)
        self.assertIn("monitoring", self.run_command("--state", self.state, "validate", path, "--skip-host-checks", "--strict", code=1).stderr)

    def test_skip_host_checks(self):
        path = self.configuration(image="/nonexistent/base.qcow2")
        self.assertIn("/nonexistent/base.qcow2", self.run_command("--state", self.state, "validate", path, code=1).stderr)
        self.run_command("--state", self.state, "validate", path, "--skip-host-checks")

    def test_skip_host_checks_leaves_the_state_alone(self):
        uri = self.demo(controller="SHUTOFF")
        before = self.state.read_bytes()
        base = ["--state", self.state, "--connect", uri, "validate", self.configuration()]
        self.run_command(*base, "--skip-host-checks")
        self.assertEqual(self.state.read_bytes(), before)
        shown = self.run_command(*base).stdout
        self.assertIn("vm controller: state was SHUTOFF, is RUNNING", shown)
        self.assertEqual(self.read_state()["vms"][0]["state"], "RUNNING")

    def test_skip_pcie_validation(self):
        text = self.configuration().read_text(encoding="utf-8")
        device = "pcie_passthrough: { enabled: true, devices: [{ pci_address: 'ffff:ff:1f.7', device_type: gpu }] }, "
        path = self.folder / "gpu.yaml"
        path.write_text(text.replace("controller: {", "controller: { " + device), encoding="utf-8")
        self.assertIn("ffff:ff:1f.7", self.run_command("--state", self.state, "validate", path, code=1).stderr)
        self.run_command("--state", self.state, "validate", path, "--skip-pcie-validation")

    def test_trust_image(self):
        backing = self.image("backing.qcow2")
        path = self.configuration(image=str(self.image("overlay.qcow2", "-b", str(backing), "-F", "qcow2")))
        self.assertIn("--trust-image", self.run_command("--state", self.state, "validate", path, code=1).stderr)
        self.run_command("--state", self.state, "validate", path, "--trust-image")

    def test_a_state_of_another_cluster_is_refused_with_both_names(self):
        uri = self.demo(controller="RUNNING")
        before = self.state.read_bytes()
        done = self.run_command("--state", self.state, "--connect", uri, "validate", self.configuration(cluster="other"), code=1)
        self.assertIn("'demo' (hpc)", done.stderr)
        self.assertIn("'other' (hpc)", done.stderr)
        self.assertEqual(self.state.read_bytes(), before)

    def test_libvirt_that_does_not_answer_is_no_fault_of_the_file(self):
        self.write_state(state_document([vm_document("controller", "RUNNING", NOWHERE)]))
        done = self.run_command("--state", self.state, "--connect", NOWHERE, "validate", self.configuration())
        self.assertIn("does not answer", done.stderr)

    def test_problems_as_json(self):
        path = self.configuration(memory="many")
        done = self.run_command("validate", path, "-o", "json", code=1)
        document = json.loads(done.stdout)
        self.assertFalse(document["valid"])
        self.assertEqual(len(document["problems"]), 2)
        self.assertIn("memory_gb", document["problems"][0]["where"])
        self.assertGreater(document["problems"][0]["line"], 0)
        self.assertIn("memory_gb", done.stderr)


if __name__ == "__main__":
    unittest.main()

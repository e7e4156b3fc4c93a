# SPDX-License-Identifier: MIT
"""Help, versions, and what the command says of a wrong command line."""
import json
import unittest

from command import CommandTest

COMMANDS = ["validate", "version", "refresh", "drift", "watch", "plan clusters"] + [f"{group} {name}" for group in ("hpc", "cloud") for name in ("start", "stop", "status", "destroy")] + [
    f"vm {name}" for name in ("start", "stop", "restart", "pause", "resume", "status")] + [
    f"state {name}" for name in ("list", "verify", "import", "show", "backup", "restore", "repair", "lock", "rm", "mv", "transitions", "history", "diff",
                                        "undo", "changes", "rebuild", "import-domain")]


class Help(CommandTest):
    def test_every_level_has_help_in_every_spelling(self):
        overview = self.run_command("--help").stdout
        self.assertIn("Usage: ai-how", overview)
        for spelling in (["-h"], ["help"]):
            self.assertEqual(self.run_command(*spelling).stdout, overview)
        group = self.run_command("hpc", "--help").stdout
        self.assertIn("Usage: ai-how hpc COMMAND", group)
        self.assertEqual(self.run_command("help", "hpc").stdout, group)
        for command in COMMANDS:
            words = command.split()
            text = self.run_command(*words, "--help").stdout
            self.assertIn(f"Usage: ai-how {command}", text)
            self.assertIn("Examples:", text)
            self.assertEqual(self.run_command("help", *words).stdout, text)
            self.assertEqual(self.run_command("--help", *words).stdout, text)
            self.assertIn("  " + words[0], overview)

    def test_help_needs_nothing_else_to_be_right(self):
        self.assertIn("Usage: ai-how hpc start", self.run_command("hpc", "start", "--help", "a", "b", "c").stdout)

    def test_a_guest_has_60_seconds_to_shut_down(self):
        for command in ("hpc stop", "hpc destroy", "cloud stop", "vm stop", "vm restart"):
            self.assertRegex(self.run_command(*command.split(), "--help").stdout, r"--shutdown-timeout DURATION\s+how long [^;]*;\s+default 60s\n", command)

    def test_version(self):
        self.assertRegex(self.run_command("--version").stdout, r"^ai-how \d+\.\d+\.\d+\n$")
        self.assertEqual(self.run_command("version").stdout, self.run_command("--version").stdout)
        document = json.loads(self.run_command("version", "-o", "json").stdout)
        self.assertEqual(set(document), {"name", "version", "format_version"})
        self.assertEqual(self.run_command("version", "-o", "name").stdout.strip(), document["version"])


class WrongCommandLine(CommandTest):
    def complaint(self, *arguments, **more):
        done = self.run_command(*arguments, code=4, **more)
        self.assertEqual(done.stdout, "")
        return done.stderr

    def test_an_unknown_command_is_named_with_the_nearest(self):
        self.assertEqual(self.complaint("hcp"), "error: unknown command 'hcp'; did you mean 'hpc'?\n  see 'ai-how --help'\n")
        self.assertIn("did you mean 'hpc start'?", self.complaint("hpc", "strat"))
        self.assertIn("see 'ai-how hpc --help'", self.complaint("hpc", "strat"))

    def test_a_missing_command(self):
        self.assertIn("a command is missing", self.complaint())
        self.assertIn("'vm' needs a command", self.complaint("vm"))

    def test_options(self):
        self.assertIn("unknown option '--shutdwon-timeout'; did you mean '--shutdown-timeout'?", self.complaint("hpc", "stop", "--shutdwon-timeout=1"))
        self.assertIn("'hpc status' has no option '--force'", self.complaint("hpc", "status", "--force"))
        self.assertIn("'bogus' is no form", self.complaint("version", "-o", "bogus"))
        self.assertIn("'version' has no output as markdown", self.complaint("version", "-o", "markdown"))
        self.assertIn("'plan clusters' has no output as dot", self.complaint("plan", "clusters", "cluster.yaml", "-o", "dot"))
        self.assertIn("'soon' is no duration", self.complaint("hpc", "stop", "--shutdown-timeout", "soon"))
        self.assertIn("'soon' is no duration", self.complaint("hpc", "start", self.configuration(), "--wait=soon"))
        self.assertIn("AI_HOW_LOG_LEVEL: 'loud' is no level", self.complaint("version", env={"AI_HOW_LOG_LEVEL": "loud"}))

    def test_arguments(self):
        self.assertIn("'hpc start' needs CONFIG", self.complaint("hpc", "start"))
        self.assertIn("'vm stop' needs NAME", self.complaint("vm", "stop"))
        self.assertIn("'validate' does not take 'b'", self.complaint("validate", "a", "b"))
        self.assertIn("NAME is empty", self.complaint("vm", "start", ""))

    def test_control_characters_of_the_command_line_are_escaped(self):
        self.assertIn(r"unknown command '\x1b[2J'", self.complaint("\033[2J"))


if __name__ == "__main__":
    unittest.main()

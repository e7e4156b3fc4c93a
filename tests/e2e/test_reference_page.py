# SPDX-License-Identifier: MIT
"""Every bash block of the reference page's recovery, troubleshooting and scripting sections, as it is printed, in order, against a cluster.

A block begins at a line "```bash" and ends at the next line that begins with "```". Before a block that is about a misfortune, that
misfortune is made; after each block `status` is held against virsh.
"""
import pathlib
import re
import shutil
import subprocess
import unittest

from cluster import ClusterTest

PAGE = pathlib.Path(__file__).resolve().parent.parent / "golden" / "reference-page.md"
SECTIONS = ("State Recovery", "Troubleshooting", "Scripting with State")
VAR_LIB = pathlib.Path("/var/lib/ai-how")


def blocks(text):
    """(heading, block) of the sections, in the page's order."""
    found, chosen, heading, block = [], False, "", None
    for line in text.splitlines():
        if block is not None:
            if line.strip().startswith("```"):
                if chosen:
                    found.append((heading, "\n".join(block) + "\n"))
                block = None
            else:
                block.append(line)
        elif line.strip() == "```bash":
            block = []
        elif title := re.match(r"(#+) (.*)", line):
            heading = title[2]
            # A section ends where one of its own depth or above begins.
            if heading in SECTIONS:
                chosen, depth = True, len(title[1])
            elif chosen and len(title[1]) <= depth:
                chosen = False
    return found


def corrupt(it):
    it.state_file.write_text('{"cluster_name": "half a docu', encoding="utf-8")


def lose(it):
    it.state_file.unlink()


def kill_one(it):
    it.virsh.call("destroy", it.domain("compute-01"))


# Heading of a block to the misfortune that it is about.
MISFORTUNES = {
    "Scenario 1: State File Corrupted": corrupt,
    "Scenario 2: State File Missing": lose,
    "Scenario 3: State Out of Sync": kill_one,
    "Problem: State File Corrupted": corrupt,
}
# What is printed in a bash block and is no command: bash says so and goes on …
PROSE = ("ai-how hpc status shows different IPs than actual VMs", "...")
# … but for this one, whose apostrophe begins a string that never ends.
UNENDING = "VM listed in state but doesn't exist in libvirt"
# After a destroy there is no state to remove; the page removes it all the same.
AFTER_DESTROY = "rm state.json"


def expected_failures(block):
    lines = block.splitlines()
    return [line for line in lines if line in PROSE or (line == AFTER_DESTROY and "destroy" in block)]


class ReferencePage(ClusterTest):
    def setUp(self):
        it = self.it = self.cluster(nodes=2)
        self.bin = it.folder / "bin"
        self.bin.mkdir()
        (self.bin / "ai-how").symlink_to(it.aihow.command([])[0])
        (it.folder / "home").mkdir()
        (it.folder / "config").mkdir()
        for number in (1, 2):
            other = self.cluster(nodes=2)
            shutil.copy(other.config_file, it.folder / "config" / f"cluster{number}.yaml")
        if not VAR_LIB.exists():
            VAR_LIB.mkdir()
            self.addCleanup(VAR_LIB.rmdir)
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", VAR_LIB], check=True)
        self.addCleanup(subprocess.run, ["umount", VAR_LIB], check=True)

    def bash(self, block):
        """Runs a block as it is printed. Returns its end and the commands in it that failed."""
        failures, prelude = self.it.folder / "failures", self.it.folder / "prelude"
        failures.write_bytes(b"")
        prelude.write_text(f"trap 'echo \"$BASH_COMMAND\" >>{failures}' ERR\n", encoding="utf-8")
        environment = self.it.aihow.environment({
            "BASH_ENV": str(prelude),
            "PATH": f"{self.bin}:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": str(self.it.folder / "home"),
            "AI_HOW_STATE_FILE": "state.json",
        })
        done = subprocess.run(["bash"], input=block, cwd=self.it.folder, env=environment, capture_output=True, text=True, timeout=400, check=False)
        return done, failures.read_text(encoding="utf-8").splitlines()

    def test_every_block_works(self):
        found = blocks(PAGE.read_text(encoding="utf-8"))
        self.assertEqual(len(found), 15)
        self.it.start()
        self.it.run("hpc", "status")
        for number, (heading, block) in enumerate(found, 1):
            with self.subTest(f"{number}: {heading}"):
                self.it.wait_for_addresses()
                if misfortune := MISFORTUNES.get(heading):
                    misfortune(self.it)
                done, failed = self.bash(block)
                self.assertEqual(failed, expected_failures(block), f"{block}\n--- stdout\n{done.stdout}\n--- stderr\n{done.stderr}")
                self.assertEqual("unexpected EOF while looking for matching" in done.stderr, UNENDING in block)
                self.assert_agrees(self.it)

    def test_the_prose_in_a_block_is_refused_and_harms_nothing(self):
        (block,) = [block for _, block in blocks(PAGE.read_text(encoding="utf-8")) if UNENDING in block]
        self.it.start()
        before = self.it.virsh.everything(), self.it.state_file.read_bytes()
        done, failed = self.bash(block)
        self.assertEqual(failed, expected_failures(block))
        self.assertIn("does not take", done.stderr)
        self.assertEqual((self.it.virsh.everything(), self.it.state_file.read_bytes()), before)


if __name__ == "__main__":
    unittest.main()

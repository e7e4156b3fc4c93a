# SPDX-License-Identifier: MIT
"""Runs the ai-how command."""
import dataclasses
import json
import os
import pathlib
import signal
import subprocess

from build_info import AIHOW, BUILD

KILL_AT_LINE = BUILD / "tests" / "support" / "kill-at-line.so"
CALL_MARKS = ("call vir", "done vir", "failed vir")


@dataclasses.dataclass
class Result:
    command: str
    code: int  # negative: the signal that ended it
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    def __str__(self):
        return f"{self.command}: exit {self.code}\n--- stdout\n{self.out[-6000:]}\n--- stderr\n{self.err[-6000:]}"


@dataclasses.dataclass
class AiHow:
    """The command with its global options. `options` come before the command's own words."""

    options: list = dataclasses.field(default_factory=list)
    cwd: pathlib.Path | None = None
    env: dict = dataclasses.field(default_factory=dict)

    def command(self, words):
        return [str(word) for word in (AIHOW, *self.options, *words)]

    def environment(self, more):
        keep = {name: value for name, value in os.environ.items() if not name.startswith(("AI_HOW_", "LIBVIRT_"))}
        return {**keep, **self.env, **more}

    def popen(self, *words, env=None, **options):
        return subprocess.Popen(self.command(words), cwd=self.cwd, env=self.environment(env or {}), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)

    def finish(self, process, timeout=180):
        """Waits for what popen() has begun. One that takes too long is killed, and that is a failure."""
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGABRT)
            out, err = process.communicate()
            raise AssertionError(f"took longer than {timeout} s\n{Result(' '.join(process.args), process.returncode, out, err)}") from None
        return Result(" ".join(process.args), process.returncode, out, err)

    def run(self, *words, code=0, timeout=180, env=None):
        """Runs it to its end. `code`: the exit code that it must have; a tuple of them; None for any."""
        result = self.finish(self.popen(*words, env=env), timeout)
        allowed = (code,) if isinstance(code, int) else code
        if allowed is not None and result.code not in allowed:
            raise AssertionError(f"exit code {code} was expected\n{result}")
        return result

    def run_killed(self, *words, log, at, on=""):
        """Runs it with --log-file LOG and kills it at a line of that: the `at`-th that holds `on`, or that tells of a call to libvirt.
        True where it was killed, False where it ended before that line."""
        pathlib.Path(log).write_bytes(b"")
        env = {"LD_PRELOAD": str(KILL_AT_LINE), "AIHOW_TEST_LOG": str(log), "AIHOW_TEST_KILL_AT": str(at), "AIHOW_TEST_KILL_ON": on}
        result = self.run("--log-file", log, *words, code=(0, -signal.SIGKILL), env=env)
        return result.code != 0

    def popen_stopped(self, *words, log, at, on):
        """Begins it with --log-file LOG; it stops itself (SIGSTOP) at the `at`-th line of that which holds `on`, before it does what the line says."""
        pathlib.Path(log).write_bytes(b"")
        env = {"LD_PRELOAD": str(KILL_AT_LINE), "AIHOW_TEST_LOG": str(log), "AIHOW_TEST_KILL_AT": str(at), "AIHOW_TEST_KILL_ON": on,
               "AIHOW_TEST_SIGNAL": str(int(signal.SIGSTOP))}
        return self.popen("--log-file", log, *words, env=env)

    def run_interrupted(self, *words, log, at, on, code):
        """Runs it with --log-file LOG, and Ctrl-C comes at the `at`-th line of that which holds `on`."""
        pathlib.Path(log).write_bytes(b"")
        env = {"LD_PRELOAD": str(KILL_AT_LINE), "AIHOW_TEST_LOG": str(log), "AIHOW_TEST_KILL_AT": str(at), "AIHOW_TEST_KILL_ON": on,
               "AIHOW_TEST_SIGNAL": str(int(signal.SIGINT))}
        return self.run("--log-file", log, *words, code=code, env=env)

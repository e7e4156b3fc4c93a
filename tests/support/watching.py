# SPDX-License-Identifier: MIT
"""`ai-how watch -o json` in the background, and the lines that it prints."""
import json
import signal
import threading
import time


class Watching:
    """Within it a watch of a cluster runs, and gets events; it is asked to stop at the end, and must have ended well by then."""

    def __init__(self, cluster, *words):
        self.cluster = cluster
        self.words = ("watch", "-o", "json", *words)
        self.lines = []  # (when it was read, the event)
        self.changed = threading.Condition()

    def __enter__(self):
        self.process = self.cluster.aihow.popen(*self.words)
        self.reader = threading.Thread(target=self._read)
        self.reader.start()
        try:
            self.wait_for({"event": "connected"})
        except BaseException:
            self.process.kill()
            self.stop()
            raise
        return self

    def _read(self):
        for line in self.process.stdout:
            with self.changed:
                self.lines.append((time.monotonic(), json.loads(line)))
                self.changed.notify_all()

    def events(self):
        with self.changed:
            return [event for _, event in self.lines]

    def wait_for(self, what, *, after=0, seconds=30):
        """The first event from line `after` on that has all the members of `what`: its index, when it came, the event."""
        end = time.monotonic() + seconds
        with self.changed:
            while True:
                for index in range(after, len(self.lines)):
                    when, event = self.lines[index]
                    if all(event[name] == value for name, value in what.items()):
                        return index, when, event
                if not self.changed.wait(end - time.monotonic()):
                    seen = "\n".join(json.dumps(event) for _, event in self.lines[after:])
                    raise AssertionError(f"no event {what} within {seconds} s; there were, from {after} on:\n{seen}")

    def stop(self, how=signal.SIGINT):
        """Asks it to stop; returns the seconds that it took, its exit code and what it said on standard error."""
        begin = time.monotonic()
        self.process.send_signal(how)
        code = self.process.wait(timeout=60)
        took = time.monotonic() - begin
        self.reader.join()
        said = self.process.stderr.read()
        self.process.stdout.close()
        self.process.stderr.close()
        return took, code, said

    def __exit__(self, kind, *_):
        if self.process.poll() is None:
            _, code, said = self.stop()
            if kind is None and code != 0:
                raise AssertionError(f"watch ended with {code}: {said}")

# SPDX-License-Identifier: MIT
"""What people do to the files of a state, with what they have at hand: cp, mv, an editor, rm."""
import json
import os
import subprocess
import time

PATIENCE_S = 60
MARK = "edit"  # a member that only people write; the history has the document's root, and so this, with every change


class Hand:
    def __init__(self, folder):
        self.folder = folder
        self.state = folder / "state.json"
        self.history = folder / "state.json.history"
        self.new = folder / "by-hand.new"

    def shell(self, line):
        """As it is typed; false: it failed, since a file vanished or was replaced in the middle of it."""
        done = subprocess.run(["bash", "-c", line], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              check=False)
        return done.returncode == 0

    def document(self):
        return json.loads(self.state.read_text(encoding="utf-8"))

    def marked(self, mark):
        """What stands, with another mark: an edit."""
        document = self.document()
        document[MARK] = mark
        return json.dumps(document, indent=2).encode() + b"\n"

    def rename_over(self, content):
        self.new.write_bytes(content)
        os.replace(self.new, self.state)
        return True

    def overwrite(self, *pieces):
        """Cut off, then written. True: the state's name led to what was cut off when that was done: nobody may overlook it. Else the document was
        exchanged between the two things that open() does, finding a file and cutting it off, and this may have gone into the displaced one."""
        with open(self.state, "wb", buffering=0) as file:
            has_hit = os.path.samestat(os.fstat(file.fileno()), os.stat(self.state))
            for piece in pieces:
                file.write(piece)
        return has_hit

    def write_in_place(self, content):
        """In two halves: what stands in between is no document."""
        return self.overwrite(content[:len(content) // 2], content[len(content) // 2:])

    def copy_over(self, content):
        """With the calls of cp."""
        return self.overwrite(content)

    def revision(self):
        """0: no state stands."""
        try:
            return self.document()["aihow"]["revision"]
        except FileNotFoundError:
            return 0

    def last_record(self):
        with open(self.history, "rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 65536))
            return json.loads(file.read().rpartition(b"\n")[0].rpartition(b"\n")[2])

    def wait(self, what, is_so):
        until = time.monotonic() + PATIENCE_S
        while not is_so():
            if time.monotonic() > until:
                raise AssertionError(f"not within {PATIENCE_S} s: {what}")
            time.sleep(0.001)

    def wait_for_changes(self):
        """Until two more changes have landed: the record of one may be there before it has, and be taken back."""
        enough = self.last_record()["revision"] + 2
        self.wait(f"revision {enough}", lambda: self.last_record()["revision"] > enough)

    def marks(self):
        """The marks that changes were based on, in their order, each once in a row."""
        out = []
        with open(self.history, encoding="utf-8") as file:
            for line in file:
                for change in json.loads(line).get("changes", ()):
                    if change["kind"] == "cluster" and change["before"] and out[-1:] != [change["before"].get(MARK)]:
                        out.append(change["before"].get(MARK))
        return out

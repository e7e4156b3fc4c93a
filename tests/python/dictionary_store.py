# SPDX-License-Identifier: MIT
"""A store in Python: it keeps states in dictionaries of this process. As an example to write one's own, and for the contract's tests."""
import threading
import time

from ai_how.state import Cancelled, Locked
from ai_how.state.stores import Committed, Store, Stored, Version

_contents = {}
_contents_lock = threading.Lock()


class _Content:
    """What the stores of one name share; `changed` guards it."""

    def __init__(self):
        self.changed = threading.Condition()
        self.version = None
        self.document = None
        self.commit_id = None
        self.lineage = None  # of records and highest, which outlive an erase
        self.highest = 0
        self.records = []
        self.holders = [None, None]

    def wait_until(self, ready, timeout, cancel):
        """Whether it came true in time. A slice at a time, so that a cancellation is seen."""
        end = time.monotonic() + timeout
        while not ready():
            if cancel.requested:
                raise Cancelled("cancelled while waiting")
            left = end - time.monotonic()
            if left <= 0:
                return False
            self.changed.wait(min(left, 0.01))
        return True


class _Lock:
    def __init__(self, content, kind):
        self.content = content
        self.kind = kind

    def held(self):
        return True

    def release(self):
        with self.content.changed:
            self.content.holders[self.kind] = None
            self.content.changed.notify_all()


class DictionaryStore(Store):
    can_wait = True

    def __init__(self, name):
        self.location = f"dictionary {name}"
        with _contents_lock:
            self.content = _contents.setdefault(name, _Content())

    def load(self, known, timeout, cancel):
        content = self.content
        with content.changed:
            if content.version is None or known == content.version:
                return content.version
            return Stored(content.document, content.version.token, content.commit_id, content.highest)

    def commit(self, commit, timeout, cancel):
        content, following = self.content, commit.next
        with content.changed:
            same_lineage = following is None or content.lineage in (None, following.lineage)
            highest = content.highest if same_lineage else 0
            touch = following is not None and commit.base is not None and (following.lineage, following.revision) == (commit.base.lineage, commit.base.revision)
            if content.version != commit.base or (following is not None and not touch and following.revision <= highest):
                return Committed(False, content.version, highest)
            notices = []
            if not same_lineage and content.records:
                notices.append("the former history ends here: another state begins")
                content.records = []
            content.records = content.records + commit.records
            content.highest = max([highest, *(record.revision for record in commit.records), following.revision if following else 0])
            content.version, content.document, content.commit_id = following, commit.document, commit.id
            if following is not None:
                content.lineage = following.lineage
            content.changed.notify_all()
            return Committed(True, content.version, content.highest, tuple(notices))

    def lock(self, kind, holder, timeout, cancel):
        content = self.content
        with content.changed:
            if not content.wait_until(lambda: content.holders[kind] is None, timeout, cancel):
                other = content.holders[kind]
                raise Locked(f"locked by {other.program} ({other.what}), pid {other.pid}")
            content.holders[kind] = holder
            return _Lock(content, kind)

    def holder(self, kind, timeout, cancel):
        with self.content.changed:
            return self.content.holders[kind]

    def records(self, after, before, limit, newest_first, timeout, cancel):
        with self.content.changed:
            kept = self.content.records
            found = [record for record in (reversed(kept) if newest_first else kept) if after < record.revision < before]
            return kept[0].revision if kept else 0, found[:limit]

    def wait(self, known, timeout, cancel):
        with self.content.changed:
            return self.content.wait_until(lambda: self.content.version != known, timeout, cancel)

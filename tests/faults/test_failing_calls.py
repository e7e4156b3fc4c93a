# SPDX-License-Identifier: MIT
"""Every system call of every command that changes the state fails, with each error that it may have: success that is true, or an error with its
reason, and the old state as it was. What lies behind the moment of the exchange is the new state. A failing read is never taken for corruption.
Two that strace cannot make truly are left to tests/unit/json_file: short writes, and a failing close, which has closed all the same."""
import shutil
import unittest

from calls import CHANGES, COPIES, Sweep, run, vms_of

WRITE = ("EIO", "ENOSPC", "EDQUOT", "ENOMEM", "EINTR")
NAMES = ("EIO", "ENOSPC", "EDQUOT", "EROFS", "EACCES", "ENOMEM", "EINTR")
ERRORS = {
    "openat": (*NAMES, "EMFILE", "ENFILE"), "write": WRITE, "pwrite64": WRITE, "fsync": ("EIO", "ENOSPC", "EDQUOT", "EROFS", "EINTR"),
    "rename": NAMES, "renameat": NAMES, "renameat2": NAMES, "linkat": NAMES, "unlink": NAMES, "unlinkat": NAMES, "mkdir": NAMES,
    "newfstatat": ("EIO", "EACCES", "ENOMEM"), "fstat": ("EIO",), "access": ("EACCES", "EIO"), "readlink": ("EIO", "EACCES"),
    "read": ("EIO", "EINTR"), "pread64": ("EIO", "EINTR"), "lseek": ("EIO",), "fchmod": ("EIO", "EROFS"), "fchown": ("EIO", "EROFS"),
    "fcntl": ("EIO", "ENOLCK", "ENOMEM"), "getrandom": ("EINTR",), "getcwd": ("ENOMEM", "EACCES"), "brk": ("ENOMEM",), "mmap": ("ENOMEM",),
    "dup": ("EMFILE", "ENOMEM"), "uname": ("EFAULT",), "fstatfs": ("EIO", "EACCES"), "sync_file_range": ("EIO", "ENOSPC", "EINVAL"),
}
# Calls that say nothing of files, or whose failure the C library takes upon itself.
LEFT_OUT = {"close", "futex", "rt_sigprocmask", "rt_sigaction", "rt_sigpending", "rt_sigtimedwait", "munmap", "mprotect", "madvise", "getpid", "gettid", "geteuid",
            "getuid", "getegid", "getgid", "set_robust_list", "rseq", "prlimit64", "arch_prctl", "set_tid_address", "clock_nanosleep", "socket", "connect",
            "ioctl", "clone3", "exit", "sendto", "recvmsg", "recvfrom", "poll", "statfs"}
UNKNOWN = ("it may be gone after a power cut", "standard output", "cannot be made durable", "make its directory durable")
LEAST = 2000


class Failing(Sweep):
    def check(self, name, point, error):
        change = CHANGES[name]
        folder = self.copy(name)
        before = {file: (folder / file).read_bytes() for file in ("state.json", "state.json.backup") if (folder / file).exists()}
        done = run(folder, *change.words, inject=point.inject(f"error={error}"))
        what = f"{point} {error}: exit {done.returncode}: {done.stdout}{done.stderr}"
        self.assertIn(done.returncode, (0, 1, 2, 3, 5, 6, 7, 8), what)
        if name != "repair":
            self.assertNotIn("answers for it", done.stderr, what)
        stands = vms_of(folder / "state.json")
        is_new = False
        if done.returncode == 0:
            self.assertEqual(stands, change.after, what)
            if name in COPIES:
                self.assertEqual((folder / "copy.json").read_bytes(), before["state.json"], what)
        else:
            self.assertIn("error: ", done.stderr, what)
            is_new = stands == change.after and name not in COPIES  # a copy changes no state
            if is_new:
                # A repair has several steps, each of which is told.
                self.assertTrue(name == "repair" or any(words in done.stderr for words in UNKNOWN), what)
            else:
                now = {file: (folder / file).read_bytes() for file in before}
                self.assertEqual(now, before, what)
        # Where files are as they were, or as they should be, there is nothing that a next command would have to put right.
        if done.returncode != 0 and is_new or self.left(change, folder):
            self.assert_sound(name, folder, what)
        elif (folder / "state.json.backup").exists():
            self.assertIsNotNone(vms_of(folder / "state.json.backup"), what)
        if name == "overwrite":
            self.assertIsNotNone(vms_of(folder / "copy.json"), what)
        shutil.rmtree(folder)

    def test_every_call(self):
        tasks = []
        unknown = set()
        for name in CHANGES:
            for point in self.points(name, begin="state.json"):
                if point.call in ERRORS:
                    tasks += [(name, point, error) for error in ERRORS[point.call]]
                elif point.call not in LEFT_OUT:
                    unknown.add(point.call)
        self.assertEqual(unknown, set(), "calls that no row says anything of")
        found = {name: sum(1 for task in tasks if task[0] == name) for name in CHANGES}
        self.each(tasks, self.check)
        print(f"errors of system calls, found and covered: {found}, {len(tasks)} in all", flush=True)
        self.assertGreaterEqual(len(tasks), LEAST)


if __name__ == "__main__":
    unittest.main()

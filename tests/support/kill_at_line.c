/* SPDX-License-Identifier: MIT */
/*
 * Preloaded into ai-how: kills it with SIGKILL at a chosen line of its log file, so that a test can stop it before or after any call that it
 * makes to libvirt ("call vir…" is logged before each one, "done vir…" or "failed vir…" after it).
 *
 *   AIHOW_TEST_LOG      the log file; writes elsewhere do not count
 *   AIHOW_TEST_KILL_AT  at which matching line, from 1
 *   AIHOW_TEST_KILL_ON  the text of a matching line; where it is absent every line about a call matches
 *   AIHOW_TEST_SIGNAL   another signal's number, after which it goes on: 2 is Ctrl-C at that very line
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int is_the_log(int fd) {
  const char* path = getenv("AIHOW_TEST_LOG");
  struct stat wanted, open_file;
  return path != NULL && stat(path, &wanted) == 0 && fstat(fd, &open_file) == 0 && wanted.st_dev == open_file.st_dev &&
         wanted.st_ino == open_file.st_ino;
}

static int holds(const void* data, size_t size, const char* text) { return memmem(data, size, text, strlen(text)) != NULL; }

static int matches(const void* data, size_t size) {
  const char* text = getenv("AIHOW_TEST_KILL_ON");
  if (text != NULL && *text != '\0') return holds(data, size, text);
  return holds(data, size, "call vir") || holds(data, size, "done vir") || holds(data, size, "failed vir");
}

ssize_t write(int fd, const void* data, size_t size) {
  static atomic_long seen;
  const ssize_t written = syscall(SYS_write, fd, data, size);
  const char* kill_at = getenv("AIHOW_TEST_KILL_AT");
  if (kill_at != NULL && written > 0 && matches(data, (size_t)written) && is_the_log(fd) &&
      atomic_fetch_add(&seen, 1) + 1 == strtol(kill_at, NULL, 10)) {
    const char* other = getenv("AIHOW_TEST_SIGNAL");
    (void)kill(getpid(), other != NULL ? (int)strtol(other, NULL, 10) : SIGKILL);
    while (other == NULL) (void)pause();
  }
  return written;
}

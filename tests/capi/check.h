/* SPDX-License-Identifier: MIT */
/* What the C programs share: checks, and a folder of their own. Every program is one file, so everything here is static. */
#ifndef AIHOW_TESTS_CAPI_CHECK_H
#define AIHOW_TESTS_CAPI_CHECK_H

#include <aihow/aihow.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int failures = 0;

#define CHECK(condition)                                                    \
  do {                                                                      \
    if (!(condition)) {                                                     \
      (void)fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
      ++failures;                                                           \
    }                                                                       \
  } while (0)

/* A call that must succeed; its message is shown where it does not. `call` ends with `&error)`. */
#define OK(call)                                                                                       \
  do {                                                                                                 \
    aihow_error* error = NULL;                                                                         \
    if ((call) != AIHOW_OK) {                                                                          \
      (void)fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #call, aihow_error_message(error)); \
      aihow_error_free(error);                                                                         \
      ++failures;                                                                                      \
    }                                                                                                  \
  } while (0)

/* A call that must fail with this status and a message that has this text. */
#define FAILS(call, status, text)                                                                                    \
  do {                                                                                                               \
    aihow_error* error = NULL;                                                                                       \
    const int32_t got = (call);                                                                                      \
    if (got != (status) || aihow_error_code(error) != got || strstr(aihow_error_message(error), (text)) == NULL) {   \
      (void)fprintf(stderr, "%s:%d: %s: %d, %s\n", __FILE__, __LINE__, #call, (int)got, aihow_error_message(error)); \
      ++failures;                                                                                                    \
    }                                                                                                                \
    aihow_error_free(error);                                                                                         \
  } while (0)

static char folder[64];

/* Makes the folder, and its name the prefix of path_of(). */
static inline void make_folder_in(const char* parent) {
  (void)snprintf(folder, sizeof folder, "%s/aihow-capi-XXXXXX", parent);
  if (mkdtemp(folder) == NULL) {
    perror("mkdtemp");
    exit(1);
  }
}

static inline void make_folder(void) { make_folder_in("/tmp"); }

/* The name of a file in the folder; one of eight buffers that take turns. */
static inline const char* path_of(const char* name) {
  static char paths[8][512];
  static int next = 0;
  char* path = paths[next++ % 8];
  (void)snprintf(path, sizeof paths[0], "%s/%s", folder, name);
  return path;
}

/* Removes the folder and the files in it, also hidden ones. */
static inline void remove_folder(void) {
  DIR* directory = opendir(folder);
  struct dirent* entry = NULL;
  while (directory != NULL && (entry = readdir(directory)) != NULL) {
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) CHECK(unlink(path_of(entry->d_name)) == 0);
  }
  if (directory != NULL) (void)closedir(directory);
  CHECK(rmdir(folder) == 0);
}

#endif

/* SPDX-License-Identifier: MIT */
/* What the programs about sizes share: calls with structures of every size. `first` is sizeof in version 0.1: it never changes. */
#ifndef AIHOW_TESTS_CAPI_SIZES_H
#define AIHOW_TESTS_CAPI_SIZES_H

#include "check.h"

/* A structure with room behind it. */
typedef union sized {
  size_t struct_size;
  aihow_time aligned;
  unsigned char bytes[4096];
} sized;

typedef int32_t (*filler)(sized*, aihow_error**);

typedef struct sized_call {
  const char* name;
  filler call;
  size_t first;
  int reads_first; /* it needs the size before it calls: an impossible one cannot be tried */
} sized_call;

/* What comes out: no byte beyond struct_size is touched. */
static inline void what_comes_out_fits_what_is_there(const sized_call* fillers, size_t count) {
  size_t i = 0;
  for (i = 0; i < count; ++i) {
    size_t size = 0;
    for (size = 0; size <= fillers[i].first + 64; ++size) {
      sized target;
      size_t byte = 0;
      aihow_error* error = NULL;
      int32_t status = AIHOW_OK;
      memset(&target, 0xAA, sizeof target);
      target.struct_size = size;
      status = fillers[i].call(&target, &error);
      if (status != (size < fillers[i].first ? AIHOW_E_INVALID : AIHOW_OK) || target.struct_size != size) {
        (void)fprintf(stderr, "%s: size %zu: %d, %s\n", fillers[i].name, size, (int)status, aihow_error_message(error));
        ++failures;
      }
      if (status != AIHOW_OK) CHECK(strstr(aihow_error_message(error), "sizeof") != NULL);
      for (byte = size < sizeof(size_t) ? sizeof(size_t) : size; byte < sizeof target; ++byte) CHECK(target.bytes[byte] == 0xAA);
      aihow_error_free(error);
    }
    {
      sized target;
      target.struct_size = SIZE_MAX;
      CHECK(fillers[i].call(&target, NULL) == AIHOW_E_INVALID);
    }
  }
}

static inline void what_goes_in_says_only_what_is_known(const sized_call* givers, size_t count) {
  size_t i = 0;
  for (i = 0; i < count; ++i) {
    size_t size = 0;
    for (size = 0; size <= givers[i].first + 32; ++size) {
      sized given;
      memset(&given, 0, sizeof given);
      given.struct_size = size;
      if (givers[i].call(&given, NULL) != (size < givers[i].first ? AIHOW_E_INVALID : AIHOW_OK)) {
        (void)fprintf(stderr, "%s: size %zu\n", givers[i].name, size);
        ++failures;
      }
    }
    {
      sized given;
      memset(&given, 0, sizeof given);
      given.struct_size = givers[i].first + 16;
      given.bytes[givers[i].first + 15] = 1;
      FAILS(givers[i].call(&given, &error), AIHOW_E_INVALID, "newer library");
      given.struct_size = SIZE_MAX;
      if (!givers[i].reads_first) FAILS(givers[i].call(&given, &error), AIHOW_E_INVALID, "sizeof");
    }
  }
}

#endif

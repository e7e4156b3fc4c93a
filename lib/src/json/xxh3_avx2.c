/* SPDX-License-Identifier: MIT */
/* In C: of what C++ headers define inline, the linker might take the copy from here for all of the program, on whatever processor. */
#include "json/xxh3_avx2.h"
#define XXH_INLINE_ALL
#include <xxhash.h>

/* It can only fail for a null pointer. */
void aihow_internal_xxh3_update_avx2(void* state, const void* bytes, size_t size) { (void)XXH3_128bits_update((XXH3_state_t*)state, bytes, size); }

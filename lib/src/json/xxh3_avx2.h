/* SPDX-License-Identifier: MIT */
/* XXH3 by the 32 bytes that AVX2 takes at a time: for processors that have it, whatever the rest of the library is compiled for. */
#pragma once
#include <stddef.h>
#ifdef __cplusplus
extern "C" {
#endif

/* XXH3_128bits_update(). `state`: an XXH3_state_t, which is the same however it is fed. Requires: the processor has AVX2. */
void aihow_internal_xxh3_update_avx2(void* state, const void* bytes, size_t size);

#ifdef __cplusplus
}
#endif

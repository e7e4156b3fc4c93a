/* SPDX-License-Identifier: MIT */
/* A store in C: it keeps a state in this process's memory, under a name. As an example to write one's own, and for the contract's tests. */
#ifndef AIHOW_TESTS_CAPI_DICTIONARY_STORE_H
#define AIHOW_TESTS_CAPI_DICTIONARY_STORE_H

#include <aihow/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Fills the table and makes a store, which becomes the user_data of its functions. Stores of one name share one content, which is kept for good. 0:
 * no memory. */
int dictionary_store_open(const char* name, aihow_store_table* table, void** store);

#ifdef __cplusplus
}
#endif

#endif

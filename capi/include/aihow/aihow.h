/* SPDX-License-Identifier: MIT */
/*
 * The C interface of libaihow (libaihow.so.0). One header for each noun; this one includes them all:
 *
 *     base.h       version, status, errors, texts, times, UUIDs, cancelling
 *     lifecycle.h  the states of a virtual machine, and which action leads where
 *     state.h      a cluster's state: reading it, changing a copy, JSON
 *     manager.h    the state at a location: load, change, transactions, operations, backup
 *     history.h    the past of a state: who changed what, what stood, waiting for changes, taking them back
 *     observer.h   what is seen of the world: observers of the caller's own, refresh, drift
 *     watch.h      following the world: sources of events of the caller's own, the watch
 *     store.h      where states are kept: stores of the caller's own
 *
 * Conventions, which hold for everything:
 *
 * 1. Names. Functions are `aihow_<noun>_<verb>`, constants `AIHOW_<NOUN>_<NAME>`. Nothing else is exported.
 * 2. Status. A function that can fail returns an int32_t: AIHOW_OK (0), or a negative AIHOW_E_ number. Numbers are frozen; a newer library may
 *    return ones that this header does not name. The rest cannot fail and says what it answers for nonsense.
 * 3. Errors. The last parameter of a function that can fail is `aihow_error **error`; it may be NULL. On failure it is set to an object that the
 *    caller frees with aihow_error_free(); on success it is left alone. Out-parameters are written on success only. Every function that can fail
 *    may fail with AIHOW_E_INVALID (an argument that conventions 4 to 9 do not allow), AIHOW_E_OUT_OF_MEMORY and AIHOW_E_UNEXPECTED; what else it
 *    may fail with stands with it.
 * 4. Handles. Objects are reached through opaque pointers, which belong to whoever the function says: "yours" is freed with `aihow_<noun>_free()`.
 *    They are numbers in disguise and are checked: NULL, a handle that was freed, one of another noun and a wild pointer are AIHOW_E_INVALID,
 *    never a crash; freeing such a one does nothing. An object lives until it is freed and the calls that use it have returned.
 * 5. Enumerations cross as int32_t. Values that this header does not name must be expected, and are never a crash. A truth is an int32_t: 0, or 1.
 * 6. Text is UTF-8 without NUL. Text that goes in is borrowed for the call: it ends with NUL, or where a parameter for its length follows it does
 *    not need to (then NULL is allowed where the length is 0). Text that comes out ends with NUL and belongs to what it was asked of; constant
 *    text is never freed. Paths and locations are bytes, as the file system has them.
 * 7. Structures begin with `struct_size`, which the caller sets to sizeof, in those that go in and those that come out; structures inside others
 *    and those that say so have none. Members are only ever added at the end, and zero there means what was before. The library fills those that
 *    fit and never touches more than struct_size bytes; it refuses a structure that goes in with members that it does not know and that are not
 *    zero. Start with zeros: `aihow_vm vm = {.struct_size = sizeof vm};`.
 * 8. Threads. Functions may be called from any thread at any time. One object is used by one thread at a time, unless its noun says otherwise.
 * 9. Callbacks come in tables or with a `user_data` that is handed back; each says on which thread it is called and whether it may call back in.
 *    They return a status; one that fails says why through aihow_sink_put(), and the function that called it fails with that number and that text.
 *    They hand data over through the library's functions, which copy it, never by pointer. `destroy(user_data)`, which returns normally, is called
 *    exactly once, after the last callback, when the object that has the table is gone; where a function that takes a table fails, it is not
 *    called. A C++ exception that leaves a callback makes the call fail with AIHOW_E_UNEXPECTED; pthread_exit() in a callback ends the thread, and
 *    the call with it.
 * 10. No exception, abort, signal or exit leaves a function: memory that runs out is AIHOW_E_OUT_OF_MEMORY, a file size limit AIHOW_E_IO. After
 *    fork() a child may go on with the handles that it has, provided that no other thread was in a call; operations are the parent's alone (they
 *    are lost in the child).
 *
 * Each function names the version that brought it ("Since").
 */
#ifndef AIHOW_AIHOW_H
#define AIHOW_AIHOW_H

#include <aihow/base.h>
#include <aihow/history.h>
#include <aihow/lifecycle.h>
#include <aihow/manager.h>
#include <aihow/observer.h>
#include <aihow/state.h>
#include <aihow/store.h>
#include <aihow/watch.h>

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The state at a location: load, change, transactions, operations, backup, history. The conventions stand in aihow.h.
 *
 * Every change takes a lock for milliseconds, loads the newest state, changes, validates, and commits it whole; where another writer was first it is
 * done again, until the time is over. A change that returned AIHOW_OK is durable. Nothing is kept in memory that the place does not have.
 *
 * Threads: one manager may be used by all threads at once, beside any number of other managers and processes.
 * Errors: beside what each function names, all may fail with AIHOW_E_PERMISSION, AIHOW_E_IO, AIHOW_E_CORRUPT, AIHOW_E_UNSUPPORTED_VERSION, and
 * where they take an aihow_call with AIHOW_E_LOCKED, AIHOW_E_CANCELLED, AIHOW_E_CONFLICT, AIHOW_E_OUTCOME_UNKNOWN and AIHOW_E_INVALID (the state that
 * would stand breaks a rule).
 */
#ifndef AIHOW_MANAGER_H
#define AIHOW_MANAGER_H

#include <aihow/base.h>
#include <aihow/state.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct aihow_manager aihow_manager;
typedef struct aihow_operation aihow_operation;

/* ---- Opening -------------------------------------------------------------------------------------------------------------------------- */

typedef struct aihow_manager_options {
  size_t struct_size;
  int64_t lock_timeout_ms; /* how long a change waits for locks and other writers; 0: ten seconds; below 0: it does not wait */
  int32_t strict;          /* 1: a document that was edited by hand is refused */
  int32_t no_locks;        /* 1: write even where the file system has no working locks */
  const char* program;     /* for lock holders and history; NULL: the process's name */
  const char* actor;       /* a text of yours for history; may be NULL */
  /* Told once of each thing that loading or committing noticed, in a sentence: on the thread of the call that noticed, before that call returns,
   * holding no lock; it may call back in. May be NULL. */
  void (*notice)(void* user_data, const char* text);
  void* user_data;
  void (*destroy)(void* user_data); /* convention 9; may be NULL */
} aihow_manager_options;

/* Opens a location: a path, `file:PATH`, `memory:NAME`, or a scheme of the caller's (see store.h). No I/O happens yet: what does not exist is no
 * error. `options` may be NULL. The manager is yours. Fails with AIHOW_E_INVALID (an unknown scheme or option). Since 0.1. */
AIHOW_API int32_t aihow_manager_open(const char* location, const aihow_manager_options* options, aihow_manager** manager, aihow_error** error);

/* Frees it. Snapshots, copies and operations of it live on. Since 0.1. */
AIHOW_API void aihow_manager_free(aihow_manager* manager);

/* Where the state is, as a person would write it. Yours. Since 0.1. */
AIHOW_API int32_t aihow_manager_location(aihow_manager* manager, aihow_text** location, aihow_error** error);

/* How a call that changes something waits. NULL stands for one that is all zeros. */
typedef struct aihow_call {
  size_t struct_size;
  int64_t timeout_ms;         /* 0: the manager's lock_timeout_ms; below 0: it does not wait */
  aihow_cancel* cancel;       /* ends the wait; may be NULL */
  aihow_operation* operation; /* what the commit relies on: where its lock was lost nothing is written (AIHOW_E_CONFLICT); may be NULL */
} aihow_call;

/* ---- Reading: never waits for a writer ---------------------------------------------------------------------------------------------- */

/* Writes the newest state, a snapshot that is yours; NULL where there is no state. A VM by its name is aihow_state_find() on it. Since 0.1. */
AIHOW_API int32_t aihow_manager_load(aihow_manager* manager, const aihow_state** state, aihow_error** error);

/* ---- Changing ------------------------------------------------------------------------------------------------------------------------ */

/* Where functions below write `after`, it is the snapshot that stands after the change, yours (NULL: none); the parameter may be NULL. */

/* Writes a working copy of the state, which is yours; where none stands it is made first (status "stopped", revision 1). Fails with AIHOW_E_INVALID
 * where one of another name or type stands. Since 0.1. */
AIHOW_API int32_t aihow_manager_ensure(aihow_manager* manager, const char* cluster_name, const char* cluster_type, const aihow_call* call,
                                       aihow_state** copy, aihow_error** error);

/* Saves a working copy. One that was made from a snapshot is merged with what others have committed since, object by object; one that was not is only
 * saved where no state stands. On return the copy is what was committed, made from that. Fails with AIHOW_E_CONFLICT (the message names the objects
 * that both changed), AIHOW_E_INVALID (a snapshot). Since 0.1. */
AIHOW_API int32_t aihow_manager_save(aihow_manager* manager, aihow_state* copy, const aihow_call* call, aihow_error** error);

/* Adds a VM. Fails with AIHOW_E_CONFLICT where the name is taken, AIHOW_E_NOT_FOUND without a state. Since 0.1. */
AIHOW_API int32_t aihow_manager_add_vm(aihow_manager* manager, const aihow_vm* vm, const aihow_call* call, aihow_error** error);

/* Requests another state of a VM. Fails with AIHOW_E_INVALID where no action leads there (the message names the states that are allowed),
 * AIHOW_E_NOT_FOUND. Since 0.1. */
AIHOW_API int32_t aihow_manager_update_vm_state(aihow_manager* manager, const char* name, int32_t state, const aihow_call* call, aihow_error** error);

/* Takes a VM out of the state. Fails with AIHOW_E_NOT_FOUND. Since 0.1. */
AIHOW_API int32_t aihow_manager_remove_vm(aihow_manager* manager, const char* name, const aihow_call* call, aihow_error** error);

/* The same, with the volumes that it uses and no other VM does. Machine and disks are left as they are. Fails with AIHOW_E_NOT_FOUND. Since 0.1. */
AIHOW_API int32_t aihow_manager_forget_vm(aihow_manager* manager, const char* name, const aihow_call* call, const aihow_state** after,
                                          aihow_error** error);

/* Gives a VM that libvirt does not have another name. Fails with AIHOW_E_NOT_FOUND, AIHOW_E_CONFLICT where the name is taken, AIHOW_E_INVALID. Since
 * 0.1. */
AIHOW_API int32_t aihow_manager_rename_vm(aihow_manager* manager, const char* name, const char* new_name, const aihow_call* call,
                                          const aihow_state** after, aihow_error** error);

/* Changes a working copy that is lent for the call. On the thread of aihow_manager_transaction(); it may read through the manager and start no other
 * change of that state (AIHOW_E_INVALID). It may be called several times, each time with the newest state: it must not count on that it was only
 * once. */
typedef int32_t (*aihow_change)(void* user_data, aihow_state* state, aihow_sink* failure);

/* Makes many changes one: runs `change` on the newest state and commits what it makes of it as one revision, named `operation` in history. Where it
 * fails nothing is committed; where it changes nothing nothing is written. `status` is derived where VMs do something else, and `last_modified` is
 * set to now, unless the change sets them. Fails with AIHOW_E_NOT_FOUND without a state, and as the change. Since 0.1. */
AIHOW_API int32_t aihow_manager_transaction(aihow_manager* manager, const char* operation, aihow_change change, void* user_data,
                                            const aihow_call* call, const aihow_state** after, aihow_error** error);

/* Puts a first state where none stands. Fails with AIHOW_E_CONFLICT where one does. Since 0.1. */
AIHOW_API int32_t aihow_manager_create(aihow_manager* manager, const aihow_state* state, const char* operation, const aihow_call* call,
                                       const aihow_state** after, aihow_error** error);

/* Removes the state: the document becomes the backup, history stays. Where none stands nothing happens. Since 0.1. */
AIHOW_API int32_t aihow_manager_erase(aihow_manager* manager, const char* operation, const aihow_call* call, aihow_error** error);

/* ---- Operations ---------------------------------------------------------------------------------------------------------------------- */

/* Takes the operation lock, which keeps other operations (start, stop, destroy …) out and lets changes go on. `what` ("hpc start") is what others are
 * told. Yours; freeing it, on any thread, releases the lock. Fails with AIHOW_E_LOCKED (the message names the holder), AIHOW_E_CANCELLED. Since 0.1.
 */
AIHOW_API int32_t aihow_operation_begin(aihow_manager* manager, const char* what, const aihow_call* call, aihow_operation** operation,
                                        aihow_error** error);

/* 1 while the lock is held; 0 where it was lost, and for what is no operation. Since 0.1. */
AIHOW_API int32_t aihow_operation_held(aihow_operation* operation);

/* Ends it. Since 0.1. */
AIHOW_API void aihow_operation_free(aihow_operation* operation);

/* Who holds a lock; for messages only. */
typedef struct aihow_holder {
  size_t struct_size;
  char host[256]; /* longer texts are cut */
  char program[256];
  char what[256];
  int64_t pid;
  aihow_time since;
} aihow_holder;

/* Says who is at work with an operation. Writes 1 to `*held` and fills `holder`, or 0 where nobody is. Since 0.1. */
AIHOW_API int32_t aihow_operation_holder(aihow_manager* manager, int32_t* held, aihow_holder* holder, aihow_error** error);

/* ---- Copies ---------------------------------------------------------------------------------------------------------------------------- */

/* Writes a copy of the newest document to a file (whole or not at all, mode 0600), and what it copied to `copied`, as `after`. Fails with
 * AIHOW_E_NOT_FOUND without a state, AIHOW_E_INVALID where it is the state itself, or what stands there is no file. Since 0.1. */
AIHOW_API int32_t aihow_manager_backup(aihow_manager* manager, const char* path, const aihow_state** copied, aihow_error** error);

/* Makes the state of a document file the newest, as a new revision. It is an operation: `call` names none (AIHOW_E_INVALID). Fails with
 * AIHOW_E_NOT_FOUND, AIHOW_E_CORRUPT, AIHOW_E_CONFLICT (another cluster's, or another lineage). Since 0.1. */
AIHOW_API int32_t aihow_manager_restore(aihow_manager* manager, const char* path, const aihow_call* call, const aihow_state** after,
                                        aihow_error** error);

/* Puts the state of a file of the Python tool's older layouts in place, where none stands; `replace` 1: also where one of the same cluster does. It
 * is an operation, as restore. Fails with AIHOW_E_NOT_FOUND, AIHOW_E_CORRUPT, AIHOW_E_INVALID, AIHOW_E_UNSUPPORTED_VERSION, AIHOW_E_CONFLICT. Since
 * 0.1. */
AIHOW_API int32_t aihow_manager_import(aihow_manager* manager, const char* path, int32_t replace, const aihow_call* call, const aihow_state** after,
                                       aihow_error** error);

/* The files that documents are kept in, whether they exist or not: the newest, then its backup; none: they are elsewhere. Yours. Since 0.1. */
AIHOW_API int32_t aihow_manager_files(aihow_manager* manager, aihow_text** paths, aihow_error** error);

/* ---- Checking -------------------------------------------------------------------------------------------------------------------------- */

/* Says what is wrong with what is stored, in sentences; none: nothing. With `mend` 1 it completes what was interrupted, puts the best valid copy in
 * place, and keeps every bad one under a new name. Yours. Fails with AIHOW_E_CORRUPT where there is nothing to mend from. Since 0.1. */
AIHOW_API int32_t aihow_manager_verify(aihow_manager* manager, int32_t mend, const aihow_call* call, aihow_text** problems, aihow_error** error);

enum {
  AIHOW_VERDICT_VALID = 0,       /* as the library wrote it */
  AIHOW_VERDICT_EDITED = 1,      /* a valid document, changed by somebody else */
  AIHOW_VERDICT_UNSIGNED = 2,    /* a valid document that the library did not write */
  AIHOW_VERDICT_CORRUPT = 3,     /* no document, or one that breaks rules */
  AIHOW_VERDICT_UNSUPPORTED = 4, /* of a newer version, or of the Python tool's older layouts */
  AIHOW_VERDICT_ABSENT = 5       /* there is no such file */
};

/* What was found on one file, which never changes: any number of threads may read it. */
typedef struct aihow_inspection aihow_inspection;

typedef struct aihow_verdict {
  size_t struct_size;
  const char* path;     /* texts belong to the inspection */
  int32_t verdict;      /* AIHOW_VERDICT_ */
  int32_t has_document; /* 1: its form is right, and the four below are its own */
  const char* cluster_name;
  const char* cluster_type;
  uint64_t revision;
  aihow_uuid lineage;
  size_t findings;      /* how many there are to get */
  size_t more_findings; /* and how many beyond these */
} aihow_verdict;

typedef struct aihow_finding {
  size_t struct_size;
  size_t line;         /* from 1; 0: it has no place */
  size_t column;       /* from 1, in bytes */
  const char* pointer; /* RFC 6901; "": none */
  const char* message;
} aihow_finding;

/* Looks at a document file. Yours. Since 0.1. */
AIHOW_API int32_t aihow_inspection_of_file(const char* path, aihow_inspection** inspection, aihow_error** error);

/* Looks at bytes; `path` is what they are called, and may be NULL. Yours. Since 0.1. */
AIHOW_API int32_t aihow_inspection_of_bytes(const char* bytes, size_t length, const char* path, aihow_inspection** inspection, aihow_error** error);

/* Fills the verdict. Since 0.1. */
AIHOW_API int32_t aihow_inspection_get(const aihow_inspection* inspection, aihow_verdict* verdict, aihow_error** error);

/* Fills finding `index`. Fails with AIHOW_E_NOT_FOUND beyond the last. Since 0.1. */
AIHOW_API int32_t aihow_inspection_finding(const aihow_inspection* inspection, size_t index, aihow_finding* finding, aihow_error** error);

AIHOW_API void aihow_inspection_free(aihow_inspection* inspection); /* Since 0.1. */

/* ---- History --------------------------------------------------------------------------------------------------------------------------- */

/* Which records: those with after < revision < before. */
typedef struct aihow_record_query {
  size_t struct_size;
  uint64_t after;
  uint64_t before; /* 0: no bound */
  size_t limit;    /* 0: a hundred */
  int32_t newest_first;
  int32_t reserved; /* 0 */
} aihow_record_query;

typedef struct aihow_record {
  size_t struct_size;
  uint64_t revision;
  const char* json; /* one line: revision, time, actor, operation, commit, token, changes with before and after. Belongs to the records */
  size_t json_length;
} aihow_record;

/* A page of history, which never changes: any number of threads may read it. */
typedef struct aihow_records aihow_records;

/* Reads a page of history; `query` NULL: the oldest hundred. Yours. Since 0.1. */
AIHOW_API int32_t aihow_manager_records(aihow_manager* manager, const aihow_record_query* query, aihow_records** records, aihow_error** error);

/* How many it has; 0 for nonsense. Since 0.1. */
AIHOW_API size_t aihow_records_count(const aihow_records* records);

/* The smallest revision that is kept at all; 0: none is, and for nonsense. Since 0.1. */
AIHOW_API uint64_t aihow_records_oldest_kept(const aihow_records* records);

/* Fills record `index`. Fails with AIHOW_E_NOT_FOUND beyond the last. Since 0.1. */
AIHOW_API int32_t aihow_records_get(const aihow_records* records, size_t index, aihow_record* record, aihow_error** error);

AIHOW_API void aihow_records_free(aihow_records* records); /* Since 0.1. */

#ifdef __cplusplus
}
#endif

#endif

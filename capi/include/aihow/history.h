/* SPDX-License-Identifier: MIT */
/*
 * The past of a state: who changed what, when; what stood at a time; following changes; taking them back. The conventions stand in aihow.h.
 *
 * The place keeps a record of each commit (of a file: beside it, the last 1,000 or 16 MiB). aihow_manager_records() reads records as they are
 * stored, as JSON; here they are read as values.
 *
 * Errors: as those of manager.h, and AIHOW_E_UNSUPPORTED of a store that keeps no history.
 */
#ifndef AIHOW_HISTORY_H
#define AIHOW_HISTORY_H

#include <aihow/base.h>
#include <aihow/manager.h>
#include <aihow/state.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- What stood ----------------------------------------------------------------------------------------------------------------------- */

/* Writes the state as that revision was first committed, a snapshot that is yours: its JSON is that document, byte for byte (of a gap: as it was
 * found). Fails with AIHOW_E_NOT_FOUND where it is not kept (the message says what is), AIHOW_E_CORRUPT where the history was tampered with.
 * Since 0.1. */
AIHOW_API int32_t aihow_manager_at(aihow_manager* manager, uint64_t revision, const aihow_state** state, aihow_error** error);

/* The same of the newest revision that was made at that time or before. Fails also with AIHOW_E_INVALID where there is no time. Since 0.1. */
AIHOW_API int32_t aihow_manager_at_time(aihow_manager* manager, const aihow_time* time, const aihow_state** state, aihow_error** error);

/* ---- Changes of objects --------------------------------------------------------------------------------------------------------------- */

/* What became of objects, in the document's order, which never changes: any number of threads may read it. */
typedef struct aihow_changes aihow_changes;

/* One object, before and after, as JSON on one line: the cluster itself has no name, and its members without the lists. Texts belong to the changes.
 */
typedef struct aihow_object_change {
  size_t struct_size;
  int32_t kind;       /* AIHOW_KIND_ */
  int32_t reserved;   /* 0 */
  const char* name;   /* "": the cluster itself */
  const char* before; /* "": it was added */
  const char* after;  /* "": it was removed */
  size_t fields;      /* how many members differ; of an object that was added or removed: 0 */
} aihow_object_change;

/* One member of an object, before and after, as JSON. Texts belong to the changes. */
typedef struct aihow_field_change {
  size_t struct_size;
  const char* field;  /* the document's member name */
  const char* before; /* "": it was not there */
  const char* after;  /* "": it is not there any more */
} aihow_field_change;

/* How many objects changed; 0 for nonsense. Since 0.1. */
AIHOW_API size_t aihow_changes_count(const aihow_changes* changes);

/* Fills change `index`. Fails with AIHOW_E_NOT_FOUND beyond the last. Since 0.1. */
AIHOW_API int32_t aihow_changes_get(const aihow_changes* changes, size_t index, aihow_object_change* change, aihow_error** error);

/* Fills member `which` of change `index`. Fails with AIHOW_E_NOT_FOUND beyond the last. Since 0.1. */
AIHOW_API int32_t aihow_changes_field(const aihow_changes* changes, size_t index, size_t which, aihow_field_change* field, aihow_error** error);

AIHOW_API void aihow_changes_free(aihow_changes* changes); /* Since 0.1. */

/* Writes what makes state `after` of state `before`, of whatever manager; times and the order of addresses count too. Yours. O(n). Since 0.1. */
AIHOW_API int32_t aihow_state_changes(const aihow_state* before, const aihow_state* after, aihow_changes** changes, aihow_error** error);

/* The same as a JSON Patch (RFC 6902), which makes the document of `after` of that of `before`. Yours. O(n). Since 0.1. */
AIHOW_API int32_t aihow_state_json_patch(const aihow_state* before, const aihow_state* after, aihow_text** patch, aihow_error** error);

/* ---- Who changed what, when ----------------------------------------------------------------------------------------------------------- */

enum {
  AIHOW_RECORD_CHANGE = 0, /* what changed since the revision before */
  AIHOW_RECORD_FIRST = 1,  /* a state where none stood */
  AIHOW_RECORD_WHOLE = 2,  /* as a change, with the whole state beside it */
  AIHOW_RECORD_GAP = 3,    /* of a revision whose change is not known: the history was lost, cut off, or another state's */
  AIHOW_RECORD_ERASE = 4   /* the state was removed */
};

/* Which entries: those with after < revision < before. A `name` selects those in which an object of that name (and kind) changes: its life. */
typedef struct aihow_history_query {
  size_t struct_size;
  const char* name; /* NULL or "": every object's */
  int32_t kind;     /* AIHOW_KIND_; 0: every kind's */
  int32_t oldest_first;
  aihow_time since; /* made at that time or later; AIHOW_TIME_NONE: no bound */
  uint64_t after;
  uint64_t before; /* 0: no bound */
  size_t limit;    /* 0: a hundred */
} aihow_history_query;

/* Entries of the past, which never change: any number of threads may read them. */
typedef struct aihow_history aihow_history;

typedef struct aihow_history_summary {
  size_t struct_size;
  size_t entries;       /* how many there are to get */
  uint64_t oldest_kept; /* the first revision that has a record; 0: none has. Of aihow_manager_changes_since(), as the two below: 0 */
  uint64_t newest_kept; /* the last one */
  uint64_t revision;    /* of the state that stands; 0: none does */
  uint64_t resume_at;   /* of aihow_manager_changes_since(): what to ask for next; else 0 */
  int32_t gap;          /* of the same, 1: the changes are not known. There are no entries: load the state, and go on from `resume_at` */
  int32_t reserved;     /* 0 */
} aihow_history_summary;

/* What is recorded of one revision. Texts belong to the history; "": not known. */
typedef struct aihow_history_entry {
  size_t struct_size;
  uint64_t revision;
  int32_t type;          /* AIHOW_RECORD_ */
  int32_t edited;        /* 1: the document was changed by hand after `base`: the changes begin with that */
  int32_t remade;        /* 1: the record was lost, and was made again of the two documents */
  int32_t reserved;      /* 0 */
  aihow_time time;       /* when the change was made; of a gap: when it was noticed */
  const char* user;      /* who made it; of a gap: who noticed it */
  const char* host;      /* and where */
  const char* program;   /* and with what */
  const char* actor;     /* the caller's own words (aihow_manager_options) */
  int64_t pid;           /* 0: not known */
  const char* operation; /* "add_vm", "refresh", "hpc start" … */
  aihow_uuid commit;
  const char* token;  /* of the document that it led to, see aihow_state_token() */
  uint64_t base;      /* the revision that it was made on; 0: none that was recorded */
  uint64_t undone_to; /* of an undo: the revision whose content it brought back; else 0 */
  uint64_t restored;  /* of a restore: the same; else 0 */
  size_t changes;     /* how many objects changed, without those of which only times or the order of addresses did */
} aihow_history_entry;

/* Reads the past; `query` NULL: the newest hundred entries. Cheap where few of the newest are asked for: only the end is read. Where the record of
 * what stands is missing, its entry is what the next change will put there. Yours. Since 0.1. */
AIHOW_API int32_t aihow_manager_history(aihow_manager* manager, const aihow_history_query* query, aihow_history** history, aihow_error** error);

/* Reads everything since a revision, at most `limit` entries (0: a thousand): in order, each made on the one before and the first on `revision`; or a
 * gap. To follow, ask again from `resume_at` on, each time that aihow_manager_wait() says that something changed. Yours. Since 0.1. */
AIHOW_API int32_t aihow_manager_changes_since(aihow_manager* manager, uint64_t revision, size_t limit, aihow_history** history, aihow_error** error);

/* Fills the summary. Since 0.1. */
AIHOW_API int32_t aihow_history_get(const aihow_history* history, aihow_history_summary* summary, aihow_error** error);

/* Fills entry `index`. Fails with AIHOW_E_NOT_FOUND beyond the last. Since 0.1. */
AIHOW_API int32_t aihow_history_get_entry(const aihow_history* history, size_t index, aihow_history_entry* entry, aihow_error** error);

/* Writes the changes of entry `index`, which are yours and outlive the history. Fails with AIHOW_E_NOT_FOUND beyond the last. Since 0.1. */
AIHOW_API int32_t aihow_history_get_changes(const aihow_history* history, size_t index, aihow_changes** changes, aihow_error** error);

AIHOW_API void aihow_history_free(aihow_history* history); /* Since 0.1. */

/* ---- Waiting for a change ----------------------------------------------------------------------------------------------------------------- */

/* What to wait for, and how long. NULL stands for one that is all zeros: until there is a state. */
typedef struct aihow_wait {
  size_t struct_size;
  const aihow_state* known; /* a snapshot of this manager: until something else stands; NULL: until anything does */
  int64_t timeout_ms;       /* 0: no bound; below 0: it only looks */
  aihow_cancel* cancel;     /* ends the wait; may be NULL */
} aihow_wait;

/* Waits until something else stands than what is known, and writes 1 to `*changed`; 0 where the time was over first. Sees changes of every process:
 * of a file at once, and on network file systems by a look every half second. Fails with AIHOW_E_CANCELLED, AIHOW_E_INVALID (`known` is a working
 * copy). Since 0.1. */
AIHOW_API int32_t aihow_manager_wait(aihow_manager* manager, const aihow_wait* wait, int32_t* changed, aihow_error** error);

/* ---- Taking back -------------------------------------------------------------------------------------------------------------------------- */

typedef struct aihow_revert_options {
  size_t struct_size;
  uint64_t seen;    /* the revision that the caller has seen: what others changed since is kept, and is a conflict where it is the same thing; 0:
                     * whatever stands */
  int32_t dry_run;  /* 1: nothing is written, no lock is taken: only what would be done is said */
  int32_t reserved; /* 0 */
} aihow_revert_options;

/* What an undo or a restore did, or would do, which never changes: any number of threads may read it. */
typedef struct aihow_reversal aihow_reversal;

typedef struct aihow_reversal_summary {
  size_t struct_size;
  uint64_t from;     /* the revision that was gone back from */
  uint64_t to;       /* the one whose content is brought back */
  size_t changes;    /* how many objects that changes */
  size_t conflicts;  /* of a dry run: how many there are to get; with any, doing it would be refused */
  int32_t committed; /* 1: something was written */
  int32_t reserved;  /* 0 */
} aihow_reversal_summary;

/* Brings back the state of `steps` changes ago, as a new revision. An undo is itself not a change in this: the next one goes on from there, so that n
 * undos lead back n changes. The record is changed, no machine is. It is an operation: `call` names none (AIHOW_E_INVALID). `options` and `call` may
 * be NULL; `reversal` too, else it is yours. Fails with AIHOW_E_NOT_FOUND (no state; not so much is kept), AIHOW_E_CONFLICT (the message names the
 * objects that others changed), AIHOW_E_INVALID (0 steps). Since 0.1. */
AIHOW_API int32_t aihow_manager_undo(aihow_manager* manager, size_t steps, const aihow_revert_options* options, const aihow_call* call,
                                     aihow_reversal** reversal, aihow_error** error);

/* The same to the state of a revision. A change like any other: an undo takes it back. Since 0.1. */
AIHOW_API int32_t aihow_manager_restore_revision(aihow_manager* manager, uint64_t revision, const aihow_revert_options* options,
                                                 const aihow_call* call, aihow_reversal** reversal, aihow_error** error);

/* Fills the summary. Since 0.1. */
AIHOW_API int32_t aihow_reversal_get(const aihow_reversal* reversal, aihow_reversal_summary* summary, aihow_error** error);

/* Writes the snapshot that stands afterwards, which is yours. Since 0.1. */
AIHOW_API int32_t aihow_reversal_state(const aihow_reversal* reversal, const aihow_state** state, aihow_error** error);

/* Writes what it changes, which is yours and outlives the reversal. Since 0.1. */
AIHOW_API int32_t aihow_reversal_changes(const aihow_reversal* reversal, aihow_changes** changes, aihow_error** error);

/* Writes conflict `index`, which belongs to the reversal: "vm compute-01 (observed)". Fails with AIHOW_E_NOT_FOUND beyond the last. Since 0.1. */
AIHOW_API int32_t aihow_reversal_conflict(const aihow_reversal* reversal, size_t index, const char** conflict, aihow_error** error);

AIHOW_API void aihow_reversal_free(aihow_reversal* reversal); /* Since 0.1. */

#ifdef __cplusplus
}
#endif

#endif

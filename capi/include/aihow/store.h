/* SPDX-License-Identifier: MIT */
/*
 * Where states are kept: stores of the caller's own. The conventions stand in aihow.h.
 *
 * A store keeps one cluster's state at one location: a document (JSON bytes), its version, and records of history. It commits by compare-and-swap and
 * hands out two locks. It never merges, validates or interprets: the manager does. Each store passes the same tests (tests/contract) as the library's
 * own.
 *
 * A version is lineage, revision and token, and is the same only where all three are. Revisions grow by one within a lineage; the token, which the
 * library makes, differs whenever the bytes do.
 */
#ifndef AIHOW_STORE_H
#define AIHOW_STORE_H

#include <aihow/base.h>
#include <aihow/manager.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- What crosses -------------------------------------------------------------------------------------------------------------------------- */

/* Which content (no struct_size: it will stay as it is). Texts are the giver's, for the call. */
typedef struct aihow_revision {
  aihow_uuid lineage;
  uint64_t revision;
  const char* token;
} aihow_revision;

/* An object that a commit makes, changes or removes. */
typedef struct aihow_change_of {
  int32_t kind;     /* AIHOW_KIND_ */
  int32_t reserved; /* 0 */
  const char* name; /* "" for the cluster itself */
} aihow_change_of;

/* A commit. The library fills it and its arrays; a newer one may add members to it at its end. */
typedef struct aihow_commit {
  size_t struct_size;
  aihow_uuid id;              /* random: kept beside the document, an unknown outcome can be looked up */
  const aihow_revision* base; /* what must still stand there; NULL: nothing may */
  const aihow_revision* next; /* what is to stand; NULL: erase. Lineage and revision of base: a touch, whose revision and history stay */
  const char* json;           /* the document of next; NULL: erase */
  size_t json_length;
  const aihow_change_of* changes; /* all that differs from base, for stores that keep objects apart */
  size_t changes_count;
  const aihow_record* records; /* one for a change, none for a touch, the whole past for an import; each is the first one's struct_size long */
  size_t records_count;
  void* lock; /* the store's own lock that this commit relies on, or NULL; the library has seen that it is held */
} aihow_commit;

/* What a callback answers with. Lives while the callback runs. */
typedef struct aihow_answer aihow_answer;

/* load: what is known is still the newest. Since 0.1. */
AIHOW_API int32_t aihow_answer_unchanged(aihow_answer* answer, aihow_error** error);

/* load: the document that stands, the token and the id of the commit that made it (NULL: not known). Since 0.1. */
AIHOW_API int32_t aihow_answer_document(aihow_answer* answer, const char* json, size_t length, const char* token, const aihow_uuid* commit_id,
                                        aihow_error** error);

/* load and commit: the largest revision that this lineage ever had here; where nothing stands, the former one's. Since 0.1. */
AIHOW_API int32_t aihow_answer_highest(aihow_answer* answer, uint64_t revision, aihow_error** error);

/* commit: it was done (1), or nothing was written (0, the default) because another version stands, or because the lineage had that revision before.
 * Since 0.1. */
AIHOW_API int32_t aihow_answer_committed(aihow_answer* answer, int32_t committed, aihow_error** error);

/* commit: what stands now; without it nothing does. Since 0.1. */
AIHOW_API int32_t aihow_answer_stands(aihow_answer* answer, const aihow_revision* version, aihow_error** error);

/* load and commit: a sentence for people. verify: something that is wrong. Since 0.1. */
AIHOW_API int32_t aihow_answer_notice(aihow_answer* answer, const char* text, aihow_error** error);

/* records: one record, in the order that was asked for; and the smallest revision that is kept at all. Since 0.1. */
AIHOW_API int32_t aihow_answer_record(aihow_answer* answer, uint64_t revision, const char* json, size_t length, aihow_error** error);
AIHOW_API int32_t aihow_answer_oldest_kept(aihow_answer* answer, uint64_t revision, aihow_error** error);

/* holder: who holds the lock; without it nobody does. Since 0.1. */
AIHOW_API int32_t aihow_answer_holder(aihow_answer* answer, const aihow_holder* holder, aihow_error** error);

/* ---- The table ------------------------------------------------------------------------------------------------------------------------------- */

enum {
  AIHOW_STORE_HISTORY = 1,       /* it keeps records */
  AIHOW_STORE_WAIT = 2,          /* it has `wait` */
  AIHOW_STORE_MULTI_PROCESS = 4, /* several store objects may be open on one location: readers get one of their own, and never wait for writers */
  AIHOW_STORE_MULTI_HOST = 8
};

/* The two locks: `commit` is held for milliseconds round one commit, `operation` for a whole start, stop or destroy. */
enum { AIHOW_LOCK_COMMIT = 0, AIHOW_LOCK_OPERATION = 1 };

/* One store. Its functions are called by one thread at a time (held and unlock: by any), none may call back in with the manager that uses it. They
 * fail with AIHOW_E_PERMISSION, AIHOW_E_IO, AIHOW_E_UNREACHABLE, AIHOW_E_TIMEOUT, AIHOW_E_CANCELLED, AIHOW_E_OUT_OF_MEMORY, and with what they name.
 * Times are from now on, in milliseconds; all functions but wait and destroy are required. */
typedef struct aihow_store_table {
  size_t struct_size;
  uint32_t flags;       /* AIHOW_STORE_ */
  int32_t reserved;     /* 0 */
  const char* location; /* as a person would write it, for messages; copied */

  /* The newest document; nothing said: none stands. `known` is what the library has (NULL: nothing). Writes nothing. AIHOW_E_CORRUPT. */
  int32_t (*load)(void* user_data, const aihow_revision* known, int64_t timeout_ms, const aihow_cancel* cancel, aihow_answer* answer,
                  aihow_sink* failure);

  /* All of the commit or none of it becomes the newest, durable on return. Another base than what stands is no failure: it is not committed.
   * AIHOW_E_CONFLICT
   * (`lock` was lost), AIHOW_E_OUTCOME_UNKNOWN (it may or may not stand); after any other failure everything is as before. */
  int32_t (*commit)(void* user_data, const aihow_commit* commit, int64_t timeout_ms, const aihow_cancel* cancel, aihow_answer* answer,
                    aihow_sink* failure);

  /* Waits for a lock and takes it: writes what stands for it to *lock, which lives on when the store is gone. `self` is who asks. AIHOW_E_LOCKED once
   * the time is over (the text names the holder). */
  int32_t (*lock)(void* user_data, int32_t kind, const aihow_holder* self, int64_t timeout_ms, const aihow_cancel* cancel, void** lock,
                  aihow_sink* failure);
  int32_t (*held)(void* lock); /* 0: it was lost */
  void (*unlock)(void* lock);  /* called once for each lock */

  int32_t (*holder)(void* user_data, int32_t kind, int64_t timeout_ms, const aihow_cancel* cancel, aihow_answer* answer, aihow_sink* failure);
  int32_t (*records)(void* user_data, const aihow_record_query* query, int64_t timeout_ms, const aihow_cancel* cancel, aihow_answer* answer,
                     aihow_sink* failure);

  /* Writes 1 to *changed once the newest version may differ from `known` (NULL: nothing stands), 0 once the time is over. */
  int32_t (*wait)(void* user_data, const aihow_revision* known, int64_t timeout_ms, const aihow_cancel* cancel, int32_t* changed,
                  aihow_sink* failure);

  /* Says what is wrong with what is stored; with `mend` 1 it mends it. AIHOW_E_LOCKED, AIHOW_E_CORRUPT (there is nothing to mend from). */
  int32_t (*verify)(void* user_data, int32_t mend, int64_t timeout_ms, const aihow_cancel* cancel, aihow_answer* answer, aihow_sink* failure);

  void (*destroy)(void* user_data); /* convention 9; may be NULL */
} aihow_store_table;

/* Opens a manager over a store of the caller's. Table and options are copied; both `destroy` are called when the manager is gone. Since 0.1. */
AIHOW_API int32_t aihow_manager_open_store(const aihow_store_table* table, void* user_data, const aihow_manager_options* options,
                                           aihow_manager** manager, aihow_error** error);

/* Opens a store: fills the table (its struct_size is set, the rest is zeros) and *store, which becomes the user_data of its functions. `rest` is the
 * location without scheme and query. On any thread. */
typedef int32_t (*aihow_store_open)(void* user_data, const char* rest, aihow_store_table* table, void** store, aihow_sink* failure);

/* Adds a scheme (lower-case letters, digits, `+`; two or more) that aihow_manager_open() knows from now on, for the life of the process. Fails with
 * AIHOW_E_INVALID where it is malformed or taken. Since 0.1. */
AIHOW_API int32_t aihow_store_register(const char* scheme, aihow_store_open open, void* user_data, aihow_error** error);

#ifdef __cplusplus
}
#endif

#endif

/* SPDX-License-Identifier: MIT */
#include "dictionary_store.h"
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- What is kept -------------------------------------------------------------------------------------------------------------------------- */

typedef struct line {
  uint64_t revision;
  char* json;
} line;

typedef struct content {
  struct content* next;
  char* name;
  pthread_mutex_t mutex; /* guards all below; `changed` is signalled after each change of them */
  pthread_cond_t changed;
  char* json; /* NULL: nothing stands */
  aihow_uuid lineage;
  uint64_t revision;
  char* token;
  aihow_uuid commit_id;
  uint64_t highest;
  line* lines;
  size_t lines_count;
  int locked[2];
  aihow_holder holders[2];
} content;

typedef struct held_lock {
  content* of;
  int32_t kind;
} held_lock;

static pthread_mutex_t all_mutex = PTHREAD_MUTEX_INITIALIZER;
static content* all;

static char* copy_text(const char* text, size_t length) {
  char* copy = malloc(length + 1);
  if (copy == NULL) return NULL;
  memcpy(copy, text, length);
  copy[length] = '\0';
  return copy;
}

static content* content_of(const char* name) {
  content* found = NULL;
  (void)pthread_mutex_lock(&all_mutex);
  for (found = all; found != NULL && strcmp(found->name, name) != 0;) found = found->next;
  if (found == NULL && (found = calloc(1, sizeof *found)) != NULL) {
    pthread_condattr_t clock;
    found->name = copy_text(name, strlen(name));
    (void)pthread_condattr_init(&clock);
    (void)pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&found->mutex, NULL);
    (void)pthread_cond_init(&found->changed, &clock);
    (void)pthread_condattr_destroy(&clock);
    found->next = all;
    all = found;
  }
  (void)pthread_mutex_unlock(&all_mutex);
  return found;
}

/* ---- Waiting ------------------------------------------------------------------------------------------------------------------------------- */

static int64_t now_ms(void) {
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Waits for a change, a slice at a time so that a cancellation is seen. AIHOW_E_TIMEOUT at the end, AIHOW_E_CANCELLED. */
static int32_t wait_for_change(content* of, int64_t end_ms, const aihow_cancel* cancel) {
  const int64_t slice_ms = now_ms() + 10;
  const int64_t until_ms = end_ms < slice_ms ? end_ms : slice_ms;
  const struct timespec until = {(time_t)(until_ms / 1000), (long)(until_ms % 1000) * 1000000};
  if (aihow_cancel_requested(cancel)) return AIHOW_E_CANCELLED;
  if (now_ms() >= end_ms) return AIHOW_E_TIMEOUT;
  (void)pthread_cond_timedwait(&of->changed, &of->mutex, &until);
  return AIHOW_OK;
}

/* ---- The functions -------------------------------------------------------------------------------------------------------------------------- */

static aihow_revision version_of(const content* of) {
  const aihow_revision version = {of->lineage, of->revision, of->token};
  return version;
}

static int is_same(const content* of, const aihow_revision* version) {
  if (version == NULL || of->json == NULL) return version == NULL && of->json == NULL;
  return memcmp(&version->lineage, &of->lineage, sizeof of->lineage) == 0 && version->revision == of->revision &&
         strcmp(version->token, of->token) == 0;
}

static int32_t load(void* store, const aihow_revision* known, int64_t timeout_ms, const aihow_cancel* cancel, aihow_answer* answer,
                    aihow_sink* failure) {
  content* const of = store;
  int32_t status = AIHOW_OK;
  (void)timeout_ms;
  (void)cancel;
  (void)failure;
  (void)pthread_mutex_lock(&of->mutex);
  if (of->json != NULL && known != NULL && is_same(of, known)) {
    status = aihow_answer_unchanged(answer, NULL);
  } else if (of->json != NULL) {
    status = aihow_answer_document(answer, of->json, strlen(of->json), of->token, &of->commit_id, NULL);
  }
  if (status == AIHOW_OK) status = aihow_answer_highest(answer, of->highest, NULL);
  (void)pthread_mutex_unlock(&of->mutex);
  return status;
}

/* Everything that a commit needs memory for. */
typedef struct prepared {
  char* json;
  char* token;
  line* lines;
} prepared;

static int prepare(const content* of, const aihow_commit* commit, prepared* out) {
  size_t i = 0;
  memset(out, 0, sizeof *out);
  if (commit->json != NULL) {
    out->json = copy_text(commit->json, commit->json_length);
    out->token = copy_text(commit->next->token, strlen(commit->next->token));
    if (out->json == NULL || out->token == NULL) return 0;
  }
  out->lines = calloc(of->lines_count + commit->records_count + 1, sizeof(line));
  if (out->lines == NULL) return 0;
  for (i = 0; i < commit->records_count; ++i) {
    line* const made = &out->lines[of->lines_count + i];
    made->revision = commit->records[i].revision;
    made->json = copy_text(commit->records[i].json, commit->records[i].json_length);
    if (made->json == NULL) return 0;
  }
  return 1;
}

static void unprepare(const content* of, const aihow_commit* commit, prepared* out) {
  size_t i = 0;
  for (i = 0; out->lines != NULL && i < commit->records_count; ++i) free(out->lines[of->lines_count + i].json);
  free(out->lines);
  free(out->token);
  free(out->json);
}

static void put(content* of, const aihow_commit* commit, prepared* made, int same_lineage) {
  size_t i = 0;
  size_t kept = of->lines_count;
  if (!same_lineage) { /* another one's history ends here */
    for (i = 0; i < of->lines_count; ++i) free(of->lines[i].json);
    memmove(made->lines, made->lines + of->lines_count, commit->records_count * sizeof(line));
    kept = 0;
  } else if (kept > 0) {
    memcpy(made->lines, of->lines, kept * sizeof(line));
  }
  free(of->lines);
  of->lines = made->lines;
  of->lines_count = kept + commit->records_count;
  free(of->json);
  free(of->token);
  of->json = made->json;
  of->token = made->token;
  of->commit_id = commit->id;
  if (commit->next != NULL) {
    of->lineage = commit->next->lineage;
    of->revision = commit->next->revision;
    if (!same_lineage || of->revision > of->highest) of->highest = of->revision;
  }
  for (i = 0; i < commit->records_count; ++i) {
    if (commit->records[i].revision > of->highest) of->highest = commit->records[i].revision;
  }
  (void)pthread_cond_broadcast(&of->changed);
}

static int32_t commit(void* store, const aihow_commit* commit, int64_t timeout_ms, const aihow_cancel* cancel, aihow_answer* answer,
                      aihow_sink* failure) {
  content* const of = store;
  const aihow_revision* const next = commit->next;
  int32_t status = AIHOW_OK;
  (void)timeout_ms;
  (void)cancel;
  (void)failure;
  (void)pthread_mutex_lock(&of->mutex);
  {
    const int same_lineage = next == NULL || of->highest == 0 || memcmp(&next->lineage, &of->lineage, sizeof of->lineage) == 0;
    const int touch = next != NULL && commit->base != NULL && same_lineage && next->revision == commit->base->revision;
    const uint64_t highest = same_lineage ? of->highest : 0;
    if (!is_same(of, commit->base) || (next != NULL && !touch && next->revision <= highest)) {
      const aihow_revision version = version_of(of);
      if (of->json != NULL) status = aihow_answer_stands(answer, &version, NULL);
      if (status == AIHOW_OK) status = aihow_answer_highest(answer, highest, NULL);
    } else {
      prepared made;
      const int told =
          same_lineage || of->lines_count == 0 || aihow_answer_notice(answer, "the former history ends here: another state begins", NULL) == AIHOW_OK;
      if (told && prepare(of, commit, &made)) {
        put(of, commit, &made, same_lineage);
        (void)aihow_answer_committed(answer, 1, NULL);
        (void)aihow_answer_highest(answer, of->highest, NULL);
      } else {
        if (told) unprepare(of, commit, &made);
        status = AIHOW_E_OUT_OF_MEMORY;
      }
    }
  }
  (void)pthread_mutex_unlock(&of->mutex);
  return status;
}

static int32_t lock(void* store, int32_t kind, const aihow_holder* self, int64_t timeout_ms, const aihow_cancel* cancel, void** lock,
                    aihow_sink* failure) {
  content* const of = store;
  const int64_t end_ms = now_ms() + timeout_ms;
  held_lock* const made = malloc(sizeof *made);
  int32_t status = AIHOW_OK;
  if (made == NULL) return AIHOW_E_OUT_OF_MEMORY;
  made->of = of;
  made->kind = kind;
  (void)pthread_mutex_lock(&of->mutex);
  while (status == AIHOW_OK && of->locked[kind]) status = wait_for_change(of, end_ms, cancel);
  if (status == AIHOW_OK) {
    of->locked[kind] = 1;
    of->holders[kind] = *self;
    *lock = made;
  } else if (status == AIHOW_E_TIMEOUT) {
    char text[1024];
    (void)snprintf(text, sizeof text, "locked by %s (%s), pid %lld", of->holders[kind].program, of->holders[kind].what,
                   (long long)of->holders[kind].pid);
    (void)aihow_sink_put(failure, text, strlen(text), NULL);
    status = AIHOW_E_LOCKED;
  }
  (void)pthread_mutex_unlock(&of->mutex);
  if (status != AIHOW_OK) free(made);
  return status;
}

static int32_t held(void* lock) {
  (void)lock;
  return 1;
}

static void unlock(void* given) {
  held_lock* const lock = given;
  (void)pthread_mutex_lock(&lock->of->mutex);
  lock->of->locked[lock->kind] = 0;
  (void)pthread_cond_broadcast(&lock->of->changed);
  (void)pthread_mutex_unlock(&lock->of->mutex);
  free(lock);
}

static int32_t holder(void* store, int32_t kind, int64_t timeout_ms, const aihow_cancel* cancel, aihow_answer* answer, aihow_sink* failure) {
  content* const of = store;
  int32_t status = AIHOW_OK;
  (void)timeout_ms;
  (void)cancel;
  (void)failure;
  (void)pthread_mutex_lock(&of->mutex);
  if (of->locked[kind]) status = aihow_answer_holder(answer, &of->holders[kind], NULL);
  (void)pthread_mutex_unlock(&of->mutex);
  return status;
}

static int32_t records(void* store, const aihow_record_query* query, int64_t timeout_ms, const aihow_cancel* cancel, aihow_answer* answer,
                       aihow_sink* failure) {
  content* const of = store;
  int32_t status = AIHOW_OK;
  size_t i = 0;
  size_t left = query->limit;
  (void)timeout_ms;
  (void)cancel;
  (void)failure;
  (void)pthread_mutex_lock(&of->mutex);
  if (of->lines_count > 0) status = aihow_answer_oldest_kept(answer, of->lines[0].revision, NULL);
  for (i = 0; status == AIHOW_OK && i < of->lines_count && left > 0; ++i) {
    const line* const each = &of->lines[query->newest_first ? of->lines_count - 1 - i : i];
    if (each->revision <= query->after || each->revision >= query->before) continue;
    status = aihow_answer_record(answer, each->revision, each->json, strlen(each->json), NULL);
    --left;
  }
  (void)pthread_mutex_unlock(&of->mutex);
  return status;
}

static int32_t wait(void* store, const aihow_revision* known, int64_t timeout_ms, const aihow_cancel* cancel, int32_t* changed, aihow_sink* failure) {
  content* const of = store;
  const int64_t end_ms = now_ms() + timeout_ms;
  int32_t status = AIHOW_OK;
  (void)failure;
  (void)pthread_mutex_lock(&of->mutex);
  while (status == AIHOW_OK && is_same(of, known)) status = wait_for_change(of, end_ms, cancel);
  *changed = status == AIHOW_OK;
  (void)pthread_mutex_unlock(&of->mutex);
  return status == AIHOW_E_TIMEOUT ? AIHOW_OK : status;
}

static int32_t verify(void* store, int32_t mend, int64_t timeout_ms, const aihow_cancel* cancel, aihow_answer* answer, aihow_sink* failure) {
  (void)store;
  (void)mend;
  (void)timeout_ms;
  (void)cancel;
  (void)answer;
  (void)failure;
  return AIHOW_OK;
}

int dictionary_store_open(const char* name, aihow_store_table* table, void** store) {
  content* const of = content_of(name);
  if (of == NULL) return 0;
  memset(table, 0, sizeof *table);
  table->struct_size = sizeof *table;
  table->flags = AIHOW_STORE_HISTORY | AIHOW_STORE_WAIT;
  table->location = of->name;
  table->load = load;
  table->commit = commit;
  table->lock = lock;
  table->held = held;
  table->unlock = unlock;
  table->holder = holder;
  table->records = records;
  table->wait = wait;
  table->verify = verify;
  *store = of;
  return 1;
}

/* SPDX-License-Identifier: MIT */
/* What the generated misuse.c stands on: open handles of each noun, freed ones, and the checks of a call that is wrong. */
#ifndef AIHOW_TESTS_CAPI_MISUSE_H
#define AIHOW_TESTS_CAPI_MISUSE_H

#include "check.h"

static char room[1 << 16];
static aihow_manager* manager;
static aihow_state* state;
static aihow_text* text;
static aihow_cancel* cancel;
static aihow_operation* operation;
static aihow_inspection* inspection;
static aihow_records* records;
static aihow_observer* observer;
static aihow_refresh* refresh;
static aihow_history* history;
static aihow_changes* changes;
static aihow_reversal* reversal;
static aihow_event_source* event_source;
static int calls = 0;

static inline int32_t see_nothing(void* user_data, const aihow_state* seen, int64_t timeout_ms, const aihow_cancel* asked, aihow_observation* into,
                                  aihow_sink* failure) {
  return user_data == NULL && seen != NULL && timeout_ms >= 0 && asked != NULL && into != NULL && failure != NULL ? AIHOW_OK : AIHOW_E_INVALID;
}

static inline int32_t follow_nothing(void* user_data, const aihow_state* seen, aihow_events* events, aihow_sink* failure) {
  return user_data == NULL && seen != NULL && events != NULL && failure != NULL ? AIHOW_OK : AIHOW_E_INVALID;
}

static inline void begin(void) {
  const aihow_observer_table table = {sizeof table, see_nothing, NULL};
  const aihow_event_source_table source_table = {sizeof source_table, follow_nothing, NULL, NULL};
  aihow_revert_options dry = {sizeof dry, 0, 1, 0};
  aihow_vm vm = {sizeof vm};
  memset(room, 0, sizeof room);
  vm.name = "x";
  vm.cpu_cores = vm.memory_gb = 1;
  vm.state = AIHOW_VM_STATE_SHUTOFF;
  OK(aihow_manager_open("memory:", NULL, &manager, &error));
  OK(aihow_manager_ensure(manager, "lab", "hpc", NULL, &state, &error));
  OK(aihow_state_insert_vm(state, 0, &vm, &error));
  OK(aihow_state_to_json(state, &text, &error));
  OK(aihow_cancel_new(&cancel, &error));
  OK(aihow_manager_save(manager, state, NULL, &error));
  OK(aihow_manager_undo(manager, 1, &dry, NULL, &reversal, &error));
  OK(aihow_operation_begin(manager, "x", NULL, &operation, &error));
  OK(aihow_inspection_of_bytes("x", 1, NULL, &inspection, &error));
  OK(aihow_manager_records(manager, NULL, &records, &error));
  OK(aihow_manager_history(manager, NULL, &history, &error));
  OK(aihow_history_get_changes(history, 0, &changes, &error));
  OK(aihow_event_source_new(&source_table, NULL, &event_source, &error));
  OK(aihow_observer_new(&table, NULL, &observer, &error));
  OK(aihow_manager_refresh(manager, observer, NULL, NULL, &refresh, &error));
}

static inline void close_all(void) {
  aihow_refresh_free(refresh);
  aihow_reversal_free(reversal);
  aihow_changes_free(changes);
  aihow_history_free(history);
  aihow_event_source_free(event_source);
  aihow_observer_free(observer);
  aihow_records_free(records);
  aihow_inspection_free(inspection);
  aihow_operation_free(operation);
  aihow_cancel_free(cancel);
  aihow_text_free(text);
  aihow_state_free(state);
  aihow_manager_free(manager);
}

static inline void* open_one(const char* noun) {
  if (strcmp(noun, "aihow_manager") == 0) return manager;
  if (strcmp(noun, "aihow_state") == 0) return state;
  if (strcmp(noun, "aihow_text") == 0) return text;
  if (strcmp(noun, "aihow_cancel") == 0) return cancel;
  if (strcmp(noun, "aihow_operation") == 0) return operation;
  if (strcmp(noun, "aihow_inspection") == 0) return inspection;
  if (strcmp(noun, "aihow_records") == 0) return records;
  if (strcmp(noun, "aihow_observer") == 0) return observer;
  if (strcmp(noun, "aihow_refresh") == 0) return refresh;
  if (strcmp(noun, "aihow_event_source") == 0) return event_source;
  if (strcmp(noun, "aihow_reversal") == 0) return reversal;
  if (strcmp(noun, "aihow_changes") == 0) return changes;
  if (strcmp(noun, "aihow_history") == 0) return history;
  return NULL; /* what only a callback has */
}

/* The handle of that noun, freed. */
static inline void* freed_one(const char* noun) {
  if (strcmp(noun, "aihow_manager") == 0) aihow_manager_free(manager);
  if (strcmp(noun, "aihow_state") == 0) aihow_state_free(state);
  if (strcmp(noun, "aihow_text") == 0) aihow_text_free(text);
  if (strcmp(noun, "aihow_cancel") == 0) aihow_cancel_free(cancel);
  if (strcmp(noun, "aihow_operation") == 0) aihow_operation_free(operation);
  if (strcmp(noun, "aihow_inspection") == 0) aihow_inspection_free(inspection);
  if (strcmp(noun, "aihow_records") == 0) aihow_records_free(records);
  if (strcmp(noun, "aihow_observer") == 0) aihow_observer_free(observer);
  if (strcmp(noun, "aihow_refresh") == 0) aihow_refresh_free(refresh);
  if (strcmp(noun, "aihow_event_source") == 0) aihow_event_source_free(event_source);
  if (strcmp(noun, "aihow_reversal") == 0) aihow_reversal_free(reversal);
  if (strcmp(noun, "aihow_changes") == 0) aihow_changes_free(changes);
  if (strcmp(noun, "aihow_history") == 0) aihow_history_free(history);
  return open_one(noun);
}

static inline int is_empty_text(const char* type, const char* answer) { return strcmp(type, "const char*") == 0 && strcmp(answer, "") == 0; }

/* The call is over: it failed with an error that says so, or (where it might) did not. */
static inline void end(int32_t status, aihow_error** error, int must_fail, const char* what) {
  const int told = status == AIHOW_OK ? *error == NULL : aihow_error_code(*error) == status && strlen(aihow_error_message(*error)) > 10;
  if (!told || (must_fail && status != AIHOW_E_INVALID)) {
    (void)fprintf(stderr, "%s: %d, %s\n", what, (int)status, aihow_error_message(*error));
    ++failures;
  }
  aihow_error_free(*error);
  *error = NULL;
  ++calls;
  close_all();
}

static inline void end_quiet(int right, const char* what) {
  if (!right) {
    (void)fprintf(stderr, "%s\n", what);
    ++failures;
  }
  ++calls;
  close_all();
}

static inline int finish(void) {
  (void)printf("%d wrong calls\n", calls);
  remove_folder();
  return failures == 0 && calls > 300 ? 0 : 1;
}

#endif

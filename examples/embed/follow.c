/* SPDX-License-Identifier: MIT */
/* Prints each change of a state that any process makes, from a revision on:  follow STATE REVISION [SECONDS]
 * Builds with: gcc -std=c11 follow.c $(pkg-config --cflags --libs aihow) -o follow */
#include <aihow/aihow.h>
#include <stdio.h>
#include <stdlib.h>

static int fail(aihow_error* error) {
  fprintf(stderr, "%s\n", aihow_error_message(error));
  aihow_error_free(error);
  return 1;
}

static void print_changes(const aihow_history* history, size_t index, const aihow_history_entry* entry) {
  aihow_changes* changes = NULL;
  aihow_object_change change = {.struct_size = sizeof change};
  aihow_field_change field = {.struct_size = sizeof field};
  printf("#%llu %s by %s:", (unsigned long long)entry->revision, entry->operation, entry->user);
  if (aihow_history_get_changes(history, index, &changes, NULL) != AIHOW_OK) return;
  for (size_t i = 0; aihow_changes_get(changes, i, &change, NULL) == AIHOW_OK; ++i) {
    const char* name = change.kind == AIHOW_KIND_CLUSTER ? "cluster" : change.name;
    if (change.before[0] == '\0') printf(" %s is new;", name);
    if (change.after[0] == '\0') printf(" %s is gone;", name);
    for (size_t k = 0; aihow_changes_field(changes, i, k, &field, NULL) == AIHOW_OK; ++k) {
      printf(" %s.%s is %s;", name, field.field, field.after[0] == '\0' ? "gone" : field.after);
    }
  }
  printf("\n");
  aihow_changes_free(changes);
}

/* Takes everything that is new; 1 where there may be more. */
static int take(aihow_manager* manager, uint64_t* revision, aihow_error** error) {
  aihow_history* history = NULL;
  aihow_history_summary summary = {.struct_size = sizeof summary};
  aihow_history_entry entry = {.struct_size = sizeof entry};
  if (aihow_manager_changes_since(manager, *revision, 0, &history, error) != AIHOW_OK) return 0;
  if (aihow_history_get(history, &summary, error) != AIHOW_OK) return 0;
  if (summary.gap) printf("what changed after #%llu is not known any more\n", (unsigned long long)*revision);
  for (size_t i = 0; i < summary.entries && aihow_history_get_entry(history, i, &entry, error) == AIHOW_OK; ++i) print_changes(history, i, &entry);
  fflush(stdout);
  *revision = summary.resume_at;
  aihow_history_free(history);
  return summary.gap || summary.entries > 0;
}

int main(int argc, char** argv) {
  aihow_manager* manager = NULL;
  aihow_error* error = NULL;
  aihow_wait wait = {.struct_size = sizeof wait};
  uint64_t revision = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
  int32_t changed = 1;
  if (argc < 2) return 2;
  if (argc > 3) wait.timeout_ms = strtoll(argv[3], NULL, 10) * 1000;
  if (aihow_manager_open(argv[1], NULL, &manager, &error) != AIHOW_OK) return fail(error);
  while (changed) {
    const aihow_state* stands = NULL;
    /* Before the changes are asked for: what comes in between ends the wait at once. */
    if (aihow_manager_load(manager, &stands, &error) != AIHOW_OK) return fail(error);
    while (take(manager, &revision, &error)) continue;
    if (error != NULL) return fail(error);
    wait.known = stands;
    if (aihow_manager_wait(manager, &wait, &changed, &error) != AIHOW_OK) return fail(error);
    aihow_state_free(stands);
  }
  aihow_manager_free(manager);
  return 0;
}

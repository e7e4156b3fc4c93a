/* SPDX-License-Identifier: MIT */
/* The past of a state, in C, on a file. The lab's revisions: 1 the cluster, 2 the VM "a", 3 the VM "b". */
#include <pthread.h>
#include "lab.h"

static const char* json_of(const aihow_state* state, aihow_text** json) {
  OK(aihow_state_to_json(state, json, &error));
  return aihow_text_get(*json, 0, NULL);
}

static int32_t add_note(void* user_data, aihow_state* state, aihow_sink* failure) {
  (void)user_data;
  (void)failure;
  return aihow_state_set_unknown(state, AIHOW_KIND_CLUSTER, 0, "note", "\"x\"", NULL);
}

static void a_revision_is_shown_byte_for_byte(void) {
  aihow_manager* manager = lab("at.json");
  const aihow_state* then = load(manager);
  const aihow_state* shown = NULL;
  aihow_text* one = NULL;
  aihow_text* two = NULL;
  OK(aihow_manager_remove_vm(manager, "a", NULL, &error));
  OK(aihow_manager_at(manager, 3, &shown, &error));
  CHECK(strcmp(json_of(then, &one), json_of(shown, &two)) == 0);
  aihow_text_free(one);
  aihow_text_free(two);
  FAILS(aihow_manager_at(manager, 99, &shown, &error), AIHOW_E_NOT_FOUND, "99");
  aihow_state_free(shown);
  aihow_state_free(then);
  aihow_manager_free(manager);
}

static void what_stood_at_a_time_is_shown(void) {
  aihow_manager* manager = lab("time.json");
  aihow_history* history = NULL;
  aihow_history_entry entry = {sizeof entry};
  const aihow_state* shown = NULL;
  aihow_cluster cluster = {sizeof cluster};
  aihow_time time = {0};
  OK(aihow_manager_history(manager, NULL, &history, &error));
  OK(aihow_history_get_entry(history, 1, &entry, &error));
  OK(aihow_manager_at_time(manager, &entry.time, &shown, &error));
  OK(aihow_state_get_cluster(shown, &cluster, &error));
  CHECK(cluster.revision == 2);
  aihow_state_free(shown);
  FAILS(aihow_manager_at_time(manager, &time, &shown, &error), AIHOW_E_INVALID, "no time");
  time.kind = AIHOW_TIME_UTC;
  FAILS(aihow_manager_at_time(manager, &time, &shown, &error), AIHOW_E_NOT_FOUND, "");
  aihow_history_free(history);
  aihow_manager_free(manager);
}

static void an_entry_says_who_did_what(void) {
  aihow_manager_options options = {sizeof options};
  aihow_manager* manager = lab("who.json");
  aihow_history* history = NULL;
  aihow_history_summary summary = {sizeof summary};
  aihow_history_entry entry = {sizeof entry};
  aihow_changes* changes = NULL;
  aihow_object_change change = {sizeof change};
  aihow_field_change field = {sizeof field};
  const aihow_state* newest = NULL;
  aihow_manager_free(manager);
  options.program = "a program";
  options.actor = "night shift";
  OK(aihow_manager_open(path_of("who.json"), &options, &manager, &error));
  OK(aihow_manager_update_vm_state(manager, "b", AIHOW_VM_STATE_RUNNING, NULL, &error));
  OK(aihow_manager_history(manager, NULL, &history, &error));
  OK(aihow_history_get(history, &summary, &error));
  CHECK(summary.entries == 4 && summary.oldest_kept == 1 && summary.newest_kept == 4 && summary.revision == 4);
  CHECK(summary.gap == 0 && summary.resume_at == 0);
  OK(aihow_history_get_entry(history, 0, &entry, &error));
  newest = load(manager);
  CHECK(entry.revision == 4 && entry.base == 3 && entry.edited == 0 && entry.remade == 0 && entry.undone_to == 0 && entry.restored == 0);
  CHECK(entry.type == AIHOW_RECORD_CHANGE || entry.type == AIHOW_RECORD_WHOLE);
  CHECK(strcmp(entry.program, "a program") == 0 && strcmp(entry.actor, "night shift") == 0 && entry.pid == (int64_t)getpid());
  CHECK(strlen(entry.host) > 0 && strcmp(entry.operation, "update_vm_state") == 0 && strcmp(entry.token, aihow_state_token(newest)) == 0);
  CHECK(entry.time.kind == AIHOW_TIME_UTC && entry.time.us > 0 && entry.changes > 0);
  OK(aihow_history_get_changes(history, 0, &changes, &error));
  CHECK(aihow_changes_count(changes) == entry.changes);
  OK(aihow_history_get_entry(history, 3, &entry, &error));
  CHECK(entry.revision == 1 && entry.type == AIHOW_RECORD_FIRST);
  FAILS(aihow_history_get_entry(history, 4, &entry, &error), AIHOW_E_NOT_FOUND, "no entry 4");
  { /* Each entry has its own changes. */
    aihow_changes* added = NULL;
    OK(aihow_history_get_changes(history, 1, &added, &error));
    OK(aihow_changes_get(added, aihow_changes_count(added) - 1, &change, &error));
    CHECK(strcmp(change.name, "b") == 0 && strcmp(change.before, "") == 0);
    aihow_changes_free(added);
    FAILS(aihow_history_get_changes(history, 4, &added, &error), AIHOW_E_NOT_FOUND, "no entry 4");
  }
  aihow_history_free(history);
  { /* The changes outlive the history. */
    int seen = 0;
    size_t i = 0;
    size_t k = 0;
    for (i = 0; i < aihow_changes_count(changes); ++i) {
      OK(aihow_changes_get(changes, i, &change, &error));
      if (change.kind != AIHOW_KIND_VM) continue;
      CHECK(strcmp(change.name, "b") == 0 && strstr(change.before, "SHUTOFF") != NULL && strstr(change.after, "RUNNING") != NULL);
      for (k = 0; k < change.fields; ++k) {
        OK(aihow_changes_field(changes, i, k, &field, &error));
        if (strcmp(field.field, "state") != 0) continue;
        ++seen;
        CHECK(strcmp(field.before, "\"SHUTOFF\"") == 0 && strcmp(field.after, "\"RUNNING\"") == 0);
      }
      FAILS(aihow_changes_field(changes, i, k, &field, &error), AIHOW_E_NOT_FOUND, "no field");
    }
    CHECK(seen == 1);
    FAILS(aihow_changes_get(changes, i, &change, &error), AIHOW_E_NOT_FOUND, "no change");
  }
  aihow_changes_free(changes);
  aihow_state_free(newest);
  aihow_manager_free(manager);
}

static size_t entries_of(aihow_manager* manager, const aihow_history_query* query, uint64_t* first) {
  aihow_history* history = NULL;
  aihow_history_summary summary = {sizeof summary};
  aihow_history_entry entry = {sizeof entry};
  OK(aihow_manager_history(manager, query, &history, &error));
  OK(aihow_history_get(history, &summary, &error));
  if (summary.entries > 0) OK(aihow_history_get_entry(history, 0, &entry, &error));
  *first = entry.revision;
  aihow_history_free(history);
  return summary.entries;
}

static void entries_are_selected(void) {
  aihow_manager* manager = lab("query.json");
  aihow_history_query query = {sizeof query};
  aihow_history* history = NULL;
  uint64_t first = 0;
  query.name = "a";
  CHECK(entries_of(manager, &query, &first) == 1 && first == 2);
  query.kind = AIHOW_KIND_POOL;
  CHECK(entries_of(manager, &query, &first) == 0);
  query.name = NULL;
  query.kind = AIHOW_KIND_VM;
  CHECK(entries_of(manager, &query, &first) == 2 && first == 3);
  query.kind = 0;
  query.oldest_first = 1;
  CHECK(entries_of(manager, &query, &first) == 3 && first == 1);
  query.limit = 1;
  query.after = 1;
  query.before = 3;
  CHECK(entries_of(manager, &query, &first) == 1 && first == 2);
  memset(&query, 0, sizeof query);
  query.struct_size = sizeof query;
  OK(aihow_time_now(&query.since, &error));
  query.since.us += 3600 * 1000000LL;
  CHECK(entries_of(manager, &query, &first) == 0);
  query.kind = 77;
  FAILS(aihow_manager_history(manager, &query, &history, &error), AIHOW_E_INVALID, "77");
  query.kind = 0;
  query.oldest_first = 2;
  FAILS(aihow_manager_history(manager, &query, &history, &error), AIHOW_E_INVALID, "query.oldest_first");
  query.oldest_first = 0;
  query.since.kind = 9;
  FAILS(aihow_manager_history(manager, &query, &history, &error), AIHOW_E_INVALID, "query.since");
  query.since.kind = AIHOW_TIME_NONE;
  query.name = "\xff";
  FAILS(aihow_manager_history(manager, &query, &history, &error), AIHOW_E_INVALID, "query.name");
  aihow_manager_free(manager);
}

static void changes_are_followed_without_a_hole(void) {
  aihow_manager* manager = lab("since.json");
  aihow_history* history = NULL;
  aihow_history_summary summary = {sizeof summary};
  aihow_history_entry entry = {sizeof entry};
  OK(aihow_manager_changes_since(manager, 1, 1, &history, &error));
  OK(aihow_history_get(history, &summary, &error));
  OK(aihow_history_get_entry(history, 0, &entry, &error));
  CHECK(summary.entries == 1 && summary.gap == 0 && summary.resume_at == 2 && entry.base == 1 && entry.revision == 2);
  aihow_history_free(history);
  OK(aihow_manager_changes_since(manager, summary.resume_at, 0, &history, &error));
  OK(aihow_history_get(history, &summary, &error));
  CHECK(summary.entries == 1 && summary.gap == 0 && summary.resume_at == 3);
  aihow_history_free(history);
  OK(aihow_manager_changes_since(manager, 3, 0, &history, &error));
  OK(aihow_history_get(history, &summary, &error));
  CHECK(summary.entries == 0 && summary.gap == 0 && summary.resume_at == 3);
  aihow_history_free(history);
  aihow_manager_free(manager);
}

static void what_is_not_known_is_a_gap(void) {
  aihow_manager* manager = lab("gap.json");
  aihow_history* history = NULL;
  aihow_history_summary summary = {sizeof summary};
  aihow_history_entry entry = {sizeof entry};
  CHECK(unlink(path_of("gap.json.history")) == 0);
  OK(aihow_manager_update_vm_state(manager, "b", AIHOW_VM_STATE_RUNNING, NULL, &error));
  OK(aihow_manager_changes_since(manager, 1, 0, &history, &error));
  OK(aihow_history_get(history, &summary, &error));
  CHECK(summary.entries == 0 && summary.gap == 1 && summary.resume_at == 4);
  aihow_history_free(history);
  OK(aihow_manager_history(manager, NULL, &history, &error));
  OK(aihow_history_get(history, &summary, &error));
  CHECK(summary.entries >= 2);
  OK(aihow_history_get_entry(history, summary.entries - 1, &entry, &error));
  CHECK(entry.type == AIHOW_RECORD_GAP || entry.remade == 1);
  aihow_history_free(history);
  aihow_manager_free(manager);
}

static void without_a_state_there_is_no_past(void) {
  aihow_manager* manager = open_at(path_of("none.json"));
  aihow_history* history = NULL;
  aihow_history_summary summary = {sizeof summary};
  const aihow_state* state = NULL;
  OK(aihow_manager_history(manager, NULL, &history, &error));
  OK(aihow_history_get(history, &summary, &error));
  CHECK(summary.entries == 0 && summary.oldest_kept == 0 && summary.revision == 0);
  aihow_history_free(history);
  FAILS(aihow_manager_at(manager, 1, &state, &error), AIHOW_E_NOT_FOUND, "");
  FAILS(aihow_manager_undo(manager, 1, NULL, NULL, NULL, &error), AIHOW_E_NOT_FOUND, "");
  aihow_manager_free(manager);
}

static void two_states_are_compared(void) {
  aihow_manager* manager = lab("compare.json");
  const aihow_state* before = NULL;
  const aihow_state* after = load(manager);
  aihow_changes* changes = NULL;
  aihow_object_change change = {sizeof change};
  aihow_text* patch = NULL;
  int added = 0;
  size_t i = 0;
  OK(aihow_manager_at(manager, 2, &before, &error));
  OK(aihow_state_changes(before, after, &changes, &error));
  for (i = 0; i < aihow_changes_count(changes); ++i) {
    OK(aihow_changes_get(changes, i, &change, &error));
    if (change.kind != AIHOW_KIND_VM) continue;
    ++added;
    CHECK(strcmp(change.name, "b") == 0 && strcmp(change.before, "") == 0 && change.after[0] == '{' && change.fields == 0);
  }
  CHECK(added == 1);
  aihow_changes_free(changes);
  OK(aihow_state_json_patch(before, after, &patch, &error));
  CHECK(strstr(aihow_text_get(patch, 0, NULL), "\"/vms/1\"") != NULL && strstr(aihow_text_get(patch, 0, NULL), "\"add\"") != NULL);
  aihow_text_free(patch);
  OK(aihow_state_changes(after, after, &changes, &error));
  CHECK(aihow_changes_count(changes) == 0);
  aihow_changes_free(changes);
  aihow_state_free(before);
  aihow_state_free(after);
  aihow_manager_free(manager);
}

static void* change_it(void* manager) {
  OK(aihow_manager_transaction(manager, "x", add_note, NULL, NULL, NULL, &error));
  return NULL;
}

static void* cancel_it(void* cancel) {
  OK(aihow_cancel_request(cancel, &error));
  return NULL;
}

static void a_wait_ends_with_a_change(void) {
  aihow_manager* manager = lab("wait.json");
  aihow_manager* other = open_at(path_of("wait.json"));
  const aihow_state* known = load(manager);
  aihow_state* copy = NULL;
  aihow_wait wait = {sizeof wait, known, -1, NULL};
  int32_t changed = 7;
  pthread_t thread;
  OK(aihow_manager_wait(manager, &wait, &changed, &error));
  CHECK(changed == 0);
  wait.timeout_ms = 30;
  OK(aihow_manager_wait(manager, &wait, &changed, &error));
  CHECK(changed == 0);
  wait.timeout_ms = 0;
  CHECK(pthread_create(&thread, NULL, change_it, other) == 0);
  OK(aihow_manager_wait(manager, &wait, &changed, &error));
  CHECK(changed == 1);
  CHECK(pthread_join(thread, NULL) == 0);
  OK(aihow_manager_wait(manager, NULL, &changed, &error)); /* something stands */
  CHECK(changed == 1);
  aihow_state_free(known);
  known = load(manager);
  wait.known = known;
  OK(aihow_cancel_new(&wait.cancel, &error));
  CHECK(pthread_create(&thread, NULL, cancel_it, wait.cancel) == 0);
  FAILS(aihow_manager_wait(manager, &wait, &changed, &error), AIHOW_E_CANCELLED, "");
  CHECK(pthread_join(thread, NULL) == 0);
  OK(aihow_state_copy(known, &copy, &error));
  wait.known = copy;
  FAILS(aihow_manager_wait(manager, &wait, &changed, &error), AIHOW_E_INVALID, "working copy");
  aihow_state_free(copy);
  FAILS(aihow_manager_wait(manager, &wait, &changed, &error), AIHOW_E_INVALID, "wait.known");
  aihow_cancel_free(wait.cancel);
  wait.known = known;
  FAILS(aihow_manager_wait(manager, &wait, &changed, &error), AIHOW_E_INVALID, "wait.cancel");
  aihow_state_free(known);
  aihow_manager_free(other);
  aihow_manager_free(manager);
}

int main(void) {
  make_folder();
  a_revision_is_shown_byte_for_byte();
  what_stood_at_a_time_is_shown();
  an_entry_says_who_did_what();
  entries_are_selected();
  changes_are_followed_without_a_hole();
  what_is_not_known_is_a_gap();
  without_a_state_there_is_no_past();
  two_states_are_compared();
  a_wait_ends_with_a_change();
  remove_folder();
  return failures == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT */
/* Taking changes back, in C, on a file. The lab's revisions: 1 the cluster, 2 the VM "a", 3 the VM "b". */
#include "lab.h"

static void an_undo_is_a_new_revision(void) {
  aihow_manager* manager = lab("undo.json");
  aihow_reversal* reversal = NULL;
  aihow_reversal_summary summary = {sizeof summary};
  aihow_changes* changes = NULL;
  const aihow_state* after = NULL;
  const char* conflict = NULL;
  aihow_history* history = NULL;
  aihow_history_entry entry = {sizeof entry};
  OK(aihow_manager_undo(manager, 1, NULL, NULL, &reversal, &error));
  OK(aihow_reversal_get(reversal, &summary, &error));
  CHECK(summary.from == 3 && summary.to == 2 && summary.changes > 0 && summary.conflicts == 0 && summary.committed == 1);
  OK(aihow_reversal_state(reversal, &after, &error));
  CHECK(aihow_state_count(after, AIHOW_KIND_VM) == 1 && revision_of(manager) == 4);
  OK(aihow_reversal_changes(reversal, &changes, &error));
  FAILS(aihow_reversal_conflict(reversal, 0, &conflict, &error), AIHOW_E_NOT_FOUND, "no conflict 0");
  aihow_reversal_free(reversal);
  CHECK(aihow_changes_count(changes) == summary.changes);
  aihow_changes_free(changes);
  aihow_state_free(after);
  OK(aihow_manager_history(manager, NULL, &history, &error));
  OK(aihow_history_get_entry(history, 0, &entry, &error));
  CHECK(strcmp(entry.operation, "undo") == 0 && entry.undone_to == 2);
  aihow_history_free(history);
  /* The next one goes on from there; a restore is a change like any other. */
  OK(aihow_manager_undo(manager, 1, NULL, NULL, NULL, &error));
  CHECK(revision_of(manager) == 5);
  OK(aihow_manager_restore_revision(manager, 3, NULL, NULL, &reversal, &error));
  OK(aihow_reversal_get(reversal, &summary, &error));
  CHECK(summary.to == 3 && summary.committed == 1);
  aihow_reversal_free(reversal);
  after = load(manager);
  CHECK(aihow_state_count(after, AIHOW_KIND_VM) == 2);
  aihow_state_free(after);
  OK(aihow_manager_history(manager, NULL, &history, &error));
  OK(aihow_history_get_entry(history, 0, &entry, &error));
  CHECK(entry.restored == 3 && entry.undone_to == 0);
  aihow_history_free(history);
  FAILS(aihow_manager_undo(manager, 0, NULL, NULL, NULL, &error), AIHOW_E_INVALID, "at least one");
  FAILS(aihow_manager_undo(manager, 500, NULL, NULL, NULL, &error), AIHOW_E_NOT_FOUND, "");
  FAILS(aihow_manager_restore_revision(manager, 500, NULL, NULL, NULL, &error), AIHOW_E_NOT_FOUND, "500");
  aihow_manager_free(manager);
}

static void a_dry_run_says_the_conflicts_and_does_nothing(void) {
  aihow_manager* manager = lab("dry.json");
  aihow_revert_options options = {sizeof options};
  aihow_reversal* reversal = NULL;
  aihow_reversal_summary summary = {sizeof summary};
  const aihow_state* after = NULL;
  const char* conflict = NULL;
  OK(aihow_manager_update_vm_state(manager, "b", AIHOW_VM_STATE_RUNNING, NULL, &error));
  options.dry_run = 1;
  OK(aihow_manager_undo(manager, 1, &options, NULL, &reversal, &error));
  OK(aihow_reversal_get(reversal, &summary, &error));
  CHECK(summary.from == 4 && summary.to == 3 && summary.committed == 0 && summary.conflicts == 0 && summary.changes > 0);
  OK(aihow_reversal_state(reversal, &after, &error));
  aihow_state_free(after);
  aihow_reversal_free(reversal);
  CHECK(revision_of(manager) == 4);
  /* To take "b" out again, which has changed since. */
  options.seen = 3;
  OK(aihow_manager_undo(manager, 1, &options, NULL, &reversal, &error));
  OK(aihow_reversal_get(reversal, &summary, &error));
  CHECK(summary.conflicts == 1);
  OK(aihow_reversal_conflict(reversal, 0, &conflict, &error));
  CHECK(strstr(conflict, "vm b") != NULL);
  aihow_reversal_free(reversal);
  options.dry_run = 0;
  FAILS(aihow_manager_undo(manager, 1, &options, NULL, NULL, &error), AIHOW_E_CONFLICT, "vm b");
  CHECK(revision_of(manager) == 4);
  options.dry_run = 3;
  FAILS(aihow_manager_undo(manager, 1, &options, NULL, NULL, &error), AIHOW_E_INVALID, "options.dry_run");
  aihow_manager_free(manager);
}

static void an_undo_waits_as_an_operation_does(void) {
  aihow_manager* manager = lab("busy.json");
  aihow_operation* operation = NULL;
  aihow_call call = {sizeof call, -1, NULL, NULL};
  OK(aihow_operation_begin(manager, "hpc start", NULL, &operation, &error));
  FAILS(aihow_manager_undo(manager, 1, NULL, &call, NULL, &error), AIHOW_E_LOCKED, "hpc start");
  OK(aihow_cancel_new(&call.cancel, &error));
  OK(aihow_cancel_request(call.cancel, &error));
  call.timeout_ms = 0;
  FAILS(aihow_manager_restore_revision(manager, 1, NULL, &call, NULL, &error), AIHOW_E_CANCELLED, "");
  call.operation = operation;
  FAILS(aihow_manager_undo(manager, 1, NULL, &call, NULL, &error), AIHOW_E_INVALID, "call.operation");
  CHECK(revision_of(manager) == 3);
  aihow_cancel_free(call.cancel);
  aihow_operation_free(operation);
  aihow_manager_free(manager);
}

int main(void) {
  make_folder();
  an_undo_is_a_new_revision();
  a_dry_run_says_the_conflicts_and_does_nothing();
  an_undo_waits_as_an_operation_does();
  remove_folder();
  return failures == 0 ? 0 : 1;
}

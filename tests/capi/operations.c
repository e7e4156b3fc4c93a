/* SPDX-License-Identifier: MIT */
/* Operations, copies, imports and checks of a state, in C. Each test has a file of its own. */
#include <pthread.h>
#include "lab.h"

static void operations_exclude_each_other(void) {
  aihow_manager* manager = lab("operation.json");
  aihow_manager* other = open_at(path_of("operation.json"));
  aihow_operation* operation = NULL;
  aihow_operation* second = NULL;
  aihow_cancel* cancel = NULL;
  aihow_call call = {sizeof call, -1, NULL, NULL};
  aihow_call under = {sizeof under, 0, NULL, NULL};
  aihow_holder holder = {sizeof holder};
  int32_t held = 7;
  OK(aihow_operation_holder(other, &held, &holder, &error));
  CHECK(held == 0);
  OK(aihow_operation_begin(manager, "hpc start", NULL, &operation, &error));
  CHECK(aihow_operation_held(operation) == 1);
  OK(aihow_operation_holder(other, &held, &holder, &error));
  CHECK(held == 1 && strcmp(holder.what, "hpc start") == 0 && holder.pid == (int64_t)getpid() && holder.since.kind == AIHOW_TIME_UTC);
  FAILS(aihow_operation_begin(other, "hpc stop", &call, &second, &error), AIHOW_E_LOCKED, "hpc start");
  OK(aihow_cancel_new(&cancel, &error));
  CHECK(aihow_cancel_requested(cancel) == 0);
  OK(aihow_cancel_request(cancel, &error));
  CHECK(aihow_cancel_requested(cancel) == 1);
  call.timeout_ms = 0;
  call.cancel = cancel;
  FAILS(aihow_operation_begin(other, "hpc stop", &call, &second, &error), AIHOW_E_CANCELLED, "");
  under.operation = operation;
  OK(aihow_manager_update_vm_state(manager, "a", AIHOW_VM_STATE_RUNNING, &under, &error));
  OK(aihow_manager_update_vm_state(other, "b", AIHOW_VM_STATE_RUNNING, NULL, &error)); /* changes go on */
  FAILS(aihow_manager_restore(manager, path_of("operation.json.backup"), &under, NULL, &error), AIHOW_E_INVALID, "call.operation");
  FAILS(aihow_operation_begin(manager, "again", &under, &second, &error), AIHOW_E_INVALID, "call.operation");
  aihow_operation_free(operation);
  CHECK(aihow_operation_held(operation) == 0);
  FAILS(aihow_manager_update_vm_state(manager, "a", AIHOW_VM_STATE_PAUSED, &under, &error), AIHOW_E_INVALID, "call.operation");
  call.cancel = NULL;
  OK(aihow_operation_begin(other, "hpc stop", &call, &second, &error));
  /* An operation outlives its manager. */
  aihow_manager_free(other);
  CHECK(aihow_operation_held(second) == 1);
  aihow_operation_free(second);
  aihow_cancel_free(cancel);
  aihow_manager_free(manager);
}

static void* cancel_it(void* cancel) {
  (void)aihow_cancel_request(cancel, NULL);
  return NULL;
}

static void a_wait_ends_when_another_thread_cancels_it(void) {
  aihow_manager* manager = lab("cancel.json");
  aihow_operation* operation = NULL;
  aihow_operation* second = NULL;
  aihow_call call = {sizeof call, 3600 * 1000, NULL, NULL};
  pthread_t thread;
  OK(aihow_operation_begin(manager, "hpc start", NULL, &operation, &error));
  OK(aihow_cancel_new(&call.cancel, &error));
  CHECK(pthread_create(&thread, NULL, cancel_it, call.cancel) == 0);
  FAILS(aihow_operation_begin(manager, "hpc stop", &call, &second, &error), AIHOW_E_CANCELLED, "");
  CHECK(pthread_join(thread, NULL) == 0);
  aihow_cancel_free(call.cancel);
  aihow_operation_free(operation);
  aihow_manager_free(manager);
}

static void handles_that_were_shared_are_one_request(void) {
  aihow_cancel* first = NULL;
  aihow_cancel* second = NULL;
  aihow_cancel* third = NULL;
  OK(aihow_cancel_new(&first, &error));
  OK(aihow_cancel_share(first, &second, &error));
  OK(aihow_cancel_share(second, &third, &error));
  CHECK(aihow_cancel_requested(second) == 0);
  OK(aihow_cancel_request(second, &error));
  CHECK(aihow_cancel_requested(first) == 1);
  aihow_cancel_free(first);
  aihow_cancel_free(second);
  CHECK(aihow_cancel_requested(third) == 1);
  FAILS(aihow_cancel_share(first, &second, &error), AIHOW_E_INVALID, "cancel");
  FAILS(aihow_cancel_share(third, NULL, &error), AIHOW_E_INVALID, "another");
  aihow_cancel_free(third);
}

static void a_backup_can_be_restored(void) {
  aihow_manager* manager = lab("copy.json");
  const aihow_state* copied = NULL;
  const aihow_state* after = NULL;
  OK(aihow_manager_backup(manager, path_of("saved.json"), &copied, &error));
  CHECK(aihow_state_count(copied, AIHOW_KIND_VM) == 2);
  OK(aihow_manager_remove_vm(manager, "a", NULL, &error));
  OK(aihow_manager_restore(manager, path_of("saved.json"), NULL, &after, &error));
  CHECK(aihow_state_count(after, AIHOW_KIND_VM) == 2 && revision_of(manager) == 5);
  FAILS(aihow_manager_restore(manager, path_of("absent.json"), NULL, NULL, &error), AIHOW_E_NOT_FOUND, "absent.json");
  FAILS(aihow_manager_backup(manager, path_of("copy.json"), NULL, &error), AIHOW_E_INVALID, "over the state itself");
  aihow_state_free(after);
  aihow_state_free(copied);
  aihow_manager_free(manager);
}

static void an_old_state_is_imported(void) {
  aihow_manager* manager = open_at(path_of("imported.json"));
  const aihow_state* after = NULL;
  write_file("old.json",
             "{\"state_file_version\": \"2.0\", \"cluster_name\": \"lab\", \"cluster_type\": \"hpc\", \"controller\": null, \"compute_nodes\": [],"
             " \"network_config\": null, \"storage_pool\": null, \"created_at\": null, \"last_modified\": null}");
  {
    aihow_error* error = NULL;
    if (aihow_manager_import(manager, path_of("old.json"), 0, NULL, &after, &error) != AIHOW_OK) {
      (void)fprintf(stderr, "import: %s\n", aihow_error_message(error));
      ++failures;
    }
    aihow_error_free(error);
  }
  CHECK(after != NULL && revision_of(manager) == 1);
  FAILS(aihow_manager_import(manager, path_of("old.json"), 2, NULL, NULL, &error), AIHOW_E_INVALID, "'replace' is 2");
  FAILS(aihow_manager_import(manager, path_of("imported.json"), 1, NULL, NULL, &error), AIHOW_E_INVALID, "");
  aihow_state_free(after);
  aihow_manager_free(manager);
}

static void files_are_inspected_and_mended(void) {
  aihow_manager* manager = lab("verify.json");
  aihow_text* texts = NULL;
  aihow_inspection* inspection = NULL;
  aihow_verdict verdict = {sizeof verdict};
  aihow_finding finding = {sizeof finding};
  OK(aihow_manager_verify(manager, 0, NULL, &texts, &error));
  CHECK(aihow_text_count(texts) == 0);
  aihow_text_free(texts);
  OK(aihow_manager_files(manager, &texts, &error));
  CHECK(aihow_text_count(texts) == 2 && strcmp(aihow_text_get(texts, 0, NULL), path_of("verify.json")) == 0);
  aihow_text_free(texts);
  OK(aihow_inspection_of_file(path_of("verify.json"), &inspection, &error));
  OK(aihow_inspection_get(inspection, &verdict, &error));
  CHECK(verdict.verdict == AIHOW_VERDICT_VALID && verdict.has_document == 1 && verdict.revision == 3 && verdict.findings == 0);
  CHECK(strcmp(verdict.cluster_name, "lab") == 0 && strcmp(verdict.cluster_type, "hpc") == 0);
  FAILS(aihow_inspection_finding(inspection, 0, &finding, &error), AIHOW_E_NOT_FOUND, "no finding 0");
  aihow_inspection_free(inspection);
  OK(aihow_inspection_of_bytes("{\n \"cluster_name\": 1", 21, "there", &inspection, &error));
  OK(aihow_inspection_get(inspection, &verdict, &error));
  CHECK(verdict.verdict == AIHOW_VERDICT_CORRUPT && verdict.has_document == 0 && verdict.findings == 1 && strcmp(verdict.path, "there") == 0);
  OK(aihow_inspection_finding(inspection, 0, &finding, &error));
  CHECK(finding.line == 2 && strlen(finding.message) > 5 && strcmp(finding.pointer, "/cluster_name") == 0);
  aihow_inspection_free(inspection);
  OK(aihow_inspection_of_file(path_of("absent.json"), &inspection, &error));
  OK(aihow_inspection_get(inspection, &verdict, &error));
  CHECK(verdict.verdict == AIHOW_VERDICT_ABSENT);
  aihow_inspection_free(inspection);
  write_file("verify.json", "not a document");
  OK(aihow_manager_verify(manager, 0, NULL, &texts, &error));
  CHECK(aihow_text_count(texts) > 0);
  aihow_text_free(texts);
  OK(aihow_manager_verify(manager, 1, NULL, &texts, &error));
  aihow_text_free(texts);
  OK(aihow_manager_verify(manager, 0, NULL, &texts, &error));
  /* What the lost document's change recorded is the next change's business. */
  CHECK(aihow_text_count(texts) == 1 && strstr(aihow_text_get(texts, 0, NULL), "verify.json.history: goes on to revision 3") != NULL);
  aihow_text_free(texts);
  aihow_manager_free(manager);
}

int main(void) {
  make_folder();
  operations_exclude_each_other();
  a_wait_ends_when_another_thread_cancels_it();
  handles_that_were_shared_are_one_request();
  a_backup_can_be_restored();
  an_old_state_is_imported();
  files_are_inspected_and_mended();
  remove_folder();
  return failures == 0 ? 0 : 1;
}
